/// All that the engine holds of a call, but for its script.
package struct CallRecord: Equatable, Sendable {
    package let id: CallID
    /// Who submitted it: a name from the configuration.
    package let caller: String
    @usableFromInline
    let ordered: OrderedTerms
    /// What was ordered, which all versions of the record share.
    @inlinable
    package var terms: CallTerms { self.ordered.terms }
    /// How many transitions were committed; the store takes a transition only from the version it
    /// was computed from.
    package var version: Int64 = 0
    /// The entries that are right: the PIN, or those that count. Empty where any is, and at the
    /// end, when secrets are erased.
    package var expected: [DTMFDigits]
    /// What the callee keyed in, where digits are collected.
    package var collected: DTMFDigits?
    package var progress: CallProgress
    package var dialogue = Dialogue()
    package var timers = CallTimers()
    /// What is settled of the outcome before the call has ended.
    package var decided: CallReason?
    /// Events written so far; the next has the number after it.
    package var eventCount = 0

    package init(
        id: CallID,
        caller: String,
        terms: CallTerms,
        expected: [DTMFDigits],
        submittedAt: Timestamp
    ) {
        self.id = id
        self.caller = caller
        self.ordered = OrderedTerms(terms)
        self.expected = expected
        self.progress = CallProgress(submittedAt: submittedAt)
    }

    /// The latest leg; nil before the first was placed.
    package var leg: CallLeg? { self.progress.legs.last }

    package var stage: CallStage { self.progress.stage }

    /// Placed or being placed, and not ended: somebody's phone may ring.
    package var isLive: Bool { self.stage > .queued && self.stage < .ended }

    /// Whether a timer that runs goes by the wall clock, as what the caller stated does.
    package func followsWall(_ timer: CallTimer) -> Bool {
        timer == .expiry || timer == .ready && self.timers[timer] == self.terms.notBefore
    }

    /// Since when a queued call waits to be placed; nil for other stages, and while credentials
    /// that a restart lost are awaited.
    package var readyAt: Timestamp? {
        guard self.stage == .queued, self.timers[.credentials] == nil else { return nil }
        let submittedAt = self.progress.submittedAt
        // A time that was over at submission puts nobody in front of those who came before.
        return self.timers[.ready] ?? max(self.terms.notBefore ?? submittedAt, submittedAt)
    }
}
