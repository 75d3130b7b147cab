import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

@Suite("CountWindow")
struct CountWindowTests {
    private let start = EngineHarness.epoch

    private func window(_ count: Int, _ period: Duration) -> CountWindow {
        CountWindow(GuardRules.Rate(count: count, period: period))
    }

    private func expect(
        _ key: UInt64,
        isFull expected: Bool,
        in window: inout CountWindow,
        at now: Timestamp,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let isFull = window.isFull(key, at: now)
        #expect(isFull == expected, sourceLocation: location)
    }

    @Test("A key comes up as often as the rule says, and again when the first is a period old")
    func limit() throws {
        var window = self.window(3, .seconds(600))
        for second in 0..<3 {
            let opens = window.opens(7, at: self.start + .seconds(second))
            #expect(opens == nil)
            window.add(7, at: self.start + .seconds(second))
        }
        let full = window.opens(7, at: self.start + .seconds(3))
        let opens = try #require(full)
        #expect(opens >= self.start + .seconds(600))
        // A slot is a sixty-fourth of the period.
        #expect(opens <= self.start + .seconds(610))
        let other = window.opens(8, at: self.start + .seconds(3))
        #expect(other == nil)
        self.expect(7, isFull: true, in: &window, at: opens - .milliseconds(1))
        self.expect(7, isFull: false, in: &window, at: opens)
    }

    @Test("No period has more than the limit, however calls come", arguments: 1...20)
    func anyPeriod(seed: Int) {
        var random = SeededRandom(UInt64(seed))
        let (count, period) = (4, Duration.seconds(100))
        var window = self.window(count, period)
        var passed: [Timestamp] = []
        var now = self.start
        for _ in 0..<3000 {
            now = now + .milliseconds(Int64(random.next() % 12_000))
            if window.isFull(1, at: now) { continue }
            window.add(1, at: now)
            passed.append(now)
        }
        #expect(passed.count > 500)
        for (first, last) in zip(passed, passed.dropFirst(count)) {
            #expect(last - first >= period)
        }
        #expect(window.entries <= count)
    }

    @Test("What is taken back counts no more, and no more is taken back than there is")
    func takenBack() {
        var window = self.window(1, .seconds(60))
        window.takeBack(1)
        window.add(1, at: self.start)
        self.expect(1, isFull: true, in: &window, at: self.start)
        window.takeBack(1)
        window.takeBack(1)
        self.expect(1, isFull: false, in: &window, at: self.start)
        window.add(1, at: self.start)
        self.expect(1, isFull: true, in: &window, at: self.start)
        self.expect(1, isFull: false, in: &window, at: self.start + .seconds(62))
        #expect(window.keys == 0)
        window.takeBack(1)
        #expect(window.highest == 0)
    }

    @Test("It holds so many entries and no more, and forgets the oldest")
    func bounded() {
        var window = self.window(1, .seconds(3600))
        for key in 0..<UInt64(GuardLimits.windowMax + 10) { window.add(key, at: self.start) }
        #expect(window.entries == GuardLimits.windowMax)
        #expect(window.keys == GuardLimits.windowMax)
        self.expect(9, isFull: false, in: &window, at: self.start)
        self.expect(10, isFull: true, in: &window, at: self.start)
    }

    @Test("Many calls to few keys take few entries")
    func merged() {
        var window = self.window(1_000_000, .seconds(3600))
        for second in 0..<3600 {
            for key in 0..<20 as Range<UInt64> {
                window.add(key, at: self.start + .seconds(second))
            }
        }
        #expect(window.entries <= 20 * 66)
        #expect(window.highest == 3600)
    }

    @Test("Another rate holds at once for what was counted")
    func newRate() {
        var window = self.window(5, .seconds(600))
        for _ in 0..<3 { window.add(1, at: self.start) }
        window.setRate(GuardRules.Rate(count: 3, period: .seconds(1200)))
        self.expect(1, isFull: true, in: &window, at: self.start + .seconds(700))
        window.setRate(GuardRules.Rate(count: 3, period: .seconds(60)))
        self.expect(1, isFull: false, in: &window, at: self.start + .seconds(700))
    }

    @Test("A clock that was set back does no harm")
    func setBack() {
        var window = self.window(2, .seconds(60))
        window.add(1, at: self.start)
        window.add(1, at: self.start - .seconds(500))
        self.expect(1, isFull: true, in: &window, at: self.start)
        self.expect(1, isFull: false, in: &window, at: self.start + .seconds(62))
    }
}

/// A generator that needs no more than to be the same every time.
private struct SeededRandom {
    private var state: UInt64

    init(_ seed: UInt64) {
        self.state = seed &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func next() -> UInt64 {
        self.state ^= self.state << 13
        self.state ^= self.state >> 7
        self.state ^= self.state << 17
        return self.state
    }
}
