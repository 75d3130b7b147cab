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
    /// A page is being read for it.
    package private(set) var isReading = false
    private var hasGreeted = false
    /// Pages in which nothing matched, since something was sent.
    private var emptyPages = 0
    /// Since when its reader waits and has heard nothing.
    private var quietSince: Timestamp
    /// When to read again after that failed.
    private var retryAt: Timestamp?

    /// Events that a durable stream without a limit of its own is sent ahead of what was
    /// acknowledged (contract, `max_unacked`).
    private static let durableUnackedMax = 256

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
        // Without a limit nothing would tell what a name has yet to acknowledge.
        self.unackedMax = start.unackedMax ?? start.durable.map { _ in Self.durableUnackedMax }
        self.acknowledged = start.durable?.acknowledged ?? start.after
        self.handedOut = start.durable?.handedOut ?? []
        self.quietSince = now
    }

    /// The reader is ready for more.
    package mutating func demanded(_ reply: ReplyID, at now: Timestamp) {
        self.demand = reply
        self.quietSince = now
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
        self.retryAt = nil
        // Without a reader the page is read again when there is one.
        guard let reply = self.demand else { return .none }
        self.cursor = page.cursor
        guard !page.events.isEmpty else {
            self.emptyPages += 1
            return .none
        }
        let events = page.events.map { event in
            let before = self.handedOut.count { $0.covers(event.cursor) }
            return DeliveredEvent(stored: event, delivery: before + 1)
        }
        if self.unackedMax != nil { self.unacked.append(contentsOf: page.events.map(\.cursor)) }
        return self.send(.events(events), to: reply, at: now)
    }

    /// A page could not be read; it is tried again after a while.
    package mutating func readFailed(at now: Timestamp) {
        self.isReading = false
        self.retryAt = now + EngineLimits.storeRetry
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
        // Its time is over even where there is nothing to read any more: it wakes nobody again.
        if let retryAt = self.retryAt, retryAt <= now { self.retryAt = nil }
        let room = self.unackedMax.map { $0 - self.unacked.count } ?? EngineLimits.pageMax
        let mayRead = room > 0 && !isAtTail && self.retryAt == nil
        // In a long search for what matches, its reader hears from time to time how far it came.
        if mayRead, self.emptyPages == 0 || self.heartbeatAt > now {
            self.isReading = true
            return .read(limit: min(room, EngineLimits.pageMax))
        }
        guard self.heartbeatAt <= now else { return .none }
        // Nothing that it was sent is open, so the name itself may move on.
        if self.unacked.isEmpty { self.acknowledged = self.cursor }
        return self.send(.heartbeat(self.cursor), to: reply, at: now)
    }

    /// When a heartbeat is due, unless something is sent before.
    package var heartbeatAt: Timestamp { self.quietSince + EngineLimits.heartbeat }

    /// When time alone brings it on; nil while its reader or the store is waited for.
    package var wakesAt: Timestamp? {
        guard self.demand != nil, !self.isReading else { return nil }
        return self.retryAt.map { min($0, self.heartbeatAt) } ?? self.heartbeatAt
    }

    /// What is to be stored of a durable one; nil for others.
    ///
    /// It has a mark of how far it handed out what is not acknowledged, for the streams after it.
    package func record(at now: Timestamp) -> SubscriptionRecord? {
        guard let key = self.durableKey else { return nil }
        var marks = self.handedOut.filter { !self.acknowledged.covers($0) }
        if let last = self.unacked.last { marks.append(last) }
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
        self.quietSince = now
        self.emptyPages = 0
        return .send(reply, batch)
    }
}
