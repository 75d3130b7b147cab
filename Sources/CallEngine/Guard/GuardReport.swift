package import PromptCallCore

/// What the fraud guard can tell of itself at a moment.
package struct GuardReport: Equatable, Sendable {
    /// Nil where everything is allowed.
    package var rules: GuardRules?
    /// Since when the breaker is open; nil where it is closed.
    package var openSince: Timestamp?
    package var resetAt: Timestamp?
    package var numbers: Usage
    package var ranges: Usage
    /// In the last hour, or since the last reset.
    package var spent: Amount
    /// What calls that are live may cost.
    package var reserved: Amount
    /// What a minute is taken to cost.
    package var rate: Amount
    /// No rate was reported in the last hour, so ``rate`` is a guess.
    package var isRateAssumed: Bool
    /// What the longest call that there can be costs at ``rate``.
    package var longestCall: Amount

    /// How much of a rule is used.
    package struct Usage: Equatable, Sendable {
        /// Numbers, or ranges, that were called within the period.
        package var keys: Int
        /// Calls taken to the one that has most.
        package var mostTaken: Int
        /// Rings of the one that has most.
        package var mostRung: Int
    }

    /// What fraud can cost in an hour at ``rate``, before and behind the opening of the breaker.
    ///
    /// With a bound: all of it, and one call more, for as long as something is left a single call
    /// goes whatever it may cost. Without one: every call that may be live, for an hour.
    package func worstCase(liveCallsMax: Int) -> Amount {
        guard let limit = self.rules?.spendPerHour else {
            return Amount(units: Int64(liveCallsMax) * 60 * self.rate.units)
        }
        return limit + self.longestCall
    }
}
