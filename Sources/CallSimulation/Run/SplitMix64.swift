/// Pseudo-random numbers from a seed, the same on every machine.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        self.state = seed
    }

    package mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var bits = self.state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }

    /// A duration in a range, in whole milliseconds.
    package mutating func duration(_ range: ClosedRange<Duration>) -> Duration {
        let low = range.lowerBound / .milliseconds(1)
        let high = range.upperBound / .milliseconds(1)
        return .milliseconds(Int64.random(in: Int64(low)...Int64(high), using: &self))
    }

    /// True with a probability from 0 to 1.
    package mutating func chance(_ probability: Double) -> Bool {
        probability > 0 && Double.random(in: 0..<1, using: &self) < probability
    }

    /// A number in a range.
    package mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }

    /// One of some values, of which there is at least one.
    package mutating func one<Value>(of values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &self)]
    }

    /// A generator of its own, which takes nothing from this one but its seed.
    package mutating func split() -> Self { Self(seed: self.next()) }
}
