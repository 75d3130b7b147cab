/// A generator of the same numbers for the same seed (SplitMix64).
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { self.state = seed }

    package mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A UUID of version 4 in lower case.
    mutating func uuid() -> String {
        let high = (self.next() & ~0xF000) | 0x4000
        let low = (self.next() & ~(3 << 62)) | (2 << 62)
        let text = Self.hex(high) + Self.hex(low)
        let cuts = [0, 8, 12, 16, 20, 32]
        return zip(cuts, cuts.dropFirst()).map { from, to in
            text.dropFirst(from).prefix(to - from)
        }.joined(separator: "-")
    }

    /// 32 hex digits, as trace ids have.
    mutating func traceID() -> String { Self.hex(self.next()) + Self.hex(self.next()) }

    /// A number from 0 up to, not including, 1.
    mutating func share() -> Double { Double(self.next() >> 11) / Double(1 << 53) }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
