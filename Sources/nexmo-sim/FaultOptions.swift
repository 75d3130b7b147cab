import ArgumentParser
import NexmoSimulator

/// The flags for what goes wrong by chance.
struct FaultOptions: ParsableArguments {
    @Option(help: .share("Webhooks that are never sent."))
    var loseWebhooks: Double?

    @Option(help: .share("Webhooks that are sent twice."))
    var doubleWebhooks: Double?

    @Option(help: .share("Webhooks that come late, so that events overtake each other."))
    var delayWebhooks: Double?

    @Option(help: .share("Calls that are answered 429 and not placed."))
    var throttleCalls: Double?

    @Option(help: .share("Calls that are answered 503 and not placed."))
    var failCalls: Double?

    @Option(help: .share("Calls that are placed and whose answer is a reset connection or 502."))
    var loseAnswers: Double?

    @Option(help: .share("GETs that are answered 404."))
    var missGets: Double?

    @Option(help: .share("GETs that are answered with what was known before the latest event."))
    var staleGets: Double?

    @Option(help: .share("Answers that come late."))
    var slowAnswers: Double?

    @Option(
        help: ArgumentHelp(
            "What is late is so by less than this, in simulated time. (default: 5)",
            valueName: "seconds"
        )
    )
    var delayMax: Double?

    /// The flags that were given over what holds without them.
    ///
    /// - Throws: `ValidationError` where the shares cannot be had together.
    func laid(over base: FaultShares) throws -> FaultShares {
        var shares = base
        let given: [(Double?, WritableKeyPath<FaultShares, Double>)] = [
            (self.loseWebhooks, \.lostWebhooks), (self.doubleWebhooks, \.doubledWebhooks),
            (self.delayWebhooks, \.delayedWebhooks), (self.throttleCalls, \.throttledCreations),
            (self.failCalls, \.failedCreations), (self.loseAnswers, \.lostCreations),
            (self.missGets, \.missedReadings), (self.staleGets, \.staleReadings),
            (self.slowAnswers, \.slowAnswers),
        ]
        for (share, path) in given {
            if let share { shares[keyPath: path] = share }
        }
        if let seconds = self.delayMax { shares.delayMax = .seconds(seconds) }
        guard shares.isPossible else {
            throw ValidationError(
                """
                Shares of faults must be 0 to 1, and so must --throttle-calls, --fail-calls and \
                --lose-answers together, and --miss-gets and --stale-gets together.
                """
            )
        }
        return shares
    }

    func validate() throws {
        guard self.delayMax.map({ (0...3600).contains($0) }) ?? true else {
            throw ValidationError("--delay-max must be 0 to 3600.")
        }
        _ = try self.laid(over: FaultShares())
    }
}

extension ArgumentHelp {
    /// What a share of all befalls.
    fileprivate static func share(_ text: String) -> Self { Self("\(text)", valueName: "share") }
}
