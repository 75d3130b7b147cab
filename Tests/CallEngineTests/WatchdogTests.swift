import CallEngine
import CallSimulation
import EngineTestSupport
import PromptCallCore
import Testing

/// Calls whose webhooks are lost: Nexmo is asked, within a budget, and each call ends in time.
@Suite("EngineCore watchdogs")
struct WatchdogTests {
    /// Every kind of callee, and every way in which Nexmo takes an order that rings.
    private static let plans: [PhonePlan] = {
        var hangsUp = PhonePlan.answering("9999", "9999", "9999")
        hangsUp.hangsUpAfter = .seconds(3)
        var late = PhonePlan.answering("1234")
        late.pickUp = .answers(after: .seconds(55))
        return [
            .answering("1234"), .answering("9999", "1234"), .answering("9999", "9999", "9999"),
            .answering(), hangsUp, late, .ending(.busy), .ending(.unanswered),
            .ending(.rejected(.declined)), .ending(.failed(.unreachable)), .ending(.completed),
            .placing(.unknown(rings: true)), .placing(.unknown(rings: false)),
        ]
    }()

    private func submit(_ index: Int, to harness: EngineHarness) -> CallID {
        let number = OrderMaker.number(index + 1)
        harness.nexmo.plans[number] = [Self.plans[index % Self.plans.count]]
        return harness.submit(to: number) { terms in
            switch index / Self.plans.count % 3 {
            case 1: terms.prompt = .announcement
            case 2: terms.prompt = .digits(min: 1, max: 4)
            default: break
            }
            terms.ringTimeout = .seconds(60)
            terms.maxDuration = .seconds(index % 2 == 0 ? 60 : 300)
            terms.callback = nil
        }
    }

    /// From the placing to the end, all windows and 120 s.
    private func bound(_ record: CallRecord) -> Duration {
        CallWindows.setup + record.terms.ringTimeout + record.terms.maxDuration + .seconds(120)
    }

    private func check(_ harness: EngineHarness, _ ids: [CallID]) {
        for id in ids {
            guard let record = harness.record(id), let endedAt = record.progress.endedAt else {
                Issue.record("A call has not ended.")
                continue
            }
            let first = record.progress.legs.first?.placingAt ?? record.progress.submittedAt
            #expect(endedAt - first <= self.bound(record))
            #expect(harness.history(id).count { $0 == .ended } == 1)
            #expect(harness.nexmo.rings(of: id) <= 1)
        }
        #expect(harness.nexmo.legs.allSatisfy { $0.state == .over })
        #expect(harness.core?.liveCalls == 0)
        #expect(harness.violations == [])
        #expect(harness.nexmo.objections == [])
        self.checkBudget(harness)
    }

    /// No more than 15 requests besides placings in any rolling second, as Nexmo sees them.
    private func checkBudget(_ harness: EngineHarness) {
        let times = harness.requests.map(\.at)
        let spans = zip(times, times.dropFirst(15)).map { $1 - $0 }
        #expect(spans.allSatisfy { $0 >= .seconds(1) })
    }

    @Test(
        "Each call ends within all its windows and 120 s, however many webhooks are lost",
        arguments: [0, 10, 50, 100]
    )
    func lostWebhooks(percent: Int) {
        let harness = EngineHarness(seed: UInt64(percent + 1))
        harness.timing.webhooksLostPercent = percent
        let ids = (0..<300).map { self.submit($0, to: harness) }
        if percent == 100 {
            // Placing stops where nothing is heard at all; what was placed is followed.
            harness.run(for: .seconds(600))
            for id in ids where harness.record(id)?.stage == .queued {
                harness.ask { .cancel(id, reply: $0) }
            }
        }
        #expect(harness.run(limit: .seconds(7200)) { $0.isSettled })
        harness.run(for: .seconds(60))
        self.check(harness, ids)
        #expect(harness.placements.count >= 200)
    }

    @Test("The same where calls are cancelled at any time", arguments: [10, 100])
    func cancelled(percent: Int) {
        let harness = EngineHarness(seed: 7)
        harness.timing.webhooksLostPercent = percent
        var random = SplitMix64(seed: 7)
        let ids = (0..<200).map { self.submit($0, to: harness) }
        for id in ids.shuffled(using: &random) {
            harness.run(for: .milliseconds(500))
            harness.ask { .cancel(id, reply: $0) }
        }
        #expect(harness.run(limit: .seconds(7200)) { $0.isSettled })
        harness.run(for: .seconds(60))
        self.check(harness, ids)
    }

    @Test("The same over a restart in the middle", arguments: [50, 100])
    func restarted(percent: Int) {
        let harness = EngineHarness(seed: 9)
        harness.timing.webhooksLostPercent = percent
        let ids = (0..<100).map { self.submit($0, to: harness) }
        harness.run(for: .seconds(20))
        harness.crash()
        harness.run(for: .seconds(5))
        harness.start()
        #expect(harness.run(limit: .seconds(7200)) { $0.isSettled })
        harness.run(for: .seconds(60))
        self.check(harness, ids)
    }

    @Test("Hundreds of calls that are asked about together keep to 15 requests a second")
    func budget() {
        let harness = EngineHarness(
            configuration: EngineHarness.configuration(callsPerSecond: 200, liveCallsMax: 1000)
        )
        harness.nexmo.standard = .answering()
        harness.nexmo.standard.losesWebhooks = true
        let ids = (0..<600).map { index in
            harness.submit { $0.maxDuration = .seconds(index % 2 == 0 ? 300 : 600) }
        }
        harness.run(for: .seconds(250))
        #expect(harness.core?.liveCalls == 600)
        self.checkBudget(harness)
        // Nobody is asked about much more often than others.
        var fetches: [CallID: Int] = [:]
        for request in harness.requests where request.kind == "fetch" {
            fetches[request.call, default: 0] += 1
        }
        #expect(fetches.count == 600)
        #expect((fetches.values.max() ?? 0) <= 3 * (fetches.values.min() ?? 0))
        // A hang-up waits for no question.
        let before = harness.requests.count
        for id in ids.prefix(30) { harness.ask { .cancel(id, reply: $0) } }
        harness.run(for: .milliseconds(2200))
        let hangUps = harness.requests.dropFirst(before).filter { $0.kind == "hangUp" }
        #expect(Set(hangUps.map(\.call)) == Set(ids.prefix(30)))
        #expect(harness.run(limit: .seconds(7200)) { $0.isSettled })
        self.check(harness, ids.map(\.self))
    }

    @Test("The waits between two questions about a leg grow")
    func growingWaits() {
        let harness = EngineHarness()
        harness.nexmo.standard = .answering()
        harness.nexmo.standard.losesWebhooks = true
        let id = harness.submit { $0.maxDuration = .seconds(1200) }
        harness.run(for: .seconds(1100))
        let times = harness.requests.filter { $0.call == id && $0.kind == "fetch" }.map(\.at)
        let waits = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect(waits.count > 5)
        // Shorter ones come where a question found something out.
        let grown = waits.drop { $0 < .seconds(30) }
        #expect(grown.allSatisfy { $0 >= .seconds(30) && $0 <= .seconds(62) })
        #expect(harness.violations == [])
    }
}
