internal import CallEngine
internal import DaemonConfiguration
internal import PromptCallAPI
internal import PromptCallCore
internal import SwiftProtobuf

extension GuardRule {
    /// As errors name it.
    var name: String {
        switch self {
        case .prefix: "GUARD_PREFIX"
        case .perNumber: "GUARD_PER_NUMBER"
        case .perRange: "GUARD_PER_PREFIX"
        case .spend: "GUARD_SPEND"
        }
    }
}

extension Promptcall_V1_GuardStatus {
    /// Tells what the guard goes by, as configured, and how it is.
    init(
        _ report: GuardReport,
        _ configuration: GuardConfiguration?,
        refused: [GuardRule: Int],
        liveCallsMax: Int
    ) {
        self.init()
        self.refused = GuardRule.allCases.compactMap { rule in
            refused[rule].map { calls in
                .with {
                    $0.rule = rule.name
                    $0.calls = UInt64(calls)
                }
            }
        }
        guard let configuration, let rules = report.rules else {
            self.reckoning =
                "There is no guard, so every number may be rung; a public Nexmo host cannot be "
                + "used like that."
            return
        }
        self.configured = true
        self.allowPrefixes = configuration.allowPrefixes.map { $0.isEmpty ? "*" : $0 }
        self.denyPrefixes = configuration.denyPrefixes
        self.perNumber = .init(rules.perNumber, report.numbers)
        self.perPrefix = .init(rules.perRange, report.ranges)
        self.exemptCallers = configuration.exemptCallers
        self.setMoney(report, liveCallsMax: liveCallsMax)
    }

    private mutating func setMoney(_ report: GuardReport, liveCallsMax: Int) {
        self.breakerOpen = report.openSince != nil
        if let since = report.openSince {
            self.breakerOpenedAt = Google_Protobuf_Timestamp(since)
        }
        if let resetAt = report.resetAt { self.resetAt = Google_Protobuf_Timestamp(resetAt) }
        self.spendPerHour = report.rules?.spendPerHour?.description ?? ""
        self.spent = report.spent.description
        self.reserved = report.reserved.description
        self.rate = report.rate.description
        self.rateAssumed = report.isRateAssumed
        self.worstCase = report.worstCase(liveCallsMax: liveCallsMax).description
        self.reckoning = Self.reckoning(report, liveCallsMax: liveCallsMax)
    }

    private static func reckoning(_ report: GuardReport, liveCallsMax: Int) -> String {
        let source =
            report.isRateAssumed
            ? "taken for granted while no rate was reported within the last hour"
            : "the highest reported within the last hour"
        let rate = "\(report.rate) EUR a minute, \(source)"
        let caveat = """
            Where a destination costs more, live calls cost that much more until the first of them \
            is billed.
            """
        guard let limit = report.rules?.spendPerHour else {
            return """
                In an hour, live-calls-max (\(liveCallsMax)) x 60 minutes x \(rate): there is no \
                spend-per-hour. \(caveat)
                """
        }
        let exempt =
            report.rules?.exemptCallers.isEmpty ?? true
            ? "" : " Calls of exempt callers come on top."
        return """
            In an hour, and in all once the breaker is open: spend-per-hour \(limit), and one call \
            of \(Self.longestMinutes) minutes x \(rate) = \(report.longestCall), for a single \
            call is placed as long as anything is left. \(caveat)\(exempt)
            """
    }

    private static var longestMinutes: Int64 {
        GuardLimits.longestDuration.wholeMilliseconds / 60_000
    }
}

extension Promptcall_V1_GuardCount {
    init(_ rate: GuardRules.Rate, _ usage: GuardReport.Usage) {
        self.init()
        self.calls = UInt32(clamping: rate.count)
        self.period = Google_Protobuf_Duration(rate.period)
        self.called = UInt64(usage.keys)
        self.mostTaken = UInt32(clamping: usage.mostTaken)
        self.mostRung = UInt32(clamping: usage.mostRung)
    }
}
