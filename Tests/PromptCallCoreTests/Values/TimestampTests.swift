import PromptCallCore
import Testing

@Suite("Timestamp")
struct TimestampTests {
    private let start = Timestamp(milliseconds: 1000)

    @Test("Durations are added and taken off in whole milliseconds")
    func sums() {
        #expect(self.start + .seconds(2) == Timestamp(milliseconds: 3000))
        #expect(self.start - .milliseconds(1) == Timestamp(milliseconds: 999))
        #expect(self.start + .microseconds(1999) == Timestamp(milliseconds: 1001))
    }

    @Test("The difference of two may be negative")
    func difference() {
        let later = self.start + .milliseconds(1500)
        #expect(later - self.start == .milliseconds(1500))
        #expect(self.start - later == .milliseconds(-1500))
        #expect(self.start < later)
    }

    @Test(
        "What is finer than a millisecond is cut off",
        arguments: [
            (.microseconds(999), 0), (.microseconds(-1500), -1), (.seconds(-2), -2000),
            (.zero, 0),
        ] as [(Duration, Int64)]
    )
    func wholeMilliseconds(duration: Duration, milliseconds: Int64) {
        #expect(duration.wholeMilliseconds == milliseconds)
    }
}
