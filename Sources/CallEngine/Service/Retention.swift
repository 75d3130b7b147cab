package import Logging
package import PromptCallCore

/// Deletes, in small steps beside the load, what is older than is kept.
package struct Retention: Sendable {
    /// How long ended calls are kept.
    package var calls: Duration
    /// How long events are kept.
    package var events: Duration

    private static let interval = Duration.seconds(60)
    private static let stepPause = Duration.milliseconds(20)
    /// Most calls and events deleted in one step, for commits wait for as long as one takes.
    private static let stepMax = 100

    package init(calls: Duration, events: Duration) {
        self.calls = calls
        self.events = events
    }

    /// Deletes until its task is cancelled.
    package func run(_ store: any CallStore, clock: any EngineClock, logger: Logger) async {
        while !Task.isCancelled {
            var pause = Self.interval
            do throws(StoreError) {
                let now = clock.now
                let cut = RetentionCut(calls: now - self.calls, events: now - self.events)
                let count = try await store.prune(cut, limit: Self.stepMax)
                if max(count.calls, count.events) >= Self.stepMax { pause = Self.stepPause }
            } catch {
                logger.warning("retention failed", metadata: [LogKey.error: "\(error)"])
            }
            // It throws only where it is cancelled, which ends the loop.
            try? await clock.sleep(until: clock.now + pause)
        }
    }
}
