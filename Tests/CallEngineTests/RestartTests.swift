import CallEngine
import CallSimulation
import EngineTestSupport
import PromptCallCore
import Testing

/// Dying anywhere, and what the next process makes of it.
@Suite("EngineCore restarts")
struct RestartTests {
    /// How many events a whole call takes.
    private static let stepsOfCall: Int = {
        let harness = EngineHarness()
        harness.submit()
        harness.run { $0.isSettled && !$0.store.calls.isEmpty }
        return harness.steps
    }()

    @Test("A daemon killed at any step rings nobody twice and loses no result")
    func crashAnywhere() {
        for step in 0...Self.stepsOfCall {
            let harness = EngineHarness()
            harness.follow("results")
            let number = OrderMaker.number(500)
            let change = { (terms: inout CallTerms) in terms.requestID = "once" }
            harness.submit(harness.orders.order(at: harness.now, to: number, change))
            for _ in 0..<step { harness.step() }
            harness.crash()
            harness.run(for: .seconds(3))
            harness.start()
            // Whoever had no answer asks again.
            harness.submit(harness.orders.order(at: harness.now, to: number, change))
            #expect(harness.run(limit: .seconds(900)) { $0.isSettled }, "step \(step)")
            harness.run(for: .seconds(60))
            guard let id = harness.store.calls.keys.first else { continue }
            #expect(harness.store.calls.count == 1, "step \(step)")
            #expect(harness.nexmo.rings(of: id) <= 1, "step \(step)")
            #expect(harness.history(id).count { $0 == .ended } == 1, "step \(step)")
            #expect(harness.receiver.deliveries(of: id) >= 1, "step \(step)")
            #expect(harness.receiver.deliveries(of: id) <= 2, "step \(step)")
            #expect(harness.followed["results"]?.count == 1, "step \(step)")
            #expect(harness.store.scripts.isEmpty, "step \(step)")
            #expect(harness.violations == [], "step \(step)")
            #expect(harness.nexmo.objections == [], "step \(step)")
        }
    }

    @Test("What a process before placed within the last second counts in the next one")
    func pacingOverARestart() {
        let harness = EngineHarness(configuration: EngineHarness.configuration(callsPerSecond: 2))
        for _ in 0..<6 { harness.submit() }
        harness.run { $0.nexmo.orders.count == 2 }
        harness.crash()
        harness.start()
        harness.run { $0.nexmo.orders.count == 6 }
        let times = harness.nexmo.orders.map(\.at)
        for (first, third) in zip(times, times.dropFirst(2)) {
            #expect(third - first >= .seconds(1))
        }
    }

    @Test(
        "A daemon killed again and again brings every call to its end",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func crashesAgain(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let harness = EngineHarness(seed: seed)
        harness.follow("results")
        var ids: [CallID] = []
        for round in 0..<25 {
            for _ in 0..<3 {
                let number = OrderMaker.number(Int(random.next() % 5) + 1)
                ids.append(harness.submit(to: number))
            }
            harness.run(for: random.duration(.milliseconds(1)...(.seconds(9))))
            harness.crash()
            harness.run(for: random.duration(.zero...(.seconds(round % 5 == 0 ? 40 : 2))))
            harness.start()
        }
        #expect(harness.run(limit: .seconds(7200)) { $0.isSettled })
        harness.run(for: .seconds(60))
        let stored = ids.filter { harness.record($0) != nil }
        #expect(stored.count > ids.count / 2)
        for id in stored {
            #expect(harness.history(id).count { $0 == .ended } == 1)
            #expect(harness.receiver.deliveries(of: id) >= 1)
            #expect(harness.nexmo.rings(of: id) <= 1)
        }
        #expect(harness.followed["results"]?.map(\.stored.event.call).count == stored.count)
        for index in 1...5 { #expect(harness.nexmo.overlaps(of: OrderMaker.number(index)) <= 1) }
        #expect(harness.violations == [])
        #expect(harness.nexmo.objections == [])
    }

    @Test("Own credentials that a restart lost are waited for, and come with the repeated Submit")
    func credentialsReturn() {
        let harness = EngineHarness()
        let number = OrderMaker.number(500)
        let change = { (terms: inout CallTerms) in
            terms.credentials = .ownCredentials
            terms.requestID = "once"
            terms.notBefore = EngineHarness.epoch + .seconds(30)
        }
        let order = harness.orders.order(at: harness.now, to: number, change)
        harness.submit(order)
        harness.run(for: .seconds(1))
        harness.crash()
        harness.start()
        harness.run(for: .seconds(50))
        #expect(harness.record(order.record.id)?.stage == .queued)
        #expect(harness.record(order.record.id)?.timers[.credentials] != nil)
        harness.submit(harness.orders.order(at: harness.now, to: number, change))
        #expect(harness.run(limit: .seconds(60)) { $0.isSettled })
        #expect(harness.record(order.record.id)?.progress.reason == .pinMatched)
        #expect(harness.violations == [])
    }

    @Test("Own credentials that do not come again end the call")
    func credentialsLost() {
        let harness = EngineHarness()
        let id = harness.submit { terms in
            terms.credentials = .ownCredentials
            terms.notBefore = EngineHarness.epoch + .seconds(5)
        }
        harness.run(for: .seconds(1))
        harness.crash()
        harness.start()
        #expect(harness.run(limit: .seconds(70)) { $0.isSettled })
        #expect(harness.record(id)?.progress.reason == .credentialsLost)
        #expect(harness.nexmo.rings(of: id) == 0)
    }

    @Test("Credentials that come with the repeated Submit of an ended call are not kept")
    func credentialsOfEndedCall() {
        let harness = EngineHarness()
        let number = OrderMaker.number(500)
        let change = { (terms: inout CallTerms) in
            terms.credentials = .ownCredentials
            terms.requestID = "once"
        }
        harness.submit(harness.orders.order(at: harness.now, to: number, change))
        harness.run { $0.isSettled }
        for _ in 0..<3 {
            harness.submit(harness.orders.order(at: harness.now, to: number, change))
            harness.run(for: .seconds(1))
        }
        #expect(harness.core?.heldCredentials == 0)
        harness.crash()
        harness.start()
        harness.submit(harness.orders.order(at: harness.now, to: number, change))
        harness.run(for: .seconds(1))
        #expect(harness.core?.heldCredentials == 0)
    }

    @Test("Timers, queue and callbacks of before a restart go on")
    func allTakenUp() {
        let harness = EngineHarness()
        harness.receiver.standard = CallbackAnswer(httpStatus: 503)
        let expiring = harness.submit(to: OrderMaker.number(1)) { terms in
            terms.notBefore = EngineHarness.epoch + .seconds(200)
            terms.expiresAt = EngineHarness.epoch + .seconds(100)
        }
        let later = harness.submit { $0.notBefore = EngineHarness.epoch + .seconds(90) }
        let done = harness.submit()
        harness.run { $0.record(done)?.stage == .ended }
        harness.run(for: .seconds(2))
        harness.crash()
        harness.receiver.standard = CallbackAnswer(httpStatus: 200)
        harness.run(for: .seconds(20))
        harness.start()
        #expect(harness.run(limit: .seconds(600)) { $0.isSettled })
        #expect(harness.record(expiring)?.progress.reason == .expired)
        #expect(harness.record(later)?.progress.reason == .pinMatched)
        #expect(harness.record(done)?.progress.callback?.state == .delivered)
        #expect(harness.violations == [])
    }
}
