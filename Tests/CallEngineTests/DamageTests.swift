import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

/// A store that turns out to be damaged: nothing new is taken, what is live is followed.
@Suite("EngineCore over a damaged store")
struct DamageTests {
    private func error(_ reply: EngineReply?) -> EngineError.Code? {
        guard case .failed(let error) = reply else { return nil }
        return error.code
    }

    @Test("Found by a check: no Submit is taken, nothing is placed, live calls go on to their end")
    func found() {
        let harness = EngineHarness()
        let live = harness.submit()
        #expect(harness.run { $0.record(live)?.stage == .ringing })
        let later = harness.submit { $0.notBefore = harness.now + .seconds(5) }
        harness.run(for: .milliseconds(50))
        harness.tell(.storeDamaged("*** in database main ***"))
        #expect(harness.core?.damage == "*** in database main ***")
        let refused = harness.submit(harness.orders.order(at: harness.now))
        #expect(self.error(harness.replies[refused]) == .storeDamaged)
        let orders = harness.nexmo.orders.count
        #expect(harness.run { $0.record(live)?.stage == .ended })
        #expect(harness.record(live)?.progress.reason == .pinMatched)
        harness.run(for: .seconds(60))
        #expect(harness.nexmo.orders.count == orders)
        #expect(harness.record(later)?.stage == .queued)
        #expect(harness.violations == [])
    }

    @Test("A commit that finds it refuses its Submits, and those that wait behind it")
    func commit() {
        let harness = EngineHarness()
        harness.run(for: .seconds(1))
        harness.store.commitFaults = [.damaged]
        let first = harness.submit(harness.orders.order(at: harness.now))
        let second = harness.submit(harness.orders.order(at: harness.now))
        harness.run(for: .seconds(5))
        #expect(self.error(harness.replies[first]) == .storeDamaged)
        #expect(self.error(harness.replies[second]) == .storeDamaged)
        #expect(harness.core?.damage != nil)
        #expect(harness.store.calls.isEmpty)
        #expect(harness.violations == [])
    }

    @Test("A read that finds the database damaged stops all, that of one call only that call")
    func read() {
        let harness = EngineHarness()
        let ids = (0..<3).map { _ in
            harness.submit { $0.notBefore = EngineHarness.epoch + .seconds(30) }
        }
        harness.run(for: .seconds(1))
        harness.crash()
        harness.store.damaged = [ids[0]]
        harness.start()
        let one = harness.ask { .cancel(ids[0], reply: $0) }
        harness.run(for: .seconds(1))
        #expect(self.error(harness.replies[one]) == .internal)
        #expect(harness.core?.damage == nil)
        harness.store.isDamaged = true
        let other = harness.ask { .cancel(ids[1], reply: $0) }
        harness.run(for: .seconds(1))
        #expect(self.error(harness.replies[other]) == .storeDamaged)
        #expect(harness.core?.damage != nil)
        #expect(harness.violations == [])
    }

    @Test("A webhook that cannot be made durable is refused, and that is no news every time")
    func webhook() throws {
        let harness = EngineHarness()
        let id = harness.submit()
        #expect(harness.run { $0.record(id)?.stage == .answered })
        harness.run(for: .milliseconds(200))
        harness.store.isDamaged = true
        let digits = try #require(DTMFDigits("1234"))
        let entry = LegEvent.Entry(turn: 1, digits: digits, timedOut: false)
        let webhook = harness.send(.entry(entry), of: id)
        harness.run(for: .seconds(10))
        #expect(self.error(harness.replies[webhook]) == .storeDamaged)
        let words = harness.core?.damage
        harness.tell(.storeDamaged("another"))
        #expect(harness.core?.damage == words)
        #expect(harness.violations == [])
    }
}
