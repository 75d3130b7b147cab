/// The rule of a zone for all years behind its list: an offset, or two that take turns
/// (RFC 8536, section 3.3, after POSIX `TZ`).
struct DaylightRule: Hashable, Sendable {
    /// Seconds ahead of UTC.
    var standard: Int
    /// Where clocks are put forward for part of the year.
    var daylight: Daylight?

    struct Daylight: Hashable, Sendable {
        /// Seconds ahead of UTC.
        var offset: Int
        /// By the clock of standard time.
        var start: YearDay
        /// By the clock of daylight time.
        var end: YearDay
    }

    /// A moment of each year, by its own clock.
    struct YearDay: Hashable, Sendable {
        var day: Day
        /// After midnight, which may be many hours or negative.
        var seconds: Int

        enum Day: Hashable, Sendable {
            /// The week 1 to 5, where 5 is the last, and the day 0 to 6 from Sunday on.
            case weekday(month: Int, week: Int, day: Int)
            /// 1 to 365, of which February 29 is none.
            case julian(Int)
            /// 0 to 365.
            case ordinal(Int)
        }
    }

    /// Seconds ahead of UTC at a moment.
    func offset(at seconds: Int64) -> Int {
        guard let daylight = self.daylight else { return self.standard }
        let (start, end) = self.turns(daylight, inYear: Self.year(of: seconds))
        let isDaylight =
            start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end
        return isDaylight ? daylight.offset : self.standard
    }

    /// The next moment at which the offset changes; nil where it never does.
    func nextChange(after seconds: Int64) -> Int64? {
        guard let daylight = self.daylight else { return nil }
        let year = Self.year(of: seconds)
        let moments = (year...year + 1).flatMap { year in
            let (start, end) = self.turns(daylight, inYear: year)
            return [start, end]
        }
        return moments.filter { $0 > seconds }.min()
    }

    /// When daylight time begins and ends in a year, in seconds since 1970.
    private func turns(_ daylight: Daylight, inYear year: Int) -> (start: Int64, end: Int64) {
        (
            daylight.start.seconds(inYear: year) - Int64(self.standard),
            daylight.end.seconds(inYear: year) - Int64(daylight.offset)
        )
    }

    private static func year(of seconds: Int64) -> Int {
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        var year = 1970 + days / 366
        while CalendarDay.days(beforeYear: year + 1) <= days { year += 1 }
        while CalendarDay.days(beforeYear: year) > days { year -= 1 }
        return year
    }
}

extension DaylightRule.YearDay {
    /// Seconds since 1970 by its own clock.
    fileprivate func seconds(inYear year: Int) -> Int64 {
        let first = CalendarDay.days(beforeYear: year)
        let day =
            switch self.day {
            case .weekday(let month, let week, let day):
                CalendarDay.days(toWeekday: day, week: week, month: month, year: year)
            case .julian(let day):
                first + day - 1 + (CalendarDay.isLeap(year) && day >= 60 ? 1 : 0)
            case .ordinal(let day):
                first + day
            }
        return Int64(day) * 86_400 + Int64(self.seconds)
    }
}

/// Days since 1970, of the Gregorian calendar.
private enum CalendarDay {
    static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && year % 100 != 0 || year % 400 == 0
    }

    /// Days from 1970 to the first of January of a year.
    static func days(beforeYear year: Int) -> Int {
        let before = year - 1
        return 365 * (year - 1970) + (before / 4 - before / 100 + before / 400) - 477
    }

    static func length(ofMonth month: Int, year: Int) -> Int {
        month == 2 ? (self.isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days from 1970 to a day of the week, 0 for Sunday, in a month's week; week 5 is the last.
    static func days(toWeekday weekday: Int, week: Int, month: Int, year: Int) -> Int {
        let first = (1..<month).reduce(self.days(beforeYear: year)) { sum, month in
            sum + self.length(ofMonth: month, year: year)
        }
        // The first of January 1970 was a Thursday.
        let weekdayOfFirst = ((first + 4) % 7 + 7) % 7
        let day = (weekday - weekdayOfFirst + 7) % 7 + (week - 1) * 7
        return first + (day < self.length(ofMonth: month, year: year) ? day : day - 7)
    }
}
