/// What may be dialled, against toll fraud (key `guard`).
package struct GuardConfiguration: Equatable, Sendable {
    /// Beginnings of the numbers that may be rung, as digits; the empty one, written `*`,
    /// covers all. Key `allow-prefixes`, at least one.
    package var allowPrefixes: [String]
    /// Beginnings of the numbers that may not. Key `deny-prefixes`.
    package var denyPrefixes: [String]
    /// Calls to one number. Key `per-number`, default 5 in 10 minutes.
    package var perNumber: CountPerPeriod
    /// Calls to numbers that have the first five digits in common. Key `per-prefix`, default 200 in
    /// an hour.
    package var perPrefix: CountPerPeriod
    /// What may be spent in any hour, in cents of a EUR; nil for no bound. Key `spend-per-hour`.
    package var centsPerHour: Int64?
    /// Callers whom the breaker does not silence. Key `exempt-callers`.
    package var exemptCallers: [String]

    package static let perNumberDefault = CountPerPeriod(count: 5, period: .seconds(600))
    package static let perPrefixDefault = CountPerPeriod(count: 200, period: .seconds(3600))

    package init(
        allowPrefixes: [String],
        denyPrefixes: [String] = [],
        perNumber: CountPerPeriod = Self.perNumberDefault,
        perPrefix: CountPerPeriod = Self.perPrefixDefault,
        centsPerHour: Int64? = nil,
        exemptCallers: [String] = []
    ) {
        self.allowPrefixes = allowPrefixes
        self.denyPrefixes = denyPrefixes
        self.perNumber = perNumber
        self.perPrefix = perPrefix
        self.centsPerHour = centsPerHour
        self.exemptCallers = exemptCallers
    }
}
