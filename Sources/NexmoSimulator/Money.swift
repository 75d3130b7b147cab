/// What calls cost here, computed in whole hundred-millionths of a euro.
package enum Money {
    /// Per minute.
    package static let rate: Int64 = 1_400_000

    /// The price of a call, rounded half up as Nexmo's samples are.
    package static func price(seconds: Int) -> Int64 {
        (Self.rate * Int64(seconds) + 30) / 60
    }

    /// An amount with eight decimals: `0.01400000`.
    package static func text(_ amount: Int64) -> String {
        let fraction = String(amount % 100_000_000)
        let zeros = String(repeating: "0", count: 8 - fraction.count)
        return "\(amount / 100_000_000).\(zeros)\(fraction)"
    }
}
