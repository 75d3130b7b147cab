package import DequeModule

/// What has happened so far, for tests and demonstrations; the oldest entries go first.
package struct Records: Sendable {
    /// Most entries kept of each kind.
    package static let entriesMax = 50_000

    package private(set) var placements: Deque<Placement> = []
    package private(set) var webhooks: Deque<SentWebhook> = []
    /// What Nexmo might take amiss though this simulator went on, such as an empty NCCO.
    package private(set) var objections: Deque<String> = []
    /// Legs that have not ended or whose webhooks are still on their way.
    package internal(set) var legsAtWork = 0
    /// The port listened on, once it is.
    package internal(set) var port: Int?
    /// Whether the simulator has ended, well or not.
    package internal(set) var hasStopped = false

    mutating func add(_ placement: Placement) { Self.add(placement, to: &self.placements) }
    mutating func add(_ webhook: SentWebhook) { Self.add(webhook, to: &self.webhooks) }
    mutating func object(_ objection: String) { Self.add(objection, to: &self.objections) }

    private static func add<Entry>(_ entry: Entry, to entries: inout Deque<Entry>) {
        if entries.count == Self.entriesMax { entries.removeFirst() }
        entries.append(entry)
    }
}
