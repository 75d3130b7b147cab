import DequeModule

/// Counts calls in a rolling second (reference, section 1.4).
struct RateWindow: Sendable {
    private let limit: Int
    private var admitted: Deque<Duration> = []

    /// - Parameter limit: Calls in any second, 1 at least.
    init(limit: Int) { self.limit = limit }

    /// Whether a call may be placed now; if so it is counted.
    mutating func admits(at now: Duration) -> Bool {
        while let first = self.admitted.first, first + .seconds(1) <= now {
            self.admitted.removeFirst()
        }
        guard self.admitted.count < self.limit else { return false }
        self.admitted.append(now)
        return true
    }
}
