package import PromptCallCore

/// What the fraud guard goes by.
package struct GuardRules: Equatable, Sendable {
    package var prefixes: PrefixRules
    /// Calls to one number.
    package var perNumber: Rate
    /// Calls to one range of numbers, which have the first five digits in common.
    package var perRange: Rate
    /// What may be spent in any hour; nil for no bound.
    package var spendPerHour: Amount?
    /// Callers whom the breaker does not silence.
    package var exemptCallers: Set<String>

    /// So many in any period of so long.
    package struct Rate: Equatable, Sendable {
        package var count: Int
        package var period: Duration

        package init(count: Int, period: Duration) {
            self.count = count
            self.period = period
        }
    }

    package init(
        prefixes: PrefixRules,
        perNumber: Rate,
        perRange: Rate,
        spendPerHour: Amount? = nil,
        exemptCallers: Set<String> = []
    ) {
        self.prefixes = prefixes
        self.perNumber = perNumber
        self.perRange = perRange
        self.spendPerHour = spendPerHour
        self.exemptCallers = exemptCallers
    }
}

/// Which rule of the guard speaks against a call.
package enum GuardRule: CaseIterable, Hashable, Sendable {
    /// The number begins with what may not be rung.
    case prefix
    /// The number was called too often.
    case perNumber
    /// Its range was called too often.
    case perRange
    /// The breaker is open.
    case spend
}

/// Why a call is not taken.
package struct GuardRefusal: Equatable, Sendable {
    package var rule: GuardRule
    /// When trying again can help; nil where nobody knows.
    package var retryAfter: Duration?

    package init(_ rule: GuardRule, retryAfter: Duration? = nil) {
        self.rule = rule
        self.retryAfter = retryAfter
    }
}

/// The bounds of the guard, and what it takes for granted.
package enum GuardLimits {
    /// Entries in each of the four windows of counts. Behind more than that the oldest are
    /// forgotten early. An entry and its key take 44 bytes, and the tables have room to grow: at
    /// most 16 MiB a window.
    package static let windowMax = 196_608
    /// A window's period is cut into so many slots; calls to one key in one slot are one entry.
    package static let slotsPerPeriod: Int64 = 64
    /// What a minute is taken to cost while no price was reported within the last hour.
    package static let assumedRate = Amount(units: 50_000_000)
    /// The time over which spending is summed up.
    package static let spendPeriod = Duration.seconds(3600)
    /// Prices are summed up in slots of this length, which leave the hour as a whole.
    package static let spendSlot = Duration.seconds(10)
    /// What a call whose turn is looked for is taken to last at most: the default of
    /// `max_duration`. It is placed by its own.
    package static let usualDuration = Duration.seconds(300)
    /// The longest that a call may last (calls.proto, `max_duration`).
    package static let longestDuration = Duration.seconds(7200)
    /// Calls reckoned without a price, which is added when it comes.
    package static let estimatesMax = 4096
    /// Queued calls ended for one commit while the breaker is open.
    package static let silencedMax = 256
}
