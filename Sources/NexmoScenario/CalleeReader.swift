import NexmoSimulator

/// Reads what a callee does.
enum CalleeReader {
    private enum Key: String, CaseIterable {
        case `is`, detail, pin, keys, then, vanishes, webhooks, creations
        case sipCode = "sip-code"
        case ringsFor = "rings-for"
        case patience
        case hangsUp = "hangs-up"
        case beepsAfter = "beeps-after"
        case detectedAs = "detected-as"
        case inputShape = "input-shape"
    }

    private enum Kind: String, CaseIterable {
        case person, machine, busy, unanswered, timeout, rejected, failed, cancelled

        var outcome: CalleePlan.Outcome {
            switch self {
            case .person: .answers
            case .machine: .machine
            case .busy: .busy
            case .unanswered: .unanswered
            case .timeout: .timeout
            case .rejected: .rejected
            case .failed: .failed
            case .cancelled: .cancelled
            }
        }

        /// What may be its `detail` (reference, section 5.3).
        var details: [String] {
            switch self {
            case .unanswered: ["unavailable", "timeout", "carrier_timeout"]
            case .rejected: ["invalid_number", "restricted", "declined"]
            case .failed: ["cannot_route", "number_out_of_service", "internal_error"]
            case .person, .machine, .busy, .timeout, .cancelled: []
            }
        }

        var answers: Bool { self == .person || self == .machine }
    }

    private enum Then: String, CaseIterable { case `repeat`, silence }
    private enum Shape: String, CaseIterable { case current, legacy }
    private enum Vanishing: String, CaseIterable {
        case afterAnswer = "after-answer"
        case atInput = "at-input"
    }
    private enum Verdict: String, CaseIterable { case human, machine, nothing }

    /// Keys that only a callee who answers has a use for.
    private static let answeringKeys: [Key] = [
        .pin, .keys, .then, .vanishes, .patience, .hangsUp, .detectedAs, .inputShape,
    ]

    static func plan(_ node: ScenarioNode) throws(ScenarioError) -> CalleePlan {
        // `"4477…": busy` is short for `is: busy`.
        guard node.isMapping else { return Self.plan(of: try node.word(of: Kind.self)) }
        let section = try node.section(of: Key.self)
        let kind = try section[.is]?.word(of: Kind.self) ?? .person
        try Self.check(section, for: kind)
        var plan = Self.plan(of: kind)
        try Self.readReaching(section, kind, into: &plan)
        try Self.readAnswering(section, into: &plan)
        if let node = section[.webhooks] { try WebhookFaultReader.read(node, into: &plan) }
        if let node = section[.creations] {
            plan.creations = try WebhookFaultReader.creations(node)
        }
        return plan
    }

    private static func plan(of kind: Kind) -> CalleePlan {
        var plan = CalleePlan(outcome: kind.outcome, entries: kind == .person ? [.pin] : [])
        if kind == .unanswered { plan.ringsFor = .seconds(30) }
        return plan
    }

    private static func check(
        _ section: [Key: ScenarioNode],
        for kind: Kind
    ) throws(ScenarioError) {
        if !kind.answers, let key = Self.answeringKeys.first(where: { section[$0] != nil }),
            let node = section[key]
        {
            throw node.error("goes with a callee who answers, not with one who is \(kind.rawValue)")
        }
        if kind != .machine, let node = section[.beepsAfter] {
            throw node.error("goes with a machine only")
        }
        if kind.answers || kind == .timeout, let node = section[.sipCode] {
            throw node.error("does not go with \(kind.rawValue)")
        }
    }

    private static func readReaching(
        _ section: [Key: ScenarioNode],
        _ kind: Kind,
        into plan: inout CalleePlan
    ) throws(ScenarioError) {
        if let node = section[.detail] {
            let detail = try node.text()
            guard !kind.details.isEmpty else {
                throw node.error("does not go with \(kind.rawValue)")
            }
            guard kind.details.contains(detail) else {
                throw node.unknown(detail, among: kind.details)
            }
            plan.detail = detail
        }
        plan.sipCode = try section[.sipCode]?.integer(in: 100...699)
        if let node = section[.ringsFor] { plan.ringsFor = try node.duration() }
        if let node = section[.beepsAfter] {
            plan.beepsAfter = try node.text() == "never" ? nil : try node.duration()
        }
    }

    private static func readAnswering(
        _ section: [Key: ScenarioNode],
        into plan: inout CalleePlan
    ) throws(ScenarioError) {
        if let node = section[.pin] {
            let pin = try node.text()
            guard (1...20).contains(pin.count), pin.allSatisfy({ "0123456789*#".contains($0) })
            else { throw node.error("must be 1 to 20 keys of 0-9, * and #") }
            plan.pin = pin
        }
        if let node = section[.keys] { plan.entries = try EntryReader.entries(node) }
        if let node = section[.then] {
            plan.repeatsLastEntry = try node.word(of: Then.self) == .repeat
        }
        if let node = section[.patience] { plan.patience = try node.duration() }
        if let node = section[.hangsUp] { plan.hangUp = try Self.hangUp(node) }
        if let node = section[.vanishes] {
            switch try node.word(of: Vanishing.self) {
            case .afterAnswer: plan.vanishes = .afterAnswer
            case .atInput: plan.vanishes = .atInput
            }
        }
        if let node = section[.detectedAs] {
            switch try node.word(of: Verdict.self) {
            case .human: plan.detectedAs = .human
            case .machine: plan.detectedAs = .machine
            case .nothing: plan.detectedAs = .nothing
            }
        }
        if let node = section[.inputShape] {
            plan.sendsLegacyInput = try node.word(of: Shape.self) == .legacy
        }
    }

    private static func hangUp(_ node: ScenarioNode) throws(ScenarioError) -> CalleePlan.HangUp {
        let text = try node.text()
        if text == "during-prompt" { return .duringPrompt }
        if text.hasPrefix("after-entry-") {
            guard let count = Int(text.dropFirst("after-entry-".count)), (1...100).contains(count)
            else { throw node.error("must be after-entry-1 to after-entry-100") }
            return .afterEntry(count)
        }
        guard text.first?.isNumber == true else {
            throw node.unknown(text, among: ["during-prompt", "after-entry-1", "12s"])
        }
        return .after(try node.duration())
    }
}
