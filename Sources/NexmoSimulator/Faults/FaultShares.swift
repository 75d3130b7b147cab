/// What goes wrong by chance, each as a share from 0 to 1.
package struct FaultShares: Equatable, Sendable {
    /// Webhooks that are never sent.
    package var lostWebhooks = 0.0
    /// Webhooks that are sent twice.
    package var doubledWebhooks = 0.0
    /// Webhooks that come late, and events among them after those that follow.
    package var delayedWebhooks = 0.0
    /// Requests to place a call that are answered 429, without a call.
    package var throttledCreations = 0.0
    /// Requests to place a call that are answered 503, without a call.
    package var failedCreations = 0.0
    /// Requests whose call is placed and whose answer is a reset connection or 502.
    package var lostCreations = 0.0
    /// Requests to read what is known of calls that are answered 404.
    package var missedReadings = 0.0
    /// Requests to read that are answered with what was known before the latest event.
    package var staleReadings = 0.0
    /// Answers that come late.
    package var slowAnswers = 0.0
    /// What is late is so by a random time below this, in simulated time.
    package var delayMax: Duration = .seconds(5)

    package init() {}

    /// Whether the shares can be had, those of faults that exclude each other together.
    package var isPossible: Bool {
        let creations = [self.throttledCreations, self.failedCreations, self.lostCreations]
        let readings = [self.missedReadings, self.staleReadings]
        let webhooks = [self.lostWebhooks, self.doubledWebhooks, self.delayedWebhooks]
        let shares = creations + readings + webhooks + [self.slowAnswers]
        return shares.allSatisfy { (0...1).contains($0) } && creations.reduce(0, +) <= 1
            && readings.reduce(0, +) <= 1 && self.delayMax >= .zero
    }
}
