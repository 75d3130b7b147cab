package import PromptCallCore

/// What the engine can tell of itself at a moment.
package struct EngineSnapshot: Sendable {
    package var counters: EngineCounters
    package var subscribers: Int
    package var expectedWait: Duration
    package var isDraining: Bool
    package var isPaused: Bool
    package var liveCalls: Int
    package var cachedCalls: Int
    package var profilesInTrouble: [ProfileTrouble]
    /// Since when the fraud guard's breaker is open; nil where it is closed.
    package var guardOpenSince: Timestamp?
    /// What was spent in the last hour, as far as the fraud guard knows.
    package var spent: Amount
    /// What live calls may cost, as the fraud guard reckons it.
    package var reserved: Amount
    /// Calls that the fraud guard has not let in since the start, by rule.
    package var guardRefused: [GuardRule: Int]
    /// How long a further call would wait, by account and priority.
    package var waits: [ExpectedWait]
    /// Since when no webhook comes although legs are answered; nil where all is well.
    package var webhooksSilentSince: Timestamp?
    /// What was found of a damaged store; nil where nothing was.
    package var damage: String?

    init(_ core: inout EngineCore, at now: Timestamp) {
        self.counters = core.counters
        self.subscribers = core.subscribers
        self.expectedWait = core.expectedWait
        self.isDraining = core.isDraining
        self.isPaused = core.isPaused
        self.liveCalls = core.liveCalls
        self.cachedCalls = core.cachedCalls
        self.profilesInTrouble = core.profilesInTrouble
        self.guardOpenSince = core.fraudGuard.openSince
        (self.spent, self.reserved) = core.fraudGuard.money(at: now)
        self.guardRefused = core.fraudGuard.refused
        self.waits = core.backlog.waits
        self.webhooksSilentSince = core.webhooksSilentSince
        self.damage = core.damage
    }
}
