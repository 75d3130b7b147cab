import Synchronization

/// Draws the faults that befall requests, in the order in which these come.
///
/// It has numbers of its own: with faults, calls have the same UUIDs as without.
final class FaultDice: Sendable {
    private let shares: FaultShares
    private let random: Mutex<SeededRandom>

    init(shares: FaultShares, seed: UInt64) {
        self.shares = shares
        self.random = Mutex(SeededRandom(seed: ~seed))
    }

    /// What befalls a request to place a call.
    func creation() -> CreationFault? {
        let faults: [(Double, CreationFault)] = [
            (self.shares.throttledCreations, .status(429)),
            (self.shares.failedCreations, .status(503)),
            (self.shares.lostCreations / 2, .lost()),
            (self.shares.lostCreations / 2, .denied(status: 502)),
        ]
        return self.draw(faults)
    }

    /// What befalls a request to read what is known of calls.
    func reading() -> ReadingFault? {
        self.draw([(self.shares.missedReadings, .missing), (self.shares.staleReadings, .stale)])
    }

    /// By how much an answer is late, in simulated time.
    func lateness() -> Duration? {
        self.draw([(self.shares.slowAnswers, ())]).map {
            self.shares.delayMax * self.random.withLock { $0.share() }
        }
    }

    /// One of the faults, each with its share, or none.
    private func draw<Fault>(_ faults: [(share: Double, fault: Fault)]) -> Fault? {
        guard faults.contains(where: { $0.share > 0 }) else { return nil }
        var rest = self.random.withLock { $0.share() }
        for (share, fault) in faults {
            if rest < share { return fault }
            rest -= share
        }
        return nil
    }
}
