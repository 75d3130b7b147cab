import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

/// Webhooks that do not come: when that is noticed, what follows, and how it ends.
@Suite("WebhookWatch")
struct WebhookWatchTests {
    private static let start = EngineHarness.epoch

    private func leg(_ number: Int = 1, placingAt: Timestamp = Self.start) -> CallLeg {
        CallLeg(number: number, placingAt: placingAt)
    }

    private func call(_ number: UInt64) -> CallID { CallID(high: 1, low: number) }

    /// A watch that knows of so many legs without webhooks, of the calls 1, 2, …
    private func watch(unheard: Int) -> WebhookWatch {
        var watch = WebhookWatch(from: Self.start)
        for number in 0..<unheard {
            _ = watch.answeredUnheard(self.leg(), of: self.call(UInt64(number + 1)), at: Self.start)
        }
        return watch
    }

    @Test("After five answered legs in a row without a webhook the way is dead")
    func five() {
        var watch = self.watch(unheard: 4)
        #expect(watch.silentSince == nil)
        let later = Self.start + .seconds(100)
        #expect(watch.answeredUnheard(self.leg(), of: self.call(5), at: later) == .stop)
        #expect(watch.silentSince == later)
        let again = watch.answeredUnheard(self.leg(), of: self.call(6), at: later + .seconds(1))
        #expect(again == .ignore)
        #expect(watch.silentSince == later)
    }

    @Test("A webhook of any leg begins the row anew, and ends the silence")
    func webhook() {
        var watch = self.watch(unheard: 4)
        #expect(watch.webhookCame() == .ignore)
        #expect(watch == WebhookWatch(from: Self.start))
        watch = self.watch(unheard: 5)
        #expect(watch.webhookCame() == .goOn)
        #expect(watch.silentSince == nil)
        #expect(watch == WebhookWatch(from: Self.start))
        #expect(watch.webhookCame() == .ignore)
    }

    @Test("A leg counts once, another leg of its call counts by itself")
    func once() {
        var watch = self.watch(unheard: 4)
        for _ in 0..<10 {
            #expect(watch.answeredUnheard(self.leg(), of: self.call(3), at: Self.start) == .ignore)
        }
        let second = watch.answeredUnheard(self.leg(2), of: self.call(3), at: Self.start)
        #expect(second == .stop)
    }

    @Test("Legs of before the start prove nothing")
    func before() {
        var watch = self.watch(unheard: 4)
        let old = self.leg(placingAt: Self.start - .milliseconds(1))
        for number in 10..<20 {
            let said = watch.answeredUnheard(old, of: self.call(UInt64(number)), at: Self.start)
            #expect(said == .ignore)
        }
        #expect(watch == self.watch(unheard: 4))
    }

    // MARK: - In the engine

    private func deaf(_ plan: PhonePlan) -> PhonePlan {
        var plan = plan
        plan.losesWebhooks = true
        return plan
    }

    @Test("Without webhooks placing stops after five answered legs, but for a probe a minute")
    func stops() throws {
        let harness = EngineHarness(configuration: EngineHarness.configuration(callsPerSecond: 1))
        harness.nexmo.standard = self.deaf(.answering("1234"))
        for _ in 0..<200 { harness.submit() }
        #expect(harness.run { $0.core?.webhooksSilentSince != nil })
        #expect((5...120).contains(harness.placements.count))
        #expect(harness.core?.webhooksSilentSince == harness.now)
        harness.run(for: .seconds(1))
        let before = harness.placements.count
        harness.run(for: .seconds(600))
        #expect((9...10).contains(harness.placements.count - before))
        #expect(harness.core?.webhooksSilentSince != nil)
        #expect(harness.violations == [])
    }

    @Test("The first webhook of any leg ends the silence, and the queue moves on")
    func recovers() {
        let harness = EngineHarness(configuration: EngineHarness.configuration(callsPerSecond: 1))
        harness.nexmo.standard = self.deaf(.answering("1234"))
        let ids = (0..<200).map { _ in harness.submit() }
        #expect(harness.run { $0.core?.webhooksSilentSince != nil })
        let deaf = harness.placements.count
        // The proxy is mended: the next probe is heard.
        harness.nexmo.standard = .answering("1234")
        let silent = harness.now
        #expect(harness.run { $0.core?.webhooksSilentSince == nil })
        #expect(harness.now - silent >= .seconds(59))
        #expect(harness.now - silent < .seconds(62))
        #expect(harness.run(limit: .seconds(900)) { $0.isSettled })
        let verified = ids.count { harness.record($0)?.progress.reason == .pinMatched }
        #expect(verified == ids.count - deaf)
        #expect(harness.violations == [])
    }

    @Test("Calls whose time runs out meanwhile expire as usual")
    func expire() {
        let harness = EngineHarness(configuration: EngineHarness.configuration(liveCallsMax: 5))
        harness.nexmo.standard = self.deaf(.answering("1234"))
        let ids = (0..<20).map { _ in
            harness.submit { $0.expiresAt = EngineHarness.epoch + .seconds(600) }
        }
        #expect(harness.run { $0.core?.webhooksSilentSince != nil })
        #expect(harness.run { $0.isSettled })
        #expect(ids.contains { harness.record($0)?.progress.reason == .expired })
        #expect(harness.now < EngineHarness.epoch + .seconds(1200))
        #expect(harness.violations == [])
    }

    @Test("Legs that nobody answered, and cancelled ones, prove nothing")
    func proveNothing() {
        let harness = EngineHarness()
        harness.nexmo.standard = self.deaf(.ending(.unanswered))
        for _ in 0..<10 { harness.submit() }
        harness.nexmo.standard = self.deaf(.ending(.completed))
        for _ in 0..<10 { harness.submit() }
        #expect(harness.run { $0.isSettled })
        harness.nexmo.standard = self.deaf(.answering("1234"))
        for _ in 0..<10 {
            let id = harness.submit()
            #expect(harness.run { $0.record(id)?.stage == .started })
            harness.run(for: .seconds(10))
            harness.ask { .cancel(id, reply: $0) }
        }
        #expect(harness.run { $0.isSettled })
        #expect(harness.core?.webhooksSilentSince == nil)
        #expect(harness.violations == [])
    }

    @Test("One webhook among the answered legs is enough to go on")
    func oneComes() {
        let harness = EngineHarness(configuration: EngineHarness.configuration(liveCallsMax: 5))
        harness.nexmo.standard = self.deaf(.answering("1234"))
        for index in 1...40 where index % 4 == 0 {
            harness.nexmo.plans[OrderMaker.number(index)] = [.answering("1234")]
        }
        let ids = (1...40).map { harness.submit(to: OrderMaker.number($0)) }
        #expect(harness.run(limit: .seconds(7200)) { $0.isSettled })
        #expect(harness.core?.webhooksSilentSince == nil)
        #expect(ids.allSatisfy { harness.nexmo.rings(of: $0) == 1 })
        #expect(harness.violations == [])
    }

    @Test("What was placed before a restart stops nothing, though its webhooks found nobody")
    func restart() {
        let harness = EngineHarness()
        harness.timing.webhookRepeatsMax = 0
        for _ in 0..<20 { harness.submit() }
        #expect(
            harness.run { harness in
                harness.store.calls.values.count { $0.stage == .started } == 20
            }
        )
        harness.crash()
        harness.run(for: .seconds(6))
        harness.start()
        harness.run(for: .seconds(1))
        #expect(harness.operations["fetch", default: 0] >= 15)
        #expect(harness.core?.webhooksSilentSince == nil)
        #expect(harness.run { $0.isSettled })
        #expect(harness.violations == [])
    }

    @Test("A profile in trouble takes no probe away from the others")
    func profileInTroubleAsWell() {
        var configuration = EngineHarness.configuration(liveCallsMax: 5)
        configuration.profiles["other"] = configuration.profiles["main"]
        let harness = EngineHarness(configuration: configuration)
        harness.nexmo.standard = self.deaf(.answering("1234"))
        for _ in 0..<5 { harness.submit() }
        #expect(harness.run { $0.core?.webhooksSilentSince != nil && $0.core?.liveCalls == 0 })
        // The call in front is always refused, that behind it would be heard.
        harness.nexmo.standard = .answering("1234")
        let refused = OrderMaker.number(900)
        harness.nexmo.plans[refused] = [
            .placing(.refused(PlacementAnswer.Refusal(.credit, detail: "No credit")))
        ]
        harness.submit(to: refused) { $0.credentials = .profile("other") }
        let heard = harness.submit()
        #expect(harness.run(limit: .seconds(70)) { $0.record(heard)?.stage == .answered })
        #expect(harness.core?.webhooksSilentSince == nil)
        #expect(harness.core?.profilesInTrouble.map(\.profile) == ["other"])
        #expect(harness.violations == [])
    }
}
