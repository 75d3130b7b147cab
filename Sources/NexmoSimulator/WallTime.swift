/// A moment of the wall clock, in milliseconds since 1970 UTC.
package struct WallTime: Comparable, Hashable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (left: WallTime, right: WallTime) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Whole seconds since 1970, rounded down.
    package var seconds: Int { Int(self.milliseconds / 1000) }

    /// This moment rounded to the nearest second.
    package var rounded: WallTime {
        WallTime(milliseconds: (self.milliseconds + 500) / 1000 * 1000)
    }

    /// As webhooks write it: `2026-03-02T09:14:13.402Z`.
    package var text: String {
        let (day, time) = self.parts
        return "\(day)T\(time).\(Self.padded(Int(self.milliseconds % 1000), 3))Z"
    }

    /// As call details write it: `2026-03-02 09:14:13`.
    package var detailText: String {
        let (day, time) = self.parts
        return "\(day) \(time)"
    }

    /// Reads an ISO 8601 moment in UTC, with or without time, fraction and `Z`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(whereSeparator: { "-T: .Z".contains($0) })
        guard (3...7).contains(parts.count), parts.allSatisfy({ $0.allSatisfy(\.isNumber) }) else {
            return nil
        }
        let numbers = parts.prefix(6).compactMap { Int64($0) }
        guard numbers.count == min(parts.count, 6) else { return nil }
        let time = numbers.dropFirst(3) + [0, 0, 0]
        guard (1...12).contains(numbers[1]), (1...31).contains(numbers[2]) else { return nil }
        let days = Self.days(year: numbers[0], month: numbers[1], day: numbers[2])
        let hours = time[time.startIndex]
        let minutes = time[time.startIndex + 1]
        let seconds = time[time.startIndex + 2]
        guard hours < 24, minutes < 60, seconds < 61 else { return nil }
        var fraction: Int64 = 0
        if parts.count == 7 {
            fraction = Int64((parts[6] + "00").prefix(3)) ?? 0
        }
        self.milliseconds = (days * 86400 + hours * 3600 + minutes * 60 + seconds) * 1000 + fraction
    }

    private var parts: (day: String, time: String) {
        let total = self.milliseconds / 1000
        let (year, month, day) = Self.date(days: total / 86400)
        let second = Int(total % 86400)
        let date = "\(Self.padded(Int(year), 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
        let hours = Self.padded(second / 3600, 2)
        let minutes = Self.padded(second / 60 % 60, 2)
        return (date, "\(hours):\(minutes):\(Self.padded(second % 60, 2))")
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    // Days from and to the civil calendar, counted in eras of 400 years that begin in March.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    private static func date(days: Int64) -> (year: Int64, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = Int(dayOfYear - (153 * month + 2) / 5 + 1)
        let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
        return (year, Int(month < 10 ? month + 3 : month - 9), day)
    }
}
