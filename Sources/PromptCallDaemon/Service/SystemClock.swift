internal import Glibc
package import PromptCallCore

/// The engine's clock in a daemon: wall time when it began, and boot time from then on.
///
/// So no step of the wall clock moves a deadline, and time spent asleep counts.
package struct SystemClock: EngineClock {
    private let wallAtStart: Int64
    private let bootAtStart: Int64

    package init() {
        self.wallAtStart = Self.milliseconds(CLOCK_REALTIME)
        self.bootAtStart = Self.milliseconds(CLOCK_BOOTTIME)
    }

    package var now: Timestamp {
        let elapsed = Self.milliseconds(CLOCK_BOOTTIME) - self.bootAtStart
        return Timestamp(milliseconds: self.wallAtStart + elapsed)
    }

    /// The wall clock as it is now, for what others check by theirs: tokens and signatures.
    package var wallTime: Timestamp { Timestamp(milliseconds: Self.milliseconds(CLOCK_REALTIME)) }

    /// How far the wall clock is ahead of `now`: what it was set by since the start.
    package var wallLead: Duration { self.wallTime - self.now }

    package func sleep(until moment: Timestamp) async throws {
        let wait = moment - self.now
        // A millisecond more than nothing, so that the moment has come when this returns.
        try await Task.sleep(for: max(wait, .zero) + .milliseconds(1))
    }

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
