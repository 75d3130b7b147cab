import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

@Suite("Waits and streams")
struct WaitersTests {
    private let call = CallID(high: 1, low: 1)
    private let other = CallID(high: 1, low: 2)

    @Test("Whoever waits is told at their stage, in their order, once")
    func take() {
        var waiters = Waiters()
        for (reply, stage) in [(1, CallStage.ended), (2, .answered), (3, .ended), (4, .verified)] {
            let isTaken = waiters.add(ReplyID(reply), for: self.call, until: stage)
            #expect(isTaken)
        }
        let early = [
            waiters.take(self.other, at: .ended), waiters.take(self.call, at: .ringing),
            waiters.take(self.call, at: .answered),
        ]
        #expect(early == [[], [], [2]])
        waiters.remove(3, of: self.call)
        waiters.remove(3, of: self.call)
        #expect(waiters.count == 2)
        let last = [waiters.take(self.call, at: .ended), waiters.take(self.call, at: .ended)]
        #expect(last == [[1, 4], []])
        #expect(waiters.count == 0)
    }

    @Test("There are so many and no more; one that goes makes room")
    func bound() {
        var waiters = Waiters()
        for reply in 0..<EngineLimits.waitersMax {
            _ = waiters.add(ReplyID(reply), for: self.call, until: .ended)
        }
        let isTaken = waiters.add(.max, for: self.other, until: .ended)
        #expect(!isTaken)
        waiters.remove(7, of: self.call)
        let isTakenThen = waiters.add(.max, for: self.other, until: .ended)
        #expect(isTakenThen)
    }

    @Test("Too many streams of events are refused, and one that is closed makes room")
    func streams() {
        var core = EngineCore(EngineHarness.configuration())
        let start = SubscriptionStart(
            after: EventCursor(store: MemoryStore.name, positions: [0]),
            filter: EventFilter(),
            unackedMax: nil,
            durable: nil
        )
        let opening = (1...EngineLimits.subscriptionsMax + 1).map { number in
            EngineInput.subscribe(start, id: SubscriptionID(number))
        }
        _ = core.step(opening, [], at: EngineHarness.epoch)
        #expect(core.subscribers == EngineLimits.subscriptionsMax)
        let last = SubscriptionID(EngineLimits.subscriptionsMax + 1)
        let refused = core.step([.nextEvents(last, reply: 1)], [], at: EngineHarness.epoch)
        guard case .reply(1, .failed(.overloaded)) = refused.first else {
            Issue.record("It was opened.")
            return
        }
        let again: [EngineInput] = [
            .unsubscribe(last), .unsubscribe(1), .subscribe(start, id: last),
            .nextEvents(last, reply: 2),
        ]
        let taken = core.step(again, [], at: EngineHarness.epoch)
        guard case .reply(2, .events(.heartbeat)) = taken.first else {
            Issue.record("It was not opened.")
            return
        }
    }
}
