/// After which ends of a leg the call is placed again, how often, and when.
package struct RedialTerms: Equatable, Sendable {
    /// Most legs beyond the first, 1 to 10.
    package var redialsMax: Int
    /// From the end of the first leg to the second, 1 s to 15 min; it doubles each time.
    package var wait: Duration
    /// The ends after which it is placed again, some of ``possibleReasons``.
    package var reasons: [CallReason]

    /// Longest wait between two legs.
    package static let waitMax = Duration.seconds(900)
    /// The ends after which another try can help.
    package static let possibleReasons: [CallReason] = [
        .busy, .unanswered, .rejected, .unreachable, .machine, .noInput, .hungUp, .interrupted,
    ]

    package init(
        redialsMax: Int,
        wait: Duration = .seconds(60),
        reasons: [CallReason] = [.busy, .unanswered]
    ) {
        self.redialsMax = redialsMax
        self.wait = wait
        self.reasons = reasons
    }

    /// The wait before the next leg, where the call was redialled so often already.
    package func wait(afterRedials redials: Int) -> Duration {
        min(self.wait * (1 << min(redials, 16)), Self.waitMax)
    }
}
