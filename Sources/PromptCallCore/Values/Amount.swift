/// A sum of money in EUR, exact to eight decimals, as Nexmo states prices and rates.
package struct Amount: Hashable, Sendable {
    /// The sum in units of 10^-8 EUR.
    package let units: Int64

    private static let decimals = 8
    private static let unitsPerEuro: Int64 = 100_000_000
    private static let eurosMax: Int64 = 1_000_000

    package init(units: Int64) {
        self.units = units
    }

    /// Reads a decimal such as `0.01270000`; digits past the eighth are cut off.
    ///
    /// It is nil for what is no decimal, is negative or exceeds a million EUR.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Self.number(parts[0]),
            whole <= Self.eurosMax
        else { return nil }
        guard parts.count == 2 else {
            self.units = whole * Self.unitsPerEuro
            return
        }
        let kept = parts[1].prefix(Self.decimals)
        let padded = kept + String(repeating: "0", count: Self.decimals - kept.count)
        guard !kept.isEmpty, parts[1].utf8.allSatisfy(Self.isDigit), let rest = Self.number(padded),
            whole < Self.eurosMax || rest == 0
        else { return nil }
        self.units = whole * Self.unitsPerEuro + rest
    }

    package static func + (left: Self, right: Self) -> Self {
        Self(units: left.units + right.units)
    }

    private static func number(_ text: some StringProtocol) -> Int64? {
        text.utf8.allSatisfy(self.isDigit) ? Int64(text) : nil
    }

    private static func isDigit(_ character: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character)
    }
}

extension Amount: CustomStringConvertible {
    /// The decimal text with all eight decimals, such as `0.00656167`.
    package var description: String {
        let fraction = String(self.units % Self.unitsPerEuro)
        let zeros = String(repeating: "0", count: Self.decimals - fraction.count)
        return "\(self.units / Self.unitsPerEuro).\(zeros)\(fraction)"
    }
}
