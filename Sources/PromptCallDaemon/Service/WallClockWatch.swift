internal import CallEngine
internal import PromptCallCore
internal import ServiceLifecycle

/// Tells the engine where the wall clock was set, for `not_before` and `expires_at` go by it.
struct WallClockWatch: Service {
    let engine: CallEngine
    let clock: SystemClock

    /// How often it looks. Nothing is placed or ended early or late by more than this.
    private static let period = Duration.seconds(1)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                self.engine.wallClock(leadsBy: self.clock.wallLead)
                // It throws only where it is cancelled, which ends the loop.
                try? await self.clock.sleep(until: self.clock.now + Self.period)
            }
        }
    }
}
