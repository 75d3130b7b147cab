internal import DequeModule
package import PromptCallCore

/// A budget of N requests in any rolling second, as the receiver counts them.
///
/// A request counts from the moment its first byte is written, which may be later than it was
/// let go; until then it holds a place.
package struct RateWindow: Sendable {
    /// Longer than a second, for what was sent evenly may arrive a little unevenly.
    package static let length = Duration.milliseconds(1020)
    /// From one step of recovery after 429 to the next.
    private static let recoveryStep = Duration.seconds(1)
    /// Steps from half the rate back to the whole.
    private static let recoverySteps = 20

    private var limit: Int
    private var allowed: Int
    private var throttledAt: Timestamp?
    private var recoversAt: Timestamp?
    private var written: Deque<Timestamp> = []
    private var reserved = 0

    package init(limit: Int) {
        self.limit = limit
        self.allowed = limit
    }

    /// Whether nothing of the last second is left in it, and the whole rate is allowed.
    package mutating func isIdle(at now: Timestamp) -> Bool {
        self.room(at: now) >= self.limit
    }

    /// Goes by another limit from now on.
    package mutating func setLimit(_ limit: Int) {
        guard self.limit != limit else { return }
        self.limit = limit
        // What was halved grows to the new limit; what was not is the new limit.
        self.allowed = self.recoversAt == nil ? limit : min(self.allowed, limit)
    }

    /// How many requests may be let go now.
    package mutating func room(at now: Timestamp) -> Int {
        while let first = self.written.first, first + Self.length <= now {
            self.written.removeFirst()
        }
        self.recover(at: now)
        return max(0, self.allowed - self.reserved - self.written.count)
    }

    /// When there may be more room by time alone; nil where only a reserved place can free one.
    package func nextRoom() -> Timestamp? {
        let free = self.written.first.map { $0 + Self.length }
        return [free, self.recoversAt].compactMap(\.self).min()
    }

    /// A request was let go.
    package mutating func reserve() {
        self.reserved += 1
    }

    /// The first byte of a request was written.
    package mutating func wrote(at now: Timestamp) {
        self.reserved -= 1
        self.written.append(now)
    }

    /// A request that was let go will never be written.
    package mutating func release() {
        self.reserved -= 1
    }

    /// The receiver answered 429: others share its budget, so ours is halved and grows back.
    ///
    /// What was written in the same second is answered alike, and that is one halving.
    package mutating func throttled(at now: Timestamp) {
        if let before = self.throttledAt, now < before + Self.length { return }
        self.recover(at: now)
        self.throttledAt = now
        self.allowed = max(1, self.allowed / 2)
        self.recoversAt = now + Self.recoveryStep
    }

    private mutating func recover(at now: Timestamp) {
        while let at = self.recoversAt, at <= now {
            self.allowed = min(self.limit, self.allowed + max(1, self.limit / Self.recoverySteps))
            self.recoversAt = self.allowed < self.limit ? at + Self.recoveryStep : nil
        }
    }
}
