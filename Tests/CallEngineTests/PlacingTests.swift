import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

/// From the queue to Nexmo and back.
@Suite("EngineCore placing")
struct PlacingTests {
    @Test("A queued call is cancelled at once and never rings")
    func cancelQueued() {
        let harness = EngineHarness()
        let id = harness.submit { $0.notBefore = EngineHarness.epoch + .seconds(60) }
        harness.run(for: .seconds(1))
        let reply = harness.ask { .cancel(id, reply: $0) }
        harness.run(for: .milliseconds(50))
        guard case .call(let record) = harness.replies[reply] else {
            Issue.record("The cancel was not answered.")
            return
        }
        #expect(record.progress.reason == .cancelled)
        harness.run(for: .seconds(120))
        #expect(harness.nexmo.rings(of: id) == 0)
        #expect(harness.violations == [])
    }

    @Test("A call that is cancelled while it is placed is hung up as soon as its leg has a name")
    func cancelPlacing() {
        let harness = EngineHarness()
        let id = harness.submit()
        #expect(harness.run { $0.record(id)?.stage == .placing })
        harness.ask { .cancel(id, reply: $0) }
        #expect(harness.run(limit: .seconds(60)) { $0.isSettled })
        #expect(harness.record(id)?.progress.reason == .cancelled)
        #expect(harness.operations["hangUp"] == 1)
        #expect(harness.nexmo.legs.allSatisfy { $0.state == .over })
        #expect(harness.violations == [])
    }

    @Test("A live call is hung up when it is cancelled, and no PIN changes that any more")
    func cancelLive() {
        let harness = EngineHarness()
        let id = harness.submit()
        #expect(harness.run { $0.record(id)?.stage == .answered })
        harness.ask { .cancel(id, reply: $0) }
        if let digits = DTMFDigits("1234") {
            harness.send(
                .entry(LegEvent.Entry(turn: 1, digits: digits, timedOut: false)),
                of: id
            )
        }
        #expect(harness.run(limit: .seconds(60)) { $0.isSettled })
        #expect(harness.record(id)?.progress.reason == .cancelled)
        #expect(harness.violations == [])
    }

    @Test("A call that is not placed in time expires; one not_before waits for its time")
    func times() {
        let harness = EngineHarness()
        let later = harness.submit { $0.notBefore = EngineHarness.epoch + .seconds(500) }
        harness.tell(.pause(true))
        let expiring = harness.submit { $0.expiresAt = EngineHarness.epoch + .seconds(100) }
        #expect(harness.run(limit: .seconds(110)) { $0.record(expiring)?.stage == .ended })
        #expect(harness.record(expiring)?.progress.reason == .expired)
        #expect(harness.now >= EngineHarness.epoch + .seconds(100))
        harness.tell(.pause(false))
        #expect(harness.run { $0.record(later)?.stage == .placing })
        #expect(harness.now >= EngineHarness.epoch + .seconds(500))
        #expect(harness.now < EngineHarness.epoch + .seconds(501))
        #expect(harness.run { $0.isSettled })
        #expect(harness.violations == [])
    }

    @Test("429 puts a call back uncounted, and it is placed later")
    func throttled() {
        let harness = EngineHarness()
        let number = OrderMaker.number(9)
        let refusal = PlacementAnswer.NotPlaced(
            throttled: true,
            retryAfter: .seconds(7),
            detail: "Throttled"
        )
        harness.nexmo.plans[number] = [.placing(.notPlaced(refusal)), .answering("1234")]
        let id = harness.submit(to: number)
        #expect(harness.run { $0.isSettled })
        #expect(harness.record(id)?.progress.reason == .pinMatched)
        #expect(harness.record(id)?.progress.legs.count == 1)
        #expect(harness.nexmo.orders.count == 2)
        #expect(harness.nexmo.orders[1].at - harness.nexmo.orders[0].at >= .seconds(7))
        #expect(harness.violations == [])
    }

    @Test("A number that is called twice is rung once at a time")
    func oneAtATime() {
        let harness = EngineHarness()
        let number = OrderMaker.number(9)
        let ids = (0..<4).map { _ in harness.submit(to: number) }
        #expect(harness.run { $0.isSettled })
        #expect(harness.nexmo.overlaps(of: number) == 1)
        #expect(harness.nexmo.orders.map(\.call) == ids)
        #expect(harness.violations == [])
    }

    @Test("A placement of unknown fate that rings is adopted by its webhooks")
    func unknownButHeard() {
        let harness = EngineHarness()
        harness.nexmo.standard = .placing(.unknown(rings: true))
        let id = harness.submit()
        #expect(harness.run { $0.isSettled })
        #expect(harness.record(id)?.progress.reason == .pinMatched)
        #expect(harness.nexmo.rings(of: id) == 1)
        #expect(harness.violations == [])
    }

    @Test("One whose webhooks are lost is found in Nexmo's list, and followed by asking")
    func unknownAndSearched() {
        let harness = EngineHarness()
        var plan = PhonePlan.placing(.unknown(rings: true))
        plan.losesWebhooks = true
        harness.nexmo.standard = plan
        let id = harness.submit()
        #expect(harness.run { $0.record(id)?.stage == .started || $0.isSettled })
        #expect(harness.record(id)?.leg?.uuid == "LEG-1")
        #expect(harness.run { $0.isSettled })
        #expect(harness.nexmo.rings(of: id) == 1)
        #expect(harness.operations["search", default: 0] >= 1)
        #expect(harness.violations == [])
    }

    @Test("One that does not ring is given up, and its number is free again")
    func unknownAndSilent() {
        let harness = EngineHarness()
        let number = OrderMaker.number(9)
        harness.nexmo.plans[number] = [.placing(.unknown(rings: false)), .answering("1234")]
        let first = harness.submit(to: number)
        let second = harness.submit(to: number)
        #expect(harness.run { $0.isSettled })
        #expect(harness.record(first)?.progress.reason == .nexmoUnavailable)
        #expect(harness.record(second)?.progress.reason == .pinMatched)
        #expect(harness.violations == [])
    }

    @Test("Where two rings are better than none, an unknown placement rings again")
    func unknownRingAgain() {
        let harness = EngineHarness()
        let number = OrderMaker.number(9)
        harness.nexmo.plans[number] = [.placing(.unknown(rings: false)), .answering("1234")]
        let id = harness.submit(to: number) { $0.unknownPlacement = .ringAgain }
        #expect(harness.run { $0.isSettled })
        #expect(harness.record(id)?.progress.reason == .pinMatched)
        #expect(harness.record(id)?.progress.legs.count == 2)
        #expect(harness.violations == [])
    }

    @Test("A profile in trouble keeps its calls waiting, with a probe a minute, and recovers")
    func profileInTrouble() {
        let harness = EngineHarness()
        harness.nexmo.outage = .refused(PlacementAnswer.Refusal(.credit, detail: "No credit"))
        let ids = (0..<5).map { _ in harness.submit() }
        harness.run(for: .seconds(10))
        let burst = harness.nexmo.orders.count
        harness.run(for: .seconds(600))
        #expect((9...11).contains(harness.nexmo.orders.count - burst))
        #expect(harness.core?.profilesInTrouble.map(\.profile) == ["main"])
        harness.nexmo.outage = nil
        #expect(harness.run(limit: .seconds(120)) { $0.isSettled })
        for id in ids { #expect(harness.record(id)?.progress.reason == .pinMatched) }
        #expect(harness.core?.profilesInTrouble == [])
        #expect(harness.violations == [])
    }

    @Test("While draining nothing is taken or placed, and live calls go on")
    func draining() {
        let harness = EngineHarness()
        let live = harness.submit()
        #expect(harness.run { $0.record(live)?.stage == .ringing })
        harness.submit()
        harness.tell(.drain(true))
        let refused = harness.submit(harness.orders.order(at: harness.now))
        harness.run(for: .seconds(60))
        #expect(harness.record(live)?.stage == .ended)
        guard case .failed(let error) = harness.replies[refused] else {
            Issue.record("The Submit was not refused.")
            return
        }
        #expect(error.code == .draining)
        #expect(harness.core?.liveCalls == 0)
        #expect(harness.nexmo.legs.count == 1)
        harness.tell(.drain(false))
        #expect(harness.run { $0.isSettled })
        #expect(harness.nexmo.legs.count == 2)
        #expect(harness.violations == [])
    }

    @Test("No more than the rate is asked of Nexmo in any second, and the queue moves at that rate")
    func rate() {
        let harness = EngineHarness(configuration: EngineHarness.configuration(callsPerSecond: 5))
        for _ in 0..<100 { harness.submit() }
        #expect(harness.run { $0.nexmo.orders.count == 100 })
        let times = harness.nexmo.orders.map(\.at)
        let spans = zip(times, times.dropFirst(5)).map { $1 - $0 }
        #expect(spans.allSatisfy { $0 >= .seconds(1) })
        #expect(times[99] - times[0] < .seconds(24))
        #expect(harness.violations == [])
    }

    @Test("With every webhook lost a call still ends")
    func allWebhooksLost() {
        let harness = EngineHarness()
        harness.nexmo.standard.losesWebhooks = true
        let id = harness.submit()
        #expect(harness.run { $0.isSettled })
        #expect(harness.record(id)?.progress.status == .error)
        #expect(harness.nexmo.rings(of: id) == 1)
        #expect(harness.core?.liveCalls == 0)
        #expect(harness.violations == [])
    }

    @Test("Webhooks that come twice change nothing")
    func repeatedWebhooks() {
        let harness = EngineHarness()
        harness.nexmo.standard.repeatsWebhooks = true
        let id = harness.submit()
        #expect(harness.run { $0.isSettled })
        harness.run(for: .seconds(30))
        #expect(harness.record(id)?.progress.reason == .pinMatched)
        #expect(harness.history(id).count == 8)
        #expect(harness.receiver.deliveries(of: id) == 1)
        #expect(harness.violations == [])
    }

    @Test("A callback is sent again until its receiver takes it")
    func callbackAgain() {
        let harness = EngineHarness()
        harness.receiver.answers[OrderMaker.callbackURL] = [
            CallbackAnswer(httpStatus: 500), CallbackAnswer(httpStatus: 0, error: "timeout"),
            CallbackAnswer(httpStatus: 204),
        ]
        let id = harness.submit()
        #expect(harness.run { $0.isSettled })
        #expect(harness.receiver.deliveries(of: id) == 3)
        #expect(harness.record(id)?.progress.callback?.state == .delivered)
        #expect(harness.violations == [])
    }
}
