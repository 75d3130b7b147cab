import ArgumentParser
import NexmoSimulator

/// The flags for what goes wrong by chance.
struct FaultOptions: ParsableArguments {
    @Option(help: .share("Webhooks that are never sent."))
    var loseWebhooks = 0.0

    @Option(help: .share("Webhooks that are sent twice."))
    var doubleWebhooks = 0.0

    @Option(help: .share("Webhooks that come late, so that events overtake each other."))
    var delayWebhooks = 0.0

    @Option(help: .share("Calls that are answered 429 and not placed."))
    var throttleCalls = 0.0

    @Option(help: .share("Calls that are answered 503 and not placed."))
    var failCalls = 0.0

    @Option(help: .share("Calls that are placed and whose answer is a reset connection or 502."))
    var loseAnswers = 0.0

    @Option(help: .share("GETs that are answered 404."))
    var missGets = 0.0

    @Option(help: .share("GETs that are answered with what was known before the latest event."))
    var staleGets = 0.0

    @Option(help: .share("Answers that come late."))
    var slowAnswers = 0.0

    @Option(
        help: ArgumentHelp(
            "What is late is so by less than this, in simulated time.",
            valueName: "seconds"
        )
    )
    var delayMax = 5.0

    /// The flags as the simulator takes them.
    var shares: FaultShares {
        var shares = FaultShares()
        shares.lostWebhooks = self.loseWebhooks
        shares.doubledWebhooks = self.doubleWebhooks
        shares.delayedWebhooks = self.delayWebhooks
        shares.throttledCreations = self.throttleCalls
        shares.failedCreations = self.failCalls
        shares.lostCreations = self.loseAnswers
        shares.missedReadings = self.missGets
        shares.staleReadings = self.staleGets
        shares.slowAnswers = self.slowAnswers
        shares.delayMax = .seconds(self.delayMax)
        return shares
    }

    func validate() throws {
        guard (0...3600).contains(self.delayMax) else {
            throw ValidationError("--delay-max must be 0 to 3600.")
        }
        guard self.shares.isPossible else {
            throw ValidationError(
                """
                Shares of faults must be 0 to 1, and so must --throttle-calls, --fail-calls and \
                --lose-answers together, and --miss-gets and --stale-gets together.
                """
            )
        }
    }
}

extension ArgumentHelp {
    /// What a share of all befalls.
    fileprivate static func share(_ text: String) -> Self { Self("\(text)", valueName: "share") }
}
