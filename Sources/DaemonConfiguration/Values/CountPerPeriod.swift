/// So many in any period of so long: `5/10m`.
package struct CountPerPeriod: Hashable, Sendable, CustomStringConvertible {
    /// 1 to 1,000,000.
    package var count: Int
    /// 1 second to 30 days.
    package var period: Duration

    private static let countRange = 1...1_000_000
    private static let periodRange = Duration.seconds(1)...Duration.seconds(30 * 86400)

    init(count: Int, period: Duration) {
        self.count = count
        self.period = period
    }

    /// Reads `COUNT/DURATION`.
    ///
    /// - Throws: ``InvalidValue`` saying which part is wrong.
    package init(_ text: String) throws(InvalidValue) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(decimal: parts[0]) else {
            throw InvalidValue("'\(text)' is not COUNT/DURATION, such as 5/10m")
        }
        guard Self.countRange.contains(count) else {
            throw InvalidValue("the count of '\(text)' is out of range: 1 to 1000000")
        }
        self.count = count
        self.period = try Duration(setting: String(parts[1]), in: Self.periodRange)
    }

    package var description: String { "\(self.count)/\(self.period.settingText)" }
}
