import NIOCore

extension NIODeadline {
    /// Longest timeout that is told apart from none, in nanoseconds: ten years. Keeps a peer's
    /// number from overflowing the clock.
    private static let timeoutNanosecondsMax: Int64 = 3_650 * 86_400 * 1_000_000_000

    /// When a timeout that begins now is over; the distant past where it is not positive.
    static func after(timeoutNanoseconds: Int64) -> NIODeadline {
        guard timeoutNanoseconds > 0 else { return .distantPast }
        return .now() + .nanoseconds(min(timeoutNanoseconds, Self.timeoutNanosecondsMax))
    }

    /// When a timeout that begins now is over; the distant past where it is not positive.
    static func after(_ timeout: Duration) -> NIODeadline {
        let longest = Duration.nanoseconds(Self.timeoutNanosecondsMax)
        return .after(timeoutNanoseconds: TimeAmount(max(.zero, min(timeout, longest))).nanoseconds)
    }
}
