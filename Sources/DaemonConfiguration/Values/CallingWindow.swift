/// The hours of a day in which calls may be placed: `08:00-21:00 Europe/London`.
///
/// It opens and closes by the wall clock of its zone. An hour that a day skips is not missed, for
/// the window opens when the clock shows a later one; an hour that a day has twice counts twice.
package struct CallingWindow: Hashable, Sendable, CustomStringConvertible {
    /// Minutes after midnight; where it ends before it starts, it goes over midnight.
    private let start: Int
    private let end: Int
    private let zone: ZoneRules

    /// The text it was read from.
    package let description: String

    private static let minutesPerDay = 1440

    /// Reads `HH:MM-HH:MM ZONE`, where the end may be 24:00 and the zone is one of the system's
    /// time zone database.
    ///
    /// - Throws: ``InvalidValue`` saying which part is wrong.
    package init(_ text: String) throws(InvalidValue) {
        try self.init(text, zone: ZoneRules.init(named:))
    }

    init(
        _ text: String,
        zone: (String) throws(InvalidValue) -> ZoneRules
    ) throws(InvalidValue) {
        let problem = InvalidValue(
            "'\(text)' is not a window and its time zone, such as 08:00-21:00 Europe/London"
        )
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw problem }
        let times = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard times.count == 2, let start = Self.minutes(times[0]), start < Self.minutesPerDay,
            let end = Self.minutes(times[1])
        else { throw problem }
        guard start != end, ZoneRules.isName(parts[1]) else { throw problem }
        self.start = start
        self.end = end
        self.zone = try zone(String(parts[1]))
        self.description = text
    }

    /// When the window next opens, in seconds since 1970; nil where it is open.
    package func opening(at seconds: Int64) -> Int64? {
        if self.isOpen(at: seconds) { return nil }
        // The clock of the zone goes on evenly up to its next change, where it may open too.
        var moment = seconds
        for _ in 0..<Self.changesMax {
            let start = Int64(self.start) * 60
            let wait = start - self.secondOfDay(at: moment) + Self.secondsPerDay
            let opens = moment + wait % Self.secondsPerDay
            guard let change = self.zone.nextChange(after: moment), change <= opens else {
                return opens
            }
            if self.isOpen(at: change) { return change }
            moment = change
        }
        return moment
    }

    /// Changes of a zone's clock looked at for the next opening. No day has more than one.
    private static let changesMax = 8
    private static let secondsPerDay: Int64 = 86_400

    private func isOpen(at seconds: Int64) -> Bool {
        let minute = Int(self.secondOfDay(at: seconds) / 60)
        return self.start < self.end
            ? minute >= self.start && minute < self.end
            : minute >= self.start || minute < self.end
    }

    private func secondOfDay(at seconds: Int64) -> Int64 {
        let local = seconds + Int64(self.zone.offset(at: seconds))
        return (local % Self.secondsPerDay + Self.secondsPerDay) % Self.secondsPerDay
    }

    /// Reads `HH:MM` up to 24:00; nil where it is no time of a day.
    private static func minutes(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
            let hour = Int(decimal: parts[0]), let minute = Int(decimal: parts[1]), minute < 60,
            hour * 60 + minute <= Self.minutesPerDay
        else { return nil }
        return hour * 60 + minute
    }
}
