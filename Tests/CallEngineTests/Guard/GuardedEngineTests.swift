import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

/// The guard within the engine, from Submit to the store and over a restart.
@Suite("EngineCore guard")
struct GuardedEngineTests {
    private static func rules(
        perNumber: Int = 1000,
        perRange: Int = 100_000,
        spend: String? = nil,
        exempt: Set<String> = []
    ) -> GuardRules {
        GuardRules(
            prefixes: PrefixRules(allowed: ["44"]),
            perNumber: GuardRules.Rate(count: perNumber, period: .seconds(600)),
            perRange: GuardRules.Rate(count: perRange, period: .seconds(3600)),
            spendPerHour: spend.flatMap { Amount($0) },
            exemptCallers: exempt
        )
    }

    private func harness(_ rules: GuardRules, rate: Int = 30) -> EngineHarness {
        EngineHarness(
            configuration: EngineHarness.configuration(callsPerSecond: rate, guardRules: rules)
        )
    }

    private func code(_ reply: EngineReply?) -> EngineError.Code? {
        if case .failed(let error) = reply { error.code } else { nil }
    }

    /// Submits an order; its answer, once it is there.
    private func submit(
        _ harness: EngineHarness,
        to number: PhoneNumber,
        caller: String = "alice",
        isRepeat: Bool = false,
        _ change: (inout CallTerms) -> Void = { _ in }
    ) -> EngineReply? {
        let order = harness.orders.order(at: harness.now, to: number, caller: caller, change)
        let reply = harness.submit(isRepeat ? order.asRepeat : order)
        harness.run(limit: .seconds(5)) { $0.replies[reply] != nil }
        return harness.replies[reply]
    }

    @Test("A number is called so often; a repeated request is not judged, nor counted")
    func perNumber() {
        let harness = self.harness(Self.rules(perNumber: 2))
        let number = OrderMaker.number(9)
        for _ in 0..<3 {
            // The first is taken, the others exist.
            let reply = self.submit(harness, to: number, isRepeat: true) { $0.requestID = "one" }
            guard case .submitted = reply else {
                Issue.record("It was refused.")
                return
            }
        }
        #expect(self.code(self.submit(harness, to: number) { $0.requestID = "one" }) == nil)
        #expect(self.code(self.submit(harness, to: number)) == nil)
        #expect(self.code(self.submit(harness, to: number)) == nil)
        #expect(self.code(self.submit(harness, to: number)) == .guardPerNumber)
        #expect(harness.violations == [])
    }

    @Test("A Submit that is not stored is not counted")
    func notStored() {
        let harness = self.harness(Self.rules(perNumber: 1))
        let number = OrderMaker.number(9)
        harness.store.commitFaults = [.unavailable]
        #expect(self.code(self.submit(harness, to: number)) == .unavailable)
        harness.run(for: .seconds(1))
        #expect(self.code(self.submit(harness, to: number)) == nil)
        #expect(self.code(self.submit(harness, to: number)) == .guardPerNumber)
    }

    @Test("Calls that were saved up ring no more often than the rule says")
    func savedUp() {
        let harness = self.harness(Self.rules(perNumber: 2))
        let number = OrderMaker.number(9)
        let noon = EngineHarness.epoch + .seconds(7200)
        for _ in 0..<3 {
            for _ in 0..<2 {
                let reply = self.submit(harness, to: number) { terms in
                    terms.notBefore = noon
                    terms.expiresAt = noon + .seconds(7200)
                }
                #expect(self.code(reply) == nil)
            }
            harness.run(for: .seconds(620))
        }
        #expect(harness.run(limit: .seconds(20_000)) { $0.isSettled })
        let times = harness.nexmo.orders.map(\.at)
        #expect(times.count == 6)
        #expect(zip(times, times.dropFirst(2)).allSatisfy { $1 - $0 >= .seconds(600) })
        #expect(times[0] < noon + .seconds(1))
        #expect(times[5] < noon + .seconds(1300))
        #expect(harness.violations == [])
    }

    @Test("A placing that surely did not ring is not counted")
    func notRung() {
        let harness = self.harness(Self.rules(perNumber: 1))
        let number = OrderMaker.number(9)
        let failure = PlacementAnswer.NotPlaced(throttled: true, detail: "Throttled")
        let throttled = PhonePlan.placing(.notPlaced(failure))
        harness.nexmo.plans[number] = [throttled, throttled, .answering("1234")]
        let id = harness.submit(to: number)
        #expect(harness.run(limit: .seconds(60)) { $0.isSettled })
        #expect(harness.record(id)?.progress.reason == .pinMatched)
        #expect(harness.nexmo.orders.count == 3)
    }

    @Test("A range that is full keeps its calls waiting, and no others")
    func perRange() {
        let harness = self.harness(Self.rules(perRange: 3))
        for index in 0..<3 { harness.submit(to: OrderMaker.number(100 + index)) }
        #expect(harness.run(limit: .seconds(60)) { $0.isSettled })
        #expect(self.code(self.submit(harness, to: OrderMaker.number(104))) == .guardPerRange)
        let elsewhere = PhoneNumber("447700900123")
        #expect(elsewhere.map { self.code(self.submit(harness, to: $0)) == nil } ?? false)
        #expect(harness.run(limit: .seconds(60)) { $0.isSettled })
        #expect(harness.nexmo.orders.count == 4)
    }

    @Test("When the breaker opens queued calls end as GUARD, but for those of the exempt")
    func breaker() {
        // Each leg costs 0.0127.
        let rules = Self.rules(spend: "0.05", exempt: ["pager"])
        let harness = self.harness(rules, rate: 1)
        let ids = (0..<600).map { _ in harness.submit() }
        let pager = (0..<3).map { _ in harness.submit(caller: "pager") }
        let later = harness.submit { $0.notBefore = EngineHarness.epoch + .seconds(3000) }
        #expect(
            harness.run(limit: .seconds(600)) { harness in
                ids.allSatisfy { harness.record($0)?.stage == .ended }
            }
        )
        let reasons = ids.compactMap { harness.record($0)?.progress.reason }
        let rung = ids.count { harness.nexmo.rings(of: $0) > 0 }
        #expect((1...4).contains(rung))
        #expect(reasons.count { $0 == .pinMatched } == rung)
        #expect(reasons.count { $0 == .guard } == 600 - rung)
        #expect(harness.core?.openSince != nil)
        #expect(self.code(self.submit(harness, to: OrderMaker.number(9))) == .guardSpend)
        #expect(
            harness.run(limit: .seconds(60)) { harness in
                pager.allSatisfy { harness.record($0)?.progress.reason == .pinMatched }
            }
        )
        // What waits for a later time is spared until then.
        #expect(harness.record(later)?.stage == .queued)
        #expect(harness.store.guarding.openedAt != nil)

        harness.crash()
        harness.start()
        #expect(self.code(self.submit(harness, to: OrderMaker.number(9))) == .guardSpend)
        let reset = harness.ask { .resetGuard(reply: $0) }
        #expect(harness.run(limit: .seconds(1)) { $0.replies[reset] != nil })
        #expect(harness.store.guarding.openedAt == nil)
        #expect(self.code(self.submit(harness, to: OrderMaker.number(9))) == nil)
        harness.crash()
        harness.start()
        #expect(harness.core?.openSince == nil)
        #expect(harness.run(limit: .seconds(4000)) { $0.isSettled })
        #expect(harness.record(later)?.progress.reason == .pinMatched)
        #expect(harness.violations == [])
    }

    @Test("A crash in a loop does not let anything be forgotten")
    func crashLoop() {
        let harness = self.harness(Self.rules(perNumber: 3), rate: 1)
        let number = OrderMaker.number(9)
        for _ in 0..<3 { harness.submit(to: number) }
        for _ in 0..<20 {
            harness.run(for: .seconds(7))
            harness.crash()
            harness.start()
        }
        #expect(self.code(self.submit(harness, to: number)) == .guardPerNumber)
        #expect(harness.run(limit: .seconds(4000)) { $0.isSettled })
        #expect(harness.nexmo.rings(to: number) <= 3)
        #expect(harness.violations == [])
    }

    @Test("What was spent is known after a restart, and opens the breaker there")
    func spentBefore() {
        let harness = self.harness(Self.rules())
        for _ in 0..<3 { harness.submit() }
        #expect(harness.run(limit: .seconds(120)) { $0.isSettled })
        harness.crash()
        harness.configuration.guardRules = Self.rules(spend: "0.05")
        harness.start()
        #expect(harness.core?.report(at: harness.now).spent == Amount("0.0381"))
        #expect(harness.core?.openSince == nil)
        harness.crash()
        harness.configuration.guardRules = Self.rules(spend: "0.03")
        harness.start()
        #expect(harness.core?.openSince == harness.now)
        harness.run(for: .seconds(1))
        #expect(harness.store.guarding.openedAt != nil)
        #expect(self.code(self.submit(harness, to: OrderMaker.number(9))) == .guardSpend)
        #expect(harness.violations == [])
    }

    @Test("A reset that cannot be kept is refused, and kept with the next batch")
    func resetNotKept() {
        let harness = self.harness(Self.rules(spend: "0.01"))
        harness.submit()
        #expect(harness.run(limit: .seconds(60)) { $0.core?.openSince != nil })
        harness.run(for: .seconds(1))
        #expect(harness.store.guarding.openedAt != nil)
        harness.store.commitFaults = [.unavailable]
        let reset = harness.ask { .resetGuard(reply: $0) }
        #expect(harness.run(limit: .seconds(1)) { $0.replies[reset] != nil })
        #expect(self.code(harness.replies[reset]) == .unavailable)
        #expect(harness.run(limit: .seconds(5)) { $0.store.guarding.openedAt == nil })
        #expect(harness.violations == [])
    }

    @Test("New rules hold for what is queued")
    func newRules() {
        let harness = self.harness(Self.rules(), rate: 1)
        let ids = (0..<5).map { _ in harness.submit() }
        harness.run(for: .seconds(2))
        var rules = Self.rules()
        rules.prefixes = PrefixRules(allowed: ["1"])
        harness.tell(.setGuard(rules))
        #expect(harness.run(limit: .seconds(60)) { $0.isSettled })
        let reasons = ids.compactMap { harness.record($0)?.progress.reason }
        #expect(reasons.contains(.pinMatched))
        #expect(reasons.contains(.guard))
        #expect(self.code(self.submit(harness, to: OrderMaker.number(9))) == .guardPrefix)
    }

    @Test(
        "Nothing stays reserved when all calls have ended, whatever became of them",
        arguments: 1...8
    )
    func nothingLeaks(seed: Int) {
        let configuration = EngineHarness.configuration(
            callsPerSecond: 5,
            guardRules: Self.rules(spend: "0.40")
        )
        let harness = EngineHarness(seed: UInt64(seed), configuration: configuration)
        let refusal = PlacementAnswer.Refusal(.request, detail: "No such number")
        let plans: [PhonePlan] = [
            .answering("1234"), .ending(.busy), .placing(.refused(refusal)),
            .placing(.unknown(rings: false)), .placing(.unknown(rings: true)), .answering("9"),
        ]
        var ids: [CallID] = []
        for index in 0..<60 {
            let number = OrderMaker.number(500 + index)
            harness.nexmo.plans[number] = [plans[index % plans.count]]
            ids.append(harness.submit(to: number) { $0.unknownPlacement = .ringAgain })
            if index % 7 == 3 { harness.run(for: .seconds(2)) }
            if index % 5 == 4 { harness.ask { .cancel(ids[index - 2], reply: $0) } }
        }
        harness.run(for: .seconds(8))
        harness.crash()
        harness.start()
        #expect(harness.run(limit: .seconds(4000)) { $0.isSettled })
        harness.run(for: .seconds(60))
        let report = harness.core?.report(at: harness.now)
        #expect(report?.reserved == Amount(units: 0))
        #expect(report.map { $0.spent.units <= 40_000_000 + 25_000_000 } ?? false)
        #expect(harness.violations == [])
    }
}

extension EngineCore {
    fileprivate var openSince: Timestamp? { self.guardOpenSince }

    fileprivate func report(at now: Timestamp) -> GuardReport {
        var core = self
        return core.guardReport(at: now)
    }
}

extension ScriptedNexmo {
    /// How often a number was rung.
    fileprivate func rings(to number: PhoneNumber) -> Int { self.legs.count { $0.to == number } }
}
