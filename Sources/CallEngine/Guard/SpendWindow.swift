internal import DequeModule
package import PromptCallCore

/// What was spent within the hour that ends now, and the highest rate that was reported in it.
///
/// It holds a slot for each ten seconds, whatever is spent.
package struct SpendWindow: Sendable {
    private var slots: Deque<Slot> = []
    private var units: Int64 = 0
    private var highest: Int64 = 0

    private struct Slot {
        var number: Int64
        var units: Int64 = 0
        /// Highest rate a minute; 0 where none was reported.
        var rate: Int64 = 0
    }

    package init() {}

    /// What was spent.
    package var spent: Amount { Amount(units: max(0, self.units)) }

    /// The highest rate that was reported, in EUR a minute; nil where none was.
    package var highestRate: Amount? { self.highest > 0 ? Amount(units: self.highest) : nil }

    /// When the oldest of it leaves the hour; nil where there is nothing.
    package var nextEnd: Timestamp? { self.slots.first.map { Self.end(of: $0.number) } }

    /// Something was spent, or less than was thought where it is negative.
    package mutating func add(units: Int64, at now: Timestamp) {
        self.withSlot(at: now) { $0.units += units }
        self.units += units
    }

    /// A rate was reported.
    package mutating func noteRate(_ rate: Amount, at now: Timestamp) {
        self.withSlot(at: now) { $0.rate = max($0.rate, rate.units) }
        self.highest = max(self.highest, rate.units)
    }

    /// Forgets what is more than an hour old.
    package mutating func expire(at now: Timestamp) {
        while let first = self.slots.first, Self.end(of: first.number) <= now {
            self.slots.removeFirst()
            self.units -= first.units
            if first.rate == self.highest { self.highest = self.slots.map(\.rate).max() ?? 0 }
        }
    }

    /// Forgets what was spent; rates stay known.
    package mutating func forgetSpent() {
        for index in self.slots.indices { self.slots[index].units = 0 }
        self.units = 0
    }

    private mutating func withSlot(at now: Timestamp, _ change: (inout Slot) -> Void) {
        let wanted = now.milliseconds / GuardLimits.spendSlot.wholeMilliseconds
        let number = max(wanted, self.slots.last?.number ?? .min)
        if self.slots.last?.number != number { self.slots.append(Slot(number: number)) }
        change(&self.slots[self.slots.count - 1])
    }

    private static func end(of number: Int64) -> Timestamp {
        let length = GuardLimits.spendSlot.wholeMilliseconds
        return Timestamp(milliseconds: (number + 1) * length) + GuardLimits.spendPeriod
    }
}
