/// When a callback that failed is sent again (contract, "Callbacks").
package enum CallbackSchedule {
    /// The waits behind the first to the ninth delivery, in seconds: ten deliveries over 76 hours.
    private static let steps: [Int64] = [
        5, 30, 120, 600, 3600, 3 * 3600, 8 * 3600, 24 * 3600, 40 * 3600,
    ]

    /// Returns the wait behind a failed delivery; nil behind the last.
    ///
    /// The step varies by a fifth, as `jitter` from -1 to 1 says. A receiver may ask for more, up
    /// to twice the step.
    package static func wait(
        afterAttempt attempt: Int,
        retryAfter: Duration?,
        jitter: Double
    ) -> Duration? {
        guard self.steps.indices.contains(attempt - 1) else { return nil }
        let step = Duration.seconds(self.steps[attempt - 1])
        let varied = step + step * (max(-1, min(1, jitter)) / 5)
        guard let retryAfter else { return varied }
        return max(varied, min(retryAfter, step * 2))
    }
}
