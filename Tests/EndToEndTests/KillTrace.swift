import PromptCallAPI

/// What one subscriber got, stream after stream.
struct KillTrace: Sendable {
    /// An event as it came.
    struct Seen: Hashable, Sendable {
        var cursor: String
        var tid: String
        /// Of the event within its call.
        var number: UInt32
        var kind: Promptcall_V1_EventKind
    }

    /// One stream.
    struct Stream: Sendable {
        /// How many daemons had been killed before it was asked for; nil where one was dying, which
        /// may have served it still.
        var killsBefore: Int?
        /// How many had been when its first event came; nil without one.
        var killsAtFirst: Int?
        var seen: [Seen] = []
        var deliveries: [UInt32] = []
        /// How many of the events were acknowledged.
        var acknowledged = 0
        /// Whether its reader ended it and got all that was under way.
        var isFinished = false
    }

    private(set) var streams: [Stream] = []
    /// How many different events came.
    var count: Int { self.known.count }
    private var known: Set<Seen> = []

    mutating func begin(killsBefore: Int?) {
        self.streams.append(Stream(killsBefore: killsBefore))
    }

    mutating func add(_ event: Promptcall_V1_Event, kills: Int) {
        let seen = Seen(
            cursor: event.cursor,
            tid: event.call.tid,
            number: event.number,
            kind: event.kind
        )
        self.known.insert(seen)
        let last = self.streams.count - 1
        self.streams[last].killsAtFirst = self.streams[last].killsAtFirst ?? kills
        self.streams[last].seen.append(seen)
        self.streams[last].deliveries.append(event.delivery)
    }

    mutating func acknowledgeAll() {
        let last = self.streams.count - 1
        self.streams[last].acknowledged = self.streams[last].seen.count
    }

    mutating func finish() {
        self.streams[self.streams.count - 1].isFinished = true
    }
}
