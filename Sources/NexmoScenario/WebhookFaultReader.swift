import NexmoSimulator

/// Reads what befalls the requests and webhooks of one callee.
enum WebhookFaultReader {
    private enum Key: String, CaseIterable { case lose, double, delay, jitter }

    /// Most faults of requests to place a call.
    private static let creationsMax = 100

    static func read(_ node: ScenarioNode, into plan: inout CalleePlan) throws(ScenarioError) {
        let section = try node.section(of: Key.self)
        if let node = section[.lose] { plan.lostWebhooks = try Self.kinds(node) }
        if let node = section[.double] { plan.doubledWebhooks = try Self.kinds(node) }
        if let node = section[.jitter] { plan.eventJitter = try node.duration() }
        guard let node = section[.delay] else { return }
        for (name, node) in try node.entries() {
            guard let kind = WebhookKind(rawValue: name) else {
                let known = WebhookKind.allCases.map(\.rawValue)
                throw node.error(
                    "is no kind of webhook" + NearWord.clause(for: name, among: known)
                )
            }
            plan.webhookDelays[kind] = try node.duration()
        }
    }

    private static func kinds(_ node: ScenarioNode) throws(ScenarioError) -> Set<WebhookKind> {
        var kinds: Set<WebhookKind> = []
        for item in try node.items() { kinds.insert(try item.word(of: WebhookKind.self)) }
        return kinds
    }

    /// What the first requests to place a call get, one each.
    static func creations(_ node: ScenarioNode) throws(ScenarioError) -> [CreationFault] {
        let items = try node.items()
        guard items.count <= Self.creationsMax else {
            throw node.error("must have at most \(Self.creationsMax) entries")
        }
        var faults: [CreationFault] = []
        for item in items { faults.append(try Self.creation(item)) }
        return faults
    }

    private static func creation(_ node: ScenarioNode) throws(ScenarioError) -> CreationFault {
        let text = try node.text()
        if let status = Int(text), (400...599).contains(status) { return .status(status) }
        switch text {
        case "reset": return .reset
        case "lost": return .lost()
        case "placed-502": return .denied(status: 502)
        case "late": return .late(by: .seconds(3))
        default:
            throw node.error(
                "must be a status from 400 to 599, reset, lost, late or placed-502"
                    + NearWord.clause(for: text, among: ["reset", "lost", "late", "placed-502"])
            )
        }
    }
}
