/// Time that passes faster than a clock by a factor.
package struct SimulatedTime: Sendable {
    private let speed: Double
    private let elapsed: @Sendable () -> Duration
    private let sleepUntil: @Sendable (Duration) async throws -> Void

    /// Starts at zero now.
    ///
    /// - Parameters:
    ///   - clock: What is sped up.
    ///   - speed: How many times faster than the clock, more than 0.
    package init<C: Clock>(clock: C, speed: Double) where C.Duration == Duration {
        let start = clock.now
        self.speed = speed
        self.elapsed = { start.duration(to: clock.now) }
        self.sleepUntil = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    }

    /// How much simulated time has passed.
    package var now: Duration { self.elapsed() * self.speed }

    /// How much time of the clock has passed.
    package var unscaled: Duration { self.elapsed() }

    /// Sleeps until a simulated moment; throws `CancellationError` when cancelled.
    package func sleep(until moment: Duration) async throws {
        try await self.sleepUntil(moment / self.speed)
    }

    /// Sleeps for a simulated while; throws `CancellationError` when cancelled.
    package func sleep(for while: Duration) async throws {
        try await self.sleep(until: self.now + `while`)
    }
}
