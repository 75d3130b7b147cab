import PromptCallCore
import Synchronization
import Testing

@testable import CallEngine

@Suite("Alarm", .timeLimit(.minutes(1)))
struct AlarmTests {
    @Test("It sleeps until the moment that is set, and no busier than that")
    func sleepsOnce() async {
        let clock = CountingClock()
        let alarm = Alarm(clock: clock)
        let rings = Rings()
        alarm.set(Timestamp(milliseconds: 10))
        await withTaskGroup { group in
            group.addTask { await alarm.run { rings.count.withLock { $0 += 1 } } }
            await clock.begun(1)
            clock.advance(to: Timestamp(milliseconds: 10))
            while rings.count.withLock({ $0 }) == 0 { await Task.yield() }
            alarm.set(Timestamp(milliseconds: 1000))
            await clock.begun(2)
            // Whoever spins has plenty of turns here.
            for _ in 0..<2000 { await Task.yield() }
            #expect(clock.sleeps == 2)
            alarm.set(Timestamp(milliseconds: 500))
            await clock.begun(3)
            group.cancelAll()
        }
        #expect(rings.count.withLock { $0 } == 1)
        #expect(clock.sleeps == 3)
    }
}

/// How often it has rung.
private final class Rings: Sendable {
    let count = Mutex(0)
}

/// A clock that is moved by hand and counts who sleeps.
private final class CountingClock: EngineClock {
    private let state = Mutex((now: Timestamp(milliseconds: 0), sleeps: 0))

    var now: Timestamp { self.state.withLock { $0.now } }
    var sleeps: Int { self.state.withLock { $0.sleeps } }

    func advance(to moment: Timestamp) {
        self.state.withLock { $0.now = moment }
    }

    func sleep(until moment: Timestamp) async throws {
        self.state.withLock { $0.sleeps += 1 }
        while self.now < moment {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// Returns once so many sleeps have begun.
    func begun(_ count: Int) async {
        while self.sleeps < count { await Task.yield() }
    }
}
