import CallEngine
import CallSimulation
import EngineTestSupport
import PromptCallCore
import Testing

@Suite("RateWindow")
struct RateWindowTests {
    private let start = EngineHarness.epoch

    @Test(
        "Never more than its limit is written in any 1,020 ms, however late the bytes are",
        arguments: [1, 2, 3, 30],
        0..<8 as Range<UInt64>
    )
    func neverMore(limit: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var window = RateWindow(limit: limit)
        var written: [Timestamp] = []
        var reserved: [Timestamp] = []
        for millisecond in 0..<8000 {
            let now = self.start + .milliseconds(millisecond)
            // Some are let go and then fail without a byte.
            while let due = reserved.first, due <= now {
                reserved.removeFirst()
                if random.next() % 10 == 0 {
                    window.release()
                } else {
                    window.wrote(at: now)
                    written.append(now)
                }
            }
            for _ in 0..<window.room(at: now) {
                window.reserve()
                reserved.append(now + random.duration(.zero...(.milliseconds(400))))
            }
            reserved.sort()
        }
        // A request and the one `limit` further on do not lie in one window.
        let spans = zip(written, written.dropFirst(limit)).map { $1 - $0 }
        #expect(spans.allSatisfy { $0 >= RateWindow.length })
        #expect(written.count >= 4 * limit)
    }

    @Test("What is written later than it was let go counts from then")
    func lateBytes() {
        var window = RateWindow(limit: 1)
        #expect(window.room(at: self.start) == 1)
        window.reserve()
        #expect(window.room(at: self.start + .seconds(5)) == 0)
        #expect(window.nextRoom() == nil)
        window.wrote(at: self.start + .seconds(5))
        #expect(window.room(at: self.start + .milliseconds(6019)) == 0)
        #expect(window.nextRoom() == self.start + .milliseconds(6020))
        #expect(window.room(at: self.start + .milliseconds(6020)) == 1)
    }

    @Test("429 halves the rate, once for all that was written in a second, and it grows back")
    func throttled() {
        var window = RateWindow(limit: 40)
        for millisecond in 0..<20 {
            window.throttled(at: self.start + .milliseconds(millisecond))
        }
        #expect(window.room(at: self.start + .milliseconds(20)) == 20)
        window.throttled(at: self.start + .milliseconds(1500))
        #expect(window.room(at: self.start + .milliseconds(1500)) == 11)
        var last = 11
        for second in 2...40 {
            let room = window.room(at: self.start + .seconds(second))
            #expect(room >= last && room - last <= 2)
            last = room
        }
        #expect(last == 40)
        let isIdle = window.isIdle(at: self.start + .seconds(41))
        #expect(isIdle)
    }

    @Test("A rate of one still lets one go after 429s")
    func lowest() {
        var window = RateWindow(limit: 1)
        window.throttled(at: self.start)
        #expect(window.room(at: self.start) == 1)
    }

    @Test("Another limit holds at once, for a halved rate as the end of its recovery")
    func otherLimit() {
        var window = RateWindow(limit: 30)
        window.setLimit(10)
        #expect(window.room(at: self.start) == 10)
        window.setLimit(40)
        #expect(window.room(at: self.start) == 40)
        window.throttled(at: self.start)
        window.setLimit(60)
        #expect(window.room(at: self.start) == 20)
        #expect(window.room(at: self.start + .seconds(60)) == 60)
    }
}
