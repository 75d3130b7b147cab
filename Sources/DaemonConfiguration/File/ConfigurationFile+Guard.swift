extension ConfigurationFile {
    private enum GuardKey: String, CaseIterable {
        case allowPrefixes = "allow-prefixes"
        case denyPrefixes = "deny-prefixes"
        case perNumber = "per-number"
        case perPrefix = "per-prefix"
        case spendPerHour = "spend-per-hour"
        case exemptCallers = "exempt-callers"
    }

    /// Reads the key `guard`.
    func readGuard(_ node: FileNode) throws(ConfigurationError) -> GuardConfiguration {
        let section = try node.section(of: GuardKey.self)
        let allowNode = try section.required(.allowPrefixes)
        let allow = try allowNode.values { text throws(InvalidValue) in
            text == "*" ? "" : try SettingText.digits(text, what: "a prefix or '*'")
        }
        guard !allow.isEmpty else {
            throw allowNode.origin.refused(
                "is an empty list, so nothing could be rung; name prefixes, or [\"*\"] for all"
            )
        }
        let deny = try section[.denyPrefixes]?.values { text throws(InvalidValue) in
            let prefix = try SettingText.digits(text, what: "a prefix")
            guard !allow.contains(prefix) else {
                throw InvalidValue("'\(prefix)' is allowed and denied; remove one")
            }
            return prefix
        }
        var configuration = GuardConfiguration(allowPrefixes: allow, denyPrefixes: deny ?? [])
        if let node = section[.perNumber] {
            configuration.perNumber = try node.value(CountPerPeriod.init)
        }
        if let node = section[.perPrefix] {
            configuration.perPrefix = try node.value(CountPerPeriod.init)
        }
        configuration.centsPerHour = try section[.spendPerHour]?.value(SettingText.cents)
        configuration.exemptCallers = try section[.exemptCallers]?.values(SettingText.name) ?? []
        return configuration
    }
}
