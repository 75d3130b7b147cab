import Testing

@testable import DaemonConfiguration

@Suite("CallingWindow")
struct CallingWindowTests {
    /// A moment of 2026 in UTC, in seconds since 1970.
    private static func utc(_ month: Int, _ day: Int, _ hour: Int, _ minute: Int = 0) -> Int64 {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        let days = 20_454 + lengths.prefix(month - 1).reduce(0, +) + day - 1
        return Int64(days * 86_400 + hour * 3600 + minute * 60)
    }

    private static let london = "Europe/London"

    @Test("By day it is open from its start until before its end")
    func byDay() throws {
        let window = try CallingWindow("08:00-21:00 \(Self.london)")
        // In winter London goes by UTC, in summer it is an hour ahead.
        #expect(window.opening(at: Self.utc(1, 15, 8)) == nil)
        #expect(window.opening(at: Self.utc(1, 15, 20, 59)) == nil)
        #expect(window.opening(at: Self.utc(1, 15, 21)) == Self.utc(1, 16, 8))
        #expect(window.opening(at: Self.utc(1, 15, 7, 59)) == Self.utc(1, 15, 8))
        #expect(window.opening(at: Self.utc(7, 15, 7)) == nil)
        #expect(window.opening(at: Self.utc(7, 15, 20)) == Self.utc(7, 16, 7))
    }

    @Test("Over midnight it is open on both sides of it")
    func overMidnight() throws {
        let window = try CallingWindow("22:00-06:00 UTC")
        #expect(window.opening(at: Self.utc(3, 1, 23)) == nil)
        #expect(window.opening(at: Self.utc(3, 2, 0)) == nil)
        #expect(window.opening(at: Self.utc(3, 2, 5, 59)) == nil)
        #expect(window.opening(at: Self.utc(3, 2, 6)) == Self.utc(3, 2, 22))
    }

    @Test("It may last until midnight, or all day")
    func untilMidnight() throws {
        let window = try CallingWindow("18:00-24:00 UTC")
        #expect(window.opening(at: Self.utc(3, 1, 23, 59)) == nil)
        #expect(window.opening(at: Self.utc(3, 2, 0)) == Self.utc(3, 2, 18))
        let always = try CallingWindow("00:00-24:00 UTC")
        #expect((0..<24).allSatisfy { always.opening(at: Self.utc(3, 1, $0)) == nil })
    }

    /// On March 29, 2026 London's clocks go from 01:00 to 02:00.
    @Test("A start that a day skips is at the end of what it skips")
    func gap() throws {
        let window = try CallingWindow("01:30-05:00 \(Self.london)")
        #expect(window.opening(at: Self.utc(3, 29, 0, 30)) == Self.utc(3, 29, 1))
        #expect(window.opening(at: Self.utc(3, 29, 1)) == nil)
        #expect(window.opening(at: Self.utc(3, 29, 3, 59)) == nil)
        #expect(window.opening(at: Self.utc(3, 29, 4)) == Self.utc(3, 30, 0, 30))
    }

    @Test("A window that a day skips whole opens on the next")
    func skipped() throws {
        let window = try CallingWindow("01:00-02:00 \(Self.london)")
        #expect(window.opening(at: Self.utc(3, 29, 0, 30)) == Self.utc(3, 30, 0))
    }

    @Test("The day on which clocks go forward opens by the new time")
    func dayOfGap() throws {
        let window = try CallingWindow("08:00-21:00 \(Self.london)")
        #expect(window.opening(at: Self.utc(3, 28, 22)) == Self.utc(3, 29, 7))
    }

    /// On October 25, 2026 London's clocks go from 02:00 back to 01:00.
    @Test("An hour that a day has twice counts twice")
    func overlap() throws {
        let window = try CallingWindow("01:00-02:00 \(Self.london)")
        #expect(window.opening(at: Self.utc(10, 25, 0)) == nil)
        #expect(window.opening(at: Self.utc(10, 25, 1, 30)) == nil)
        #expect(window.opening(at: Self.utc(10, 25, 2)) == Self.utc(10, 26, 1))
        let half = try CallingWindow("01:30-02:00 \(Self.london)")
        #expect(half.opening(at: Self.utc(10, 25, 1)) == Self.utc(10, 25, 1, 30))
        let day = try CallingWindow("08:00-21:00 \(Self.london)")
        #expect(day.opening(at: Self.utc(10, 24, 21)) == Self.utc(10, 25, 8))
    }

    @Test("Far ahead the zone's rule holds")
    func farAhead() throws {
        let window = try CallingWindow("08:00-21:00 \(Self.london)")
        // The years 2026 and 2054 have the same days of the week.
        let years = Int64(28 * 365 + 7) * 86_400
        #expect(window.opening(at: Self.utc(7, 15, 20) + years) == Self.utc(7, 16, 7) + years)
        #expect(window.opening(at: Self.utc(1, 15, 7) + years) == Self.utc(1, 15, 8) + years)
    }

    @Test("South of the equator summer goes over the new year")
    func south() throws {
        let window = try CallingWindow("09:00-17:00 Australia/Sydney")
        #expect(window.opening(at: Self.utc(1, 14, 22)) == nil)
        #expect(window.opening(at: Self.utc(7, 14, 22)) == Self.utc(7, 14, 23))
    }

    @Test("At any moment of a year it opens when its clock first shows an hour of it")
    func everyHour() throws {
        for text in ["08:00-21:00", "22:00-06:00", "01:30-02:30"] {
            let window = try CallingWindow("\(text) America/New_York")
            for hour in stride(from: Int64(0), to: 366 * 24, by: 5) {
                let moment = Self.utc(1, 1, 0) + hour * 3600 + 600
                guard let opens = window.opening(at: moment) else { continue }
                #expect(opens > moment)
                #expect(window.opening(at: opens) == nil)
                #expect(window.opening(at: opens - 1) == opens)
            }
        }
    }
}
