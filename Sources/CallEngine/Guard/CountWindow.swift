internal import DequeModule
package import PromptCallCore

/// How often each key came up within a period that ends now.
///
/// No more than the limit is let through in any period: what came in one slot of it counts until
/// the slot as a whole is a period old. It holds ``GuardLimits/windowMax`` entries at most and
/// forgets the oldest early where more come.
package struct CountWindow: Sendable {
    package private(set) var rate: GuardRules.Rate
    private var slotMilliseconds: Int64
    private var log: Deque<Entry> = []
    /// The number of the log's first entry; numbers wrap.
    private var firstNumber: UInt32 = 0
    private var tallies: [UInt64: Tally] = [:]

    private struct Entry {
        var key: UInt64
        var slot: Int64
        var count: UInt32
        /// The number of the next entry of the same key, where there is one.
        var next: UInt32
    }

    /// What the log holds of a key: its entries' count together, the first and the last of them.
    private struct Tally {
        var count: UInt32
        var first: UInt32
        var last: UInt32
    }

    package init(_ rate: GuardRules.Rate) {
        self.rate = rate
        self.slotMilliseconds = Self.slot(of: rate)
    }

    /// Entries held, for the measure of memory.
    package var entries: Int { self.log.count }

    /// Keys that came up within the period.
    package var keys: Int { self.tallies.count }

    /// How often the key that came up most did.
    package var highest: Int { Int(self.tallies.values.lazy.map(\.count).max() ?? 0) }

    /// Goes by another rate from now on. What an earlier, shorter period has forgotten stays so.
    package mutating func setRate(_ rate: GuardRules.Rate) {
        guard self.rate != rate else { return }
        let old = self.log.map { ($0.key, $0.slot * self.slotMilliseconds, $0.count) }
        self = Self(rate)
        for (key, milliseconds, count) in old {
            let at = Timestamp(milliseconds: milliseconds)
            for _ in 0..<count { self.add(key, at: at) }
        }
    }

    /// Whether a key came up as often as it may.
    package mutating func isFull(_ key: UInt64, at now: Timestamp) -> Bool {
        self.expire(at: now)
        return Int(self.tallies[key]?.count ?? 0) >= self.rate.count
    }

    /// When a key may come up again; nil where it may now.
    package mutating func opens(_ key: UInt64, at now: Timestamp) -> Timestamp? {
        guard self.isFull(key, at: now), let tally = self.tallies[key] else { return nil }
        return self.end(of: self.entry(tally.first).slot)
    }

    /// A key came up. What comes in the wrong order counts as long as the latest.
    package mutating func add(_ key: UInt64, at now: Timestamp) {
        let slot = max(now.milliseconds / self.slotMilliseconds, self.log.last?.slot ?? .min)
        if let tally = self.tallies[key], self.entry(tally.last).slot == slot {
            self.log[self.position(tally.last)].count += 1
            self.tallies[key]?.count += 1
            return
        }
        if self.log.count >= GuardLimits.windowMax { self.dropFirst() }
        let number = self.firstNumber &+ UInt32(self.log.count)
        self.log.append(Entry(key: key, slot: slot, count: 1, next: number))
        if let last = self.tallies[key]?.last {
            self.log[self.position(last)].next = number
            self.tallies[key]?.count += 1
            self.tallies[key]?.last = number
        } else {
            self.tallies[key] = Tally(count: 1, first: number, last: number)
        }
    }

    /// A key did not come up after all: its latest is taken back.
    package mutating func takeBack(_ key: UInt64) {
        guard let tally = self.tallies[key] else { return }
        let position = self.position(tally.last)
        // Earlier ones count on; which of them it was makes no difference.
        guard self.log[position].count > 0 else { return }
        self.log[position].count -= 1
        self.tallies[key]?.count -= 1
    }

    /// Forgets what is older than the period.
    package mutating func expire(at now: Timestamp) {
        while let first = self.log.first, self.end(of: first.slot) <= now { self.dropFirst() }
    }

    // MARK: - Private

    private mutating func dropFirst() {
        let first = self.log.removeFirst()
        let number = self.firstNumber
        self.firstNumber &+= 1
        if first.next == number {
            self.tallies[first.key] = nil
        } else {
            self.tallies[first.key]?.count -= first.count
            self.tallies[first.key]?.first = first.next
        }
    }

    /// When what came in a slot no longer counts.
    private func end(of slot: Int64) -> Timestamp {
        Timestamp(milliseconds: (slot + 1) * self.slotMilliseconds) + self.rate.period
    }

    private func entry(_ number: UInt32) -> Entry { self.log[self.position(number)] }

    private func position(_ number: UInt32) -> Int { Int(number &- self.firstNumber) }

    private static func slot(of rate: GuardRules.Rate) -> Int64 {
        max(1, rate.period.wholeMilliseconds / GuardLimits.slotsPerPeriod)
    }
}
