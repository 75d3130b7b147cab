import PromptCallAPI

/// Where a reader of events is, and what to do when its stream ends.
struct EventFollower: Equatable, Sendable {
    enum OnEvent: Equatable {
        /// Tell the daemon that the event was dealt with.
        case acknowledge
        /// Nothing; the place is kept here.
        case remember
    }

    enum OnEnd: Equatable {
        /// Pause, then subscribe with ``EventFollower/start``. The first time in a row, say so.
        case reconnect(after: Duration, isFirst: Bool)
        /// Nothing that a new stream could mend.
        case fail
    }

    /// The pause before the first attempt; doubles with each.
    static let pauseMin: Duration = .milliseconds(100)
    /// The longest pause between attempts.
    static let pauseMax: Duration = .seconds(5)

    /// How to subscribe so that nothing is missed.
    private(set) var start: Promptcall_V1_SubscribeStart
    /// Whether the daemon ever answered; before, its absence is an error and not an outage.
    private var wasConnected = false
    private var pause = Self.pauseMin
    private var isOutage = false

    init(start: Promptcall_V1_SubscribeStart) {
        self.start = start
    }

    /// An event was written where its reader finds it.
    mutating func eventPrinted(_ event: Promptcall_V1_Event) -> OnEvent {
        self.heard(event.cursor)
        return self.start.name.isEmpty ? .remember : .acknowledge
    }

    /// There was no event for a while, or the stream begins.
    mutating func heartbeatReceived(_ heartbeat: Promptcall_V1_Heartbeat) {
        self.heard(heartbeat.cursor)
    }

    /// The stream ended without our doing.
    mutating func streamEnded(_ end: StreamEnd) -> OnEnd {
        guard self.wasConnected, end == .outage else { return .fail }
        defer {
            self.pause = min(self.pause * 2, Self.pauseMax)
            self.isOutage = true
        }
        return .reconnect(after: self.pause, isFirst: !self.isOutage)
    }

    private mutating func heard(_ cursor: String) {
        self.wasConnected = true
        self.pause = Self.pauseMin
        self.isOutage = false
        // Of a name the daemon keeps the place, and `from` counts only when it is first opened.
        if self.start.name.isEmpty, !cursor.isEmpty { self.start.after = cursor }
    }
}
