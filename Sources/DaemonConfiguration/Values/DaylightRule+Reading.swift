// A rule as the file of a zone states it, such as `GMT0BST,M3.5.0/1,M10.5.0`.
extension DaylightRule {
    /// Reads a rule; the outer nil where the text is none, the inner one where it is empty, so
    /// that the last change of the list holds for ever.
    static func read(_ text: String) -> DaylightRule?? {
        if text.isEmpty { return .some(nil) }
        var reader = RuleReader(text)
        guard reader.skipName(), let behind = reader.time() else { return nil }
        var rule = DaylightRule(standard: -behind)
        if reader.isAtEnd { return rule }
        guard reader.skipName() else { return nil }
        var offset = rule.standard + 3600
        if !reader.isAt(",") {
            guard let behind = reader.time() else { return nil }
            offset = -behind
        }
        guard reader.skip(","), let start = reader.yearDay(), reader.skip(","),
            let end = reader.yearDay(), reader.isAtEnd
        else { return nil }
        rule.daylight = Daylight(offset: offset, start: start, end: end)
        return rule
    }
}

/// Reads the parts of a rule one behind the other.
private struct RuleReader {
    private var rest: Substring

    init(_ text: String) {
        self.rest = text[...]
    }

    var isAtEnd: Bool { self.rest.isEmpty }

    func isAt(_ character: Character) -> Bool { self.rest.first == character }

    mutating func skip(_ character: Character) -> Bool {
        guard self.isAt(character) else { return false }
        self.rest.removeFirst()
        return true
    }

    /// Skips `GMT`, or `<+0330>`.
    mutating func skipName() -> Bool {
        if self.skip("<") {
            guard let end = self.rest.firstIndex(of: ">") else { return false }
            self.rest = self.rest[end...].dropFirst()
            return true
        }
        let behind = self.rest.drop { $0.isASCII && $0.isLetter }
        defer { self.rest = behind }
        return behind.startIndex > self.rest.startIndex
    }

    /// Reads `[+-]hh[:mm[:ss]]`, in seconds.
    mutating func time() -> Int? {
        let isNegative = self.skip("-")
        if !isNegative { _ = self.skip("+") }
        var seconds = 0
        for (index, unit) in [3600, 60, 1].enumerated() {
            if index > 0, !self.skip(":") { break }
            guard let number = self.number(in: index == 0 ? 0...167 : 0...59) else { return nil }
            seconds += number * unit
        }
        return isNegative ? -seconds : seconds
    }

    /// Reads `Mm.w.d`, `Jn` or `n`, and `/time` behind it; the time is 2 o'clock without one.
    mutating func yearDay() -> DaylightRule.YearDay? {
        guard let day = self.day() else { return nil }
        guard self.skip("/") else { return DaylightRule.YearDay(day: day, seconds: 7200) }
        return self.time().map { DaylightRule.YearDay(day: day, seconds: $0) }
    }

    private mutating func day() -> DaylightRule.YearDay.Day? {
        if self.skip("M") {
            guard let month = self.number(in: 1...12), self.skip("."),
                let week = self.number(in: 1...5), self.skip("."),
                let day = self.number(in: 0...6)
            else { return nil }
            return .weekday(month: month, week: week, day: day)
        }
        if self.skip("J") { return self.number(in: 1...365).map { .julian($0) } }
        return self.number(in: 0...365).map { .ordinal($0) }
    }

    private mutating func number(in range: ClosedRange<Int>) -> Int? {
        let digits = self.rest.prefix { $0.isASCII && $0.isNumber }
        self.rest = self.rest[digits.endIndex...]
        return Int(digits).flatMap { range.contains($0) ? $0 : nil }
    }
}
