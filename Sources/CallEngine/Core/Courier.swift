internal import DequeModule
internal import PromptCallCore

/// Which due callbacks are under way, and which wait for their host.
struct Courier: Sendable {
    private var waiting: Deque<Waiting> = []
    private var waitingIDs: Set<CallID> = []
    private var underway: [CallID: String] = [:]
    private var hosts: [String: Int] = [:]

    private struct Waiting {
        var record: CallRecord
        var host: String
    }

    init() {}

    /// Whether a call's callback is waiting here or under way.
    func holds(_ id: CallID) -> Bool {
        self.underway[id] != nil || self.waitingIDs.contains(id)
    }

    /// A callback is due.
    mutating func due(_ record: CallRecord) {
        guard let url = record.terms.callback?.url, !self.holds(record.id) else { return }
        self.waitingIDs.insert(record.id)
        self.waiting.append(Waiting(record: record, host: Self.host(of: url)))
    }

    /// Takes those that may be delivered now, in the order in which they became due.
    mutating func take() -> [CallRecord] {
        var taken: [CallRecord] = []
        var kept: Deque<Waiting> = []
        while let next = self.waiting.popFirst() {
            if self.underway.count < EngineLimits.deliveriesMax,
                self.hosts[next.host, default: 0] < EngineLimits.deliveriesPerHostMax
            {
                self.underway[next.record.id] = next.host
                self.hosts[next.host, default: 0] += 1
                self.waitingIDs.remove(next.record.id)
                taken.append(next.record)
            } else {
                kept.append(next)
            }
        }
        self.waiting = kept
        return taken
    }

    /// A delivery was answered, or failed.
    mutating func answered(_ id: CallID) {
        guard let host = self.underway.removeValue(forKey: id) else { return }
        let left = self.hosts[host, default: 1] - 1
        self.hosts[host] = left > 0 ? left : nil
    }

    /// Scheme, host and port of a URL, which was checked when it came in.
    private static func host(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count > 2 ? parts[0].lowercased() + "//" + parts[2].lowercased() : url
    }
}
