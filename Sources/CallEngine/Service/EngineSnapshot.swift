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
    package var profilesInTrouble: [String]
    /// Since when no webhook comes although legs are answered; nil where all is well.
    package var webhooksSilentSince: Timestamp?
    /// What was found of a damaged store; nil where nothing was.
    package var damage: String?

    init(_ core: EngineCore) {
        self.counters = core.counters
        self.subscribers = core.subscribers
        self.expectedWait = core.expectedWait
        self.isDraining = core.isDraining
        self.isPaused = core.isPaused
        self.liveCalls = core.liveCalls
        self.cachedCalls = core.cachedCalls
        self.profilesInTrouble = core.profilesInTrouble
        self.webhooksSilentSince = core.webhooksSilentSince
        self.damage = core.damage
    }
}
