/// What calls cost here, computed in whole hundred-millionths of a euro.
package enum Money {
    /// Per minute, where nothing else is set.
    package static let rate: Int64 = 1_400_000

    /// The price of a call, rounded half up as Nexmo's samples are.
    package static func price(seconds: Int, rate: Int64 = Self.rate) -> Int64 {
        (rate * Int64(seconds) + 30) / 60
    }

    /// Reads an amount of euros, up to 1,000, with up to eight decimals; nil for anything else.
    package static func amount(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2,
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let whole = Int64(parts[0]), whole < 1000
        else { return nil }
        guard parts.count == 2 else { return whole * 100_000_000 }
        guard parts[1].count <= 8 else { return nil }
        let padded = parts[1] + String(repeating: "0", count: 8 - parts[1].count)
        return Int64(padded).map { whole * 100_000_000 + $0 }
    }

    /// An amount with eight decimals: `0.01400000`.
    package static func text(_ amount: Int64) -> String {
        let fraction = String(amount % 100_000_000)
        let zeros = String(repeating: "0", count: 8 - fraction.count)
        return "\(amount / 100_000_000).\(zeros)\(fraction)"
    }
}
