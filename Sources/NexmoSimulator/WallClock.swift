#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Tells the time of day.
package struct WallClock: Sendable {
    private let read: @Sendable () -> WallTime

    /// - Parameter read: Tells the time.
    package init(_ read: @escaping @Sendable () -> WallTime) { self.read = read }

    package var now: WallTime { self.read() }

    /// The clock of this machine.
    package static let system = WallClock {
        var time = timespec()
        // Cannot fail: the clock exists and the pointer is valid.
        _ = clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
