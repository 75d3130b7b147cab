package import NexmoSimulator

/// Reads scenario files: YAML with closed sets of keys, laid over settings.
package struct ScenarioFile {
    private enum Key: String, CaseIterable {
        case speed, seed, faults, prices, callees
        case callsPerSecond = "calls-per-second"
        case requestsPerSecond = "requests-per-second"
        case webhookShape = "webhook-shape"
        case bargeInTimer = "barge-in-timer"
        case fallbackURL = "fallback-url"
        case eventURL = "event-url"
        case regionHost = "region-host"
    }

    private enum FaultKey: String, CaseIterable {
        case loseWebhooks = "lose-webhooks"
        case doubleWebhooks = "double-webhooks"
        case delayWebhooks = "delay-webhooks"
        case throttleCalls = "throttle-calls"
        case failCalls = "fail-calls"
        case loseAnswers = "lose-answers"
        case missGets = "miss-gets"
        case staleGets = "stale-gets"
        case slowAnswers = "slow-answers"
        case delayMax = "delay-max"
    }

    /// What the file makes of the settings it was laid over.
    package private(set) var settings: SimulatorConfiguration

    /// Reads a file's text.
    ///
    /// - Parameters:
    ///   - text: All of it.
    ///   - file: Its name, for errors.
    ///   - settings: What holds for keys that are left out.
    /// - Throws: ``ScenarioError`` for the first thing that is wrong.
    package init(
        _ text: String,
        file: String,
        over settings: SimulatorConfiguration = SimulatorConfiguration()
    ) throws(ScenarioError) {
        self.settings = settings
        guard let top = try ScenarioNode.top(of: text, file: file) else { return }
        let section = try top.section(of: Key.self)
        try self.readLimits(section)
        if let node = section[.webhookShape] {
            self.settings.webhookShape = try node.word(of: WebhookShape.self)
        }
        if let node = section[.bargeInTimer] {
            self.settings.bargeInTimer = try node.word(of: BargeInTimer.self)
        }
        if let node = section[.fallbackURL] { self.settings.fallbackURL = try node.url() }
        if let node = section[.eventURL] { self.settings.eventURL = try node.url() }
        if let node = section[.regionHost] { self.settings.regionHost = try node.host() }
        if let node = section[.faults] { self.settings.faults = try Self.faults(node) }
        if let node = section[.prices] { self.settings.rates = try Self.rates(node) }
        guard let node = section[.callees] else { return }
        for (pattern, node) in try node.entries() {
            let pattern = try Self.pattern(pattern, node)
            self.settings.callees.set(try CalleeReader.plan(node), for: pattern)
        }
    }

    private mutating func readLimits(_ section: [Key: ScenarioNode]) throws(ScenarioError) {
        if let node = section[.speed] {
            self.settings.speed = try node.number(in: 0.01...10_000)
        }
        if let node = section[.seed] {
            self.settings.seed = UInt64(try node.integer(in: 0...Int.max))
        }
        if let node = section[.callsPerSecond] {
            self.settings.callsPerSecond = try Self.rate(node)
        }
        if let node = section[.requestsPerSecond] {
            self.settings.requestsPerSecond = try Self.rate(node)
        }
    }

    /// A limit; 0 for none.
    private static func rate(_ node: ScenarioNode) throws(ScenarioError) -> Int? {
        let rate = try node.integer(in: 0...100_000)
        return rate == 0 ? nil : rate
    }

    private static func pattern(
        _ text: String,
        _ node: ScenarioNode
    ) throws(ScenarioError) -> NumberPattern {
        guard let pattern = NumberPattern(text) else {
            throw node.error(
                "is no number: write 7 to 15 digits without plus, the first not 0, or digits and "
                    + "a star such as \"4477*\", or \"*\""
            )
        }
        return pattern
    }

    private static func faults(_ node: ScenarioNode) throws(ScenarioError) -> FaultShares {
        var shares = FaultShares()
        for (key, node) in try node.section(of: FaultKey.self) {
            if key == .delayMax {
                shares.delayMax = try node.duration()
                continue
            }
            let share = try node.number(in: 0...1)
            switch key {
            case .loseWebhooks: shares.lostWebhooks = share
            case .doubleWebhooks: shares.doubledWebhooks = share
            case .delayWebhooks: shares.delayedWebhooks = share
            case .throttleCalls: shares.throttledCreations = share
            case .failCalls: shares.failedCreations = share
            case .loseAnswers: shares.lostCreations = share
            case .missGets: shares.missedReadings = share
            case .staleGets: shares.staleReadings = share
            case .slowAnswers: shares.slowAnswers = share
            case .delayMax: break
            }
        }
        guard shares.isPossible else {
            throw node.error(
                "throttle-calls, fail-calls and lose-answers together are more than 1, or "
                    + "miss-gets and stale-gets are"
            )
        }
        return shares
    }

    private static func rates(_ node: ScenarioNode) throws(ScenarioError) -> NumberTable<Int64> {
        var rates = NumberTable<Int64>()
        for (pattern, node) in try node.entries() {
            let pattern = try Self.pattern(pattern, node)
            guard let rate = Money.amount(try node.text()) else {
                throw node.error("must be euros a minute with up to 8 decimals, such as 0.0127")
            }
            rates.set(rate, for: pattern)
        }
        return rates
    }
}
