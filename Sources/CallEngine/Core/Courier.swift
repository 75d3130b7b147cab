internal import DequeModule
internal import PromptCallCore

/// Which due callbacks are under way, and which wait for their host.
///
/// It holds names, not records: behind a receiver that is down there may be a long queue.
struct Courier: Sendable {
    /// What waits, for each host in the order in which it became due.
    private var waiting: [String: Deque<CallID>] = [:]
    /// Hosts with something that waits and room for it, the next to be served first.
    private var turns: Deque<String> = []
    /// The host of each callback that waits or is under way.
    private var hosts: [CallID: String] = [:]
    private var underway: Set<CallID> = []
    private var underwayPerHost: [String: Int] = [:]

    init() {}

    /// Whether a call's callback is waiting here or under way.
    func holds(_ id: CallID) -> Bool { self.hosts[id] != nil }

    /// Callbacks that wait or are under way.
    var count: Int { self.hosts.count }

    /// A callback is due.
    mutating func due(_ id: CallID, url: String) {
        guard !self.holds(id) else { return }
        let host = Self.host(of: url)
        self.hosts[id] = host
        self.waiting[host, default: []].append(id)
        if self.waiting[host]?.count == 1, self.hasRoom(host) { self.turns.append(host) }
    }

    /// Takes those that may be delivered now; hosts take turns.
    mutating func take() -> [CallID] {
        var taken: [CallID] = []
        while self.underway.count < EngineLimits.deliveriesMax, let host = self.turns.popFirst() {
            guard let id = self.waiting[host]?.popFirst() else { continue }
            if self.waiting[host]?.isEmpty ?? false { self.waiting[host] = nil }
            self.underway.insert(id)
            self.underwayPerHost[host, default: 0] += 1
            if self.waiting[host] != nil, self.hasRoom(host) { self.turns.append(host) }
            taken.append(id)
        }
        return taken
    }

    /// A delivery was answered, or failed, or came to nothing.
    mutating func answered(_ id: CallID) {
        guard self.underway.remove(id) != nil, let host = self.hosts.removeValue(forKey: id)
        else { return }
        let hadRoom = self.hasRoom(host)
        let left = self.underwayPerHost[host, default: 1] - 1
        self.underwayPerHost[host] = left > 0 ? left : nil
        if !hadRoom, self.waiting[host] != nil { self.turns.append(host) }
    }

    private func hasRoom(_ host: String) -> Bool {
        self.underwayPerHost[host, default: 0] < EngineLimits.deliveriesPerHostMax
    }

    /// Scheme, host and port of a URL, which was checked when it came in.
    private static func host(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count > 2 ? parts[0].lowercased() + "//" + parts[2].lowercased() : url
    }
}
