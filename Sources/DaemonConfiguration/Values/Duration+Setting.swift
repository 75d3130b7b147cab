extension Duration {
    /// The units of durations in the settings, longest first.
    private static let settingUnits: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Reads a whole number and one unit: `500ms`, `10s`, `10m`, `1h`, `30d`.
    ///
    /// - Throws: ``InvalidValue`` where it is anything else.
    package init(setting text: String) throws(InvalidValue) {
        let digits = text.prefix { "0123456789".contains($0) }
        let unit = text[digits.endIndex...]
        guard let count = Int(decimal: digits),
            let match = Self.settingUnits.first(where: { $0.name == unit }),
            case (let milliseconds, false) = Int64(count).multipliedReportingOverflow(
                by: match.milliseconds
            )
        else {
            throw InvalidValue(
                "'\(text)' is not a duration: write a whole number and a unit of ms, s, m, h or d, "
                    + "such as 10s"
            )
        }
        self = .milliseconds(milliseconds)
    }

    /// Reads a duration that must lie in a range.
    ///
    /// - Throws: ``InvalidValue`` where it is none or lies outside.
    package init(setting text: String, in range: ClosedRange<Duration>) throws(InvalidValue) {
        let duration = try Duration(setting: text)
        guard range.contains(duration) else {
            throw InvalidValue(
                "\(text) is out of range: \(range.lowerBound.settingText) to "
                    + "\(range.upperBound.settingText)"
            )
        }
        self = duration
    }

    /// As it is written in the settings, in the longest unit that divides it; less than a
    /// millisecond is dropped.
    package var settingText: String {
        let (seconds, attoseconds) = self.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0,
            let unit = Self.settingUnits.first(where: { milliseconds % $0.milliseconds == 0 })
        else { return "0s" }
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}
