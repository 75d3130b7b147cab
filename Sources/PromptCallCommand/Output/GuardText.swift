import PromptCallAPI

/// Writes the fraud guard's state for people.
enum GuardText {
    static func block(_ guarding: Promptcall_V1_GuardStatus) -> String {
        var block = FieldBlock()
        guard guarding.configured else {
            block.add("guard", "none")
            block.add("worst_case", guarding.reckoning)
            return block.text()
        }
        block.add("allow_prefixes", guarding.allowPrefixes.joined(separator: " "))
        block.add("deny_prefixes", guarding.denyPrefixes.joined(separator: " "))
        block.add("per_number", self.count(guarding.perNumber, "numbers"))
        block.add("per_prefix", self.count(guarding.perPrefix, "ranges"))
        block.add("spend_per_hour", self.spending(guarding))
        block.add("rate", self.rate(guarding))
        block.add("exempt_callers", guarding.exemptCallers.joined(separator: " "))
        block.add("breaker", self.breaker(guarding))
        block.add("reset_at", time: guarding.hasResetAt ? guarding.resetAt : nil)
        block.add(
            "refused",
            guarding.refused.map { "\($0.rule)=\($0.calls)" }.joined(separator: " ")
        )
        block.add("worst_case", "\(guarding.worstCase) EUR. \(guarding.reckoning)")
        return block.text()
    }

    private static func count(_ rule: Promptcall_V1_GuardCount, _ what: String) -> String {
        let called = "\(what) called: \(rule.called)"
        return "\(rule.calls) in \(TimeText.duration(rule.period)); \(called), most taken: "
            + "\(rule.mostTaken), most rung: \(rule.mostRung)"
    }

    private static func spending(_ guarding: Promptcall_V1_GuardStatus) -> String {
        let used = "spent \(guarding.spent), reserved for live calls \(guarding.reserved)"
        return guarding.spendPerHour.isEmpty
            ? "none; \(used)" : "\(guarding.spendPerHour) EUR; \(used)"
    }

    private static func rate(_ guarding: Promptcall_V1_GuardStatus) -> String {
        let source = guarding.rateAssumed ? "taken for granted" : "highest of the last hour"
        return "\(guarding.rate) EUR a minute, \(source)"
    }

    private static func breaker(_ guarding: Promptcall_V1_GuardStatus) -> String {
        if guarding.spendPerHour.isEmpty { return "none" }
        guard guarding.breakerOpen else { return "closed" }
        return "open since \(TimeText.time(guarding.breakerOpenedAt))"
    }
}
