internal import CallEngine
internal import DaemonConfiguration
internal import PromptCallCore

extension GuardRules {
    /// What the engine needs to know of the key `guard`.
    init(_ configuration: GuardConfiguration) {
        self.init(
            prefixes: PrefixRules(
                allowed: configuration.allowPrefixes,
                denied: configuration.denyPrefixes
            ),
            perNumber: Rate(configuration.perNumber),
            perRange: Rate(configuration.perPrefix),
            spendPerHour: configuration.centsPerHour.map { Amount(units: $0 * 1_000_000) },
            exemptCallers: Set(configuration.exemptCallers)
        )
    }
}

extension GuardRules.Rate {
    init(_ rate: CountPerPeriod) {
        self.init(count: rate.count, period: rate.period)
    }
}
