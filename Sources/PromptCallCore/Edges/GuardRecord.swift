/// What the fraud guard keeps from one start to the next.
///
/// What its windows hold is not in it: that follows from the calls, see ``GuardHistory``.
package struct GuardRecord: Equatable, Sendable {
    /// Since when the breaker is open; nil where it is closed.
    package var openedAt: Timestamp?
    /// When the breaker was last reset: legs that ended before no longer count as spending.
    package var resetAt: Timestamp?

    package init(openedAt: Timestamp? = nil, resetAt: Timestamp? = nil) {
        self.openedAt = openedAt
        self.resetAt = resetAt
    }
}

/// Asks for what the fraud guard is to know of the time before a start.
package struct GuardQuery: Equatable, Sendable {
    /// Calls submitted at or after this.
    package var submittedSince: Timestamp
    /// Legs of calls that ended at or after this, or are queued again.
    package var rungSince: Timestamp
    /// Most of each; the latest are wanted.
    package var limit: Int

    package init(submittedSince: Timestamp, rungSince: Timestamp, limit: Int) {
        self.submittedSince = submittedSince
        self.rungSince = rungSince
        self.limit = limit
    }
}

/// What the fraud guard is to know of the time before a start. Live calls are no part of it.
package struct GuardHistory: Equatable, Sendable {
    /// A call that was submitted.
    package struct Order: Equatable, Sendable {
        package var to: PhoneNumber
        package var at: Timestamp

        package init(to: PhoneNumber, at: Timestamp) {
            self.to = to
            self.at = at
        }
    }

    /// A call that was rung.
    package struct Rung: Equatable, Sendable {
        package var to: PhoneNumber
        /// At least one, oldest first.
        package var legs: [CallLeg]

        package init(to: PhoneNumber, legs: [CallLeg]) {
            self.to = to
            self.legs = legs
        }
    }

    package var record: GuardRecord
    /// In any order.
    package var orders: [Order]
    /// In any order.
    package var rung: [Rung]

    package init(record: GuardRecord = GuardRecord(), orders: [Order] = [], rung: [Rung] = []) {
        self.record = record
        self.orders = orders
        self.rung = rung
    }
}
