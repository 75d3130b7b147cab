import Testing

@testable import DaemonConfiguration

@Suite("ZoneRules")
struct ZoneRulesTests {
    @Test(
        "A rule is read as POSIX writes it",
        arguments: [
            ("UTC0", 0, 0), ("<+0545>-5:45", 20_700, 20_700),
            ("EST5EDT,M3.2.0,M11.1.0", -18_000, -14_400),
            ("GMT0BST,M3.5.0/1,M10.5.0", 0, 3600), ("IST-1GMT0,M10.5.0,M3.5.0/1", 3600, 0),
            ("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", -10_800, -7200),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 36_000, 39_600),
            ("XXX3YYY,J60/0,J300", -10_800, -7200),
            ("XXX3YYY2:30,59,299/24:30:15", -10_800, -9000),
        ]
    )
    func rules(text: String, standard: Int, daylight: Int) throws {
        let read = try #require(DaylightRule.read(text))
        let rule = try #require(read)
        #expect(rule.standard == standard)
        #expect((rule.daylight?.offset ?? standard) == daylight)
    }

    @Test(
        "What is no rule is refused",
        arguments: [
            "0", "UTC", "<+05-5", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0",
            "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M3.2.0,M11.1.0,",
            "EST5EDT,J0,J3", "EST5EDT,366,3", "EST5:60", "EST5EDT,M3.2.0/x,M11.1.0", "EST999",
            "EST5EDT4:x,M3.2.0,M11.1.0",
        ]
    )
    func noRules(text: String) {
        #expect(DaylightRule.read(text) == nil)
    }

    @Test("Days of a year are counted with and without February 29")
    func days() throws {
        let read = try #require(DaylightRule.read("XXX0YYY,J60/0,299/0"))
        let rule = try #require(read)
        // March 1 of 2027 and 2028, and the day before.
        for march in [Int64(1_803_859_200), 1_835_481_600] {
            #expect(rule.offset(at: march - 1) == 0)
            #expect(rule.offset(at: march) == 3600)
            #expect(rule.nextChange(after: march - 1) == march)
        }
    }

    @Test("A file that is cut, empty or of another kind is none")
    func noFiles() throws {
        let file = Self.file()
        #expect(ZoneFile.rules(file) != nil)
        for length in file.indices {
            #expect(ZoneFile.rules(Array(file.prefix(length))) == nil)
        }
        var other = file
        other[0] = 0
        #expect(ZoneFile.rules(other) == nil)
        var first = file
        first[4] = 0
        #expect(ZoneFile.rules(first) == nil)
    }

    @Test("A file's changes hold in their order, and its first type before them")
    func changes() throws {
        let rules = try #require(ZoneFile.rules(Self.file()))
        #expect(rules.offset(at: -1000) == 0)
        #expect(rules.offset(at: 1000) == 7200)
        #expect(rules.nextChange(after: 0) == 500)
        #expect(rules.nextChange(after: 500) == nil)
        let unsorted = Self.file(changes: [(500, 1), (400, 0)])
        #expect(ZoneFile.rules(unsorted) == nil)
        let strange = Self.file(changes: [(500, 2)])
        #expect(ZoneFile.rules(strange) == nil)
    }

    /// A file of the second version with two types: UTC, and two hours ahead of it.
    private static func file(changes: [(Int64, UInt8)] = [(500, 1)]) -> [UInt8] {
        func header(_ counts: [UInt8]) -> [UInt8] {
            Array("TZif2".utf8) + Array(repeating: 0, count: 15)
                + counts.flatMap { [0, 0, 0, $0] }
        }
        let old = header([0, 0, 0, 0, 1, 4]) + Array(repeating: 0, count: 6 + 4)
        let times = changes.flatMap { change in
            (0..<8).reversed().map { UInt8(truncatingIfNeeded: change.0 >> ($0 * 8)) }
        }
        let types: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0x1C, 0x20, 0, 0]
        return old + header([0, 0, 0, UInt8(changes.count), 2, 4]) + times + changes.map(\.1)
            + types + Array("XXX\0".utf8) + Array("\nXXX-2\n".utf8)
    }
}
