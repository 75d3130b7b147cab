/// What has become of a call so far, as callers see it.
///
/// An event carries a copy, so it says nothing secret: no texts, no digits.
package struct CallProgress: Equatable, Sendable {
    package var stage = CallStage.queued
    /// Set once the call has ended.
    package var reason: CallReason?
    /// In words, for a person: Nexmo's own message where there is one.
    package var detail = ""
    /// Entries with at least one key.
    package var attempts = 0
    package var redials = 0
    /// A machine was told its message to the end.
    package var messageLeft = false
    package var submittedAt: Timestamp
    package var verifiedAt: Timestamp?
    package var endedAt: Timestamp?
    /// One a ring; the last is the latest.
    package var legs: [CallLeg] = []
    /// Nil where no callback was asked for, or the call has not ended.
    package var callback: CallbackProgress?

    package init(submittedAt: Timestamp) {
        self.submittedAt = submittedAt
    }

    /// The outcome in one word; nil while the call has not ended.
    package var status: CallStatus? { self.reason?.status }

    /// When the first leg was placed.
    package var placedAt: Timestamp? { self.legs.lazy.compactMap(\.placedAt).first }

    /// When a leg was first answered.
    package var answeredAt: Timestamp? { self.legs.lazy.compactMap(\.answeredAt).first }

    /// The price of all legs; nil while none is known.
    package var price: Amount? {
        let prices = self.legs.compactMap(\.price)
        return prices.isEmpty ? nil : prices.reduce(Amount(units: 0), +)
    }
}

/// What has become of a call's callback.
package struct CallbackProgress: Equatable, Sendable {
    /// The raw values are those of `promptcall.v1.Callback.State`, and are stored.
    package enum State: Int, Sendable {
        case waiting = 1
        case delivered = 2
        /// Every retry failed, or the receiver answered 410.
        case abandoned = 3
    }

    package var state = State.waiting
    /// Deliveries tried so far.
    package var attempts = 0
    /// 0 where no answer came.
    package var lastHTTPStatus = 0
    package var lastError = ""
    package var nextAttemptAt: Timestamp?

    package init() {}
}
