internal import DequeModule
package import PromptCallCore

/// One stream of events: a cursor over what is stored, moved at its reader's pace.
///
/// It is no queue. It reads a page when its reader wants one, runs at most a window ahead of what
/// was acknowledged, and costs nothing while its reader stalls.
package struct Subscription: Sendable {
    package let filter: EventFilter
    package let durableKey: SubscriptionKey?
    /// All up to there was looked at, and sent where it matched.
    package private(set) var cursor: EventCursor
    private let unackedMax: Int?
    private var unacked: Deque<EventCursor> = []
    private var acknowledged: EventCursor
    private var handedOut: [EventCursor]
    private var demand: ReplyID?
    private var isReading = false
    private var hasGreeted = false
    private var sentAt: Timestamp

    /// What is to be done for it next.
    package enum Step: Equatable, Sendable {
        /// Answer its reader.
        case send(ReplyID, SubscriptionBatch)
        /// Read events after its cursor, at most so many; answered by ``pageRead(_:)``.
        case read(limit: Int)
        /// Nothing, until something changes.
        case none
    }

    package init(_ start: SubscriptionStart, at now: Timestamp) {
        self.filter = start.filter
        self.durableKey = start.durable?.key
        self.cursor = start.after
        self.unackedMax = start.unackedMax
        self.acknowledged = start.durable?.acknowledged ?? start.after
        self.handedOut = start.durable?.handedOut ?? []
        self.sentAt = now
    }

    /// The reader is ready for more.
    package mutating func demanded(_ reply: ReplyID) {
        self.demand = reply
    }

    /// Whoever waits for the next events; nil where nobody does.
    package var waiting: ReplyID? { self.demand }

    /// The reader has dealt with all up to a cursor.
    ///
    /// - Returns: Whether it was sent that far; an older cursor changes nothing.
    package mutating func acknowledged(_ cursor: EventCursor) -> Bool {
        guard self.cursor.covers(cursor) else { return false }
        while let first = self.unacked.first, cursor.covers(first) { self.unacked.removeFirst() }
        if cursor.covers(self.acknowledged) { self.acknowledged = cursor }
        return true
    }

    /// A page was read, or what stands at the tail in memory was.
    package mutating func pageRead(_ page: EventPage, at now: Timestamp) -> Step {
        self.isReading = false
        self.cursor = page.cursor
        guard let reply = self.demand else { return .none }
        guard !page.events.isEmpty else { return .none }
        let events = page.events.map { event in
            let before = self.handedOut.count { $0.covers(event.cursor) }
            return DeliveredEvent(stored: event, delivery: before + 1)
        }
        if self.unackedMax != nil { self.unacked.append(contentsOf: page.events.map(\.cursor)) }
        return self.send(.events(events), to: reply, at: now)
    }

    /// A page could not be read; it is tried again when something changes.
    package mutating func readFailed() {
        self.isReading = false
    }

    /// Decides what to do: greet, read on, keep quiet, or say that nothing happened.
    ///
    /// `isAtTail` tells whether the cursor is at the newest event.
    package mutating func next(isAtTail: Bool, at now: Timestamp) -> Step {
        guard let reply = self.demand, !self.isReading else { return .none }
        guard self.hasGreeted else {
            self.hasGreeted = true
            return self.send(.heartbeat(self.cursor), to: reply, at: now)
        }
        let room = self.unackedMax.map { $0 - self.unacked.count } ?? EngineLimits.pageMax
        if room > 0, !isAtTail {
            self.isReading = true
            return .read(limit: min(room, EngineLimits.pageMax))
        }
        guard self.heartbeatAt <= now else { return .none }
        // Nothing that it was sent is open, so the name itself may move on.
        if self.unacked.isEmpty { self.acknowledged = self.cursor }
        return self.send(.heartbeat(self.cursor), to: reply, at: now)
    }

    /// When a heartbeat is due, unless something is sent before.
    package var heartbeatAt: Timestamp { self.sentAt + EngineLimits.heartbeat }

    /// What is to be stored of a durable one; nil for others.
    ///
    /// A stream that closes leaves a mark of how far it had handed out what is not acknowledged.
    package func record(isClosing: Bool, at now: Timestamp) -> SubscriptionRecord? {
        guard let key = self.durableKey else { return nil }
        var marks = self.handedOut.filter { !self.acknowledged.covers($0) }
        if isClosing, let last = self.unacked.last { marks.append(last) }
        return SubscriptionRecord(
            key: key,
            acknowledged: self.acknowledged,
            handedOut: Array(marks.suffix(SubscriptionRecord.handedOutMax)),
            usedAt: now
        )
    }

    private mutating func send(
        _ batch: SubscriptionBatch,
        to reply: ReplyID,
        at now: Timestamp
    ) -> Step {
        self.demand = nil
        self.sentAt = now
        return .send(reply, batch)
    }
}
