/// Under whose name work is claimed, and for how long by the database's clock.
///
/// A store that serves one daemon alone has nothing to arbitrate and ignores it.
package struct StoreLease: Hashable, Sendable {
    /// Names the process: credentials and owed hang-ups belong to it, not to a host.
    package var incarnation: UInt64
    package var duration: Duration

    package init(incarnation: UInt64, duration: Duration) {
        self.incarnation = incarnation
        self.duration = duration
    }
}

/// Queued calls of one caller and priority.
package struct QueueLane: Hashable, Comparable, Sendable {
    package var priority: CallPriority
    package var caller: String

    package init(priority: CallPriority, caller: String) {
        self.priority = priority
        self.caller = caller
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.priority, left.caller) < (right.priority, right.caller)
    }
}

/// A call that waits to be placed.
package struct QueuedCall: Hashable, Sendable {
    package var id: CallID
    package var to: PhoneNumber
    package var credentials: QueuedCredentials
    package var readyAt: Timestamp
    package var expiresAt: Timestamp

    package init(
        id: CallID,
        to: PhoneNumber,
        credentials: QueuedCredentials,
        readyAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.to = to
        self.credentials = credentials
        self.readyAt = readyAt
        self.expiresAt = expiresAt
    }

    /// Where it stands in its lane.
    package var position: QueuePosition { QueuePosition(readyAt: self.readyAt, id: self.id) }
}

/// The name of a profile; nil for credentials that came with the call.
package typealias QueuedCredentials = String?

/// A place in a lane: by the time since which a call waits, then by its identifier.
package struct QueuePosition: Hashable, Comparable, Sendable {
    package var readyAt: Timestamp
    package var id: CallID

    package init(readyAt: Timestamp, id: CallID) {
        self.readyAt = readyAt
        self.id = id
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.readyAt, left.id) < (right.readyAt, right.id)
    }
}

/// Asks for queued calls.
package struct QueueClaim: Sendable {
    package var lane: QueueLane
    /// Calls ready at or before this.
    package var now: Timestamp
    /// Calls behind this place alone; nil for all.
    package var after: QueuePosition?
    package var limit: Int
    package var lease: StoreLease

    package init(
        lane: QueueLane,
        now: Timestamp,
        after: QueuePosition?,
        limit: Int,
        lease: StoreLease
    ) {
        self.lane = lane
        self.now = now
        self.after = after
        self.limit = limit
        self.lease = lease
    }
}

/// A call with a timer.
package struct DueCall: Hashable, Comparable, Sendable {
    package var at: Timestamp
    package var id: CallID

    package init(at: Timestamp, id: CallID) {
        self.at = at
        self.id = id
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.at, left.id) < (right.at, right.id)
    }
}

/// Asks for calls with a timer.
package struct DueClaim: Sendable {
    /// Timers at or before this.
    package var through: Timestamp
    /// Those behind this alone; nil for all.
    package var after: DueCall?
    package var limit: Int
    package var lease: StoreLease

    package init(through: Timestamp, after: DueCall?, limit: Int, lease: StoreLease) {
        self.through = through
        self.after = after
        self.limit = limit
        self.lease = lease
    }
}

/// How many calls there are.
package struct StoreCounts: Equatable, Sendable {
    /// Calls that have not ended, by stage.
    package var stages: [CallStage: Int]
    /// Queued calls by caller.
    package var queued: [String: Int]
    package var callbacksWaiting: Int
    /// Queued calls that wait for nothing but their turn; of a very long queue only the first.
    package var ready: [ReadyCount]
    /// Since when the oldest queued call waits.
    package var oldestQueued: Timestamp?
    /// Whether the store has no call at all, not even one that ended.
    package var isEmpty: Bool

    package init(
        stages: [CallStage: Int] = [:],
        queued: [String: Int] = [:],
        callbacksWaiting: Int = 0,
        ready: [ReadyCount] = [],
        oldestQueued: Timestamp? = nil,
        isEmpty: Bool = true
    ) {
        self.stages = stages
        self.queued = queued
        self.callbacksWaiting = callbacksWaiting
        self.ready = ready
        self.oldestQueued = oldestQueued
        self.isEmpty = isEmpty
    }
}

/// How many calls of a lane wait with the same credentials.
package struct ReadyCount: Equatable, Sendable {
    package var lane: QueueLane
    package var credentials: QueuedCredentials
    package var calls: Int

    package init(lane: QueueLane, credentials: QueuedCredentials, calls: Int) {
        self.lane = lane
        self.credentials = credentials
        self.calls = calls
    }
}

/// What is no longer kept.
package struct RetentionCut: Equatable, Sendable {
    /// Calls that ended before this go.
    package var calls: Timestamp
    /// Events from before this go, the newest excepted.
    package var events: Timestamp

    package init(calls: Timestamp, events: Timestamp) {
        self.calls = calls
        self.events = events
    }
}

/// How much a step of retention deleted.
package struct PruneCount: Equatable, Sendable {
    package var calls: Int
    package var events: Int

    package init(calls: Int, events: Int) {
        self.calls = calls
        self.events = events
    }
}
