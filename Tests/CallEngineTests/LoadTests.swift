import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

/// Many calls: order, memory and determinism.
@Suite("EngineCore under load")
struct LoadTests {
    @Test("A queue of 5,000 calls of one lane is placed in order, though memory holds a part of it")
    func longQueue() {
        let harness = EngineHarness(
            configuration: EngineHarness.configuration(callsPerSecond: 500, liveCallsMax: 100_000)
        )
        harness.tell(.pause(true))
        harness.nexmo.standard = .ending(.busy)
        var ids: [CallID] = []
        for _ in 0..<50 {
            for _ in 0..<100 { ids.append(harness.submit { $0.callback = nil }) }
            harness.run(for: .milliseconds(100))
        }
        harness.tell(.pause(false))
        #expect(harness.run { $0.isSettled && $0.store.calls.count == 5000 })
        harness.run(for: .seconds(1))
        self.expectInOrder(harness.placements, ids)
        #expect(harness.violations == [])
    }

    @Test("The same after a restart, with more that comes while it is worked off")
    func longQueueAfterRestart() {
        let harness = EngineHarness(
            configuration: EngineHarness.configuration(callsPerSecond: 500, liveCallsMax: 100_000)
        )
        harness.tell(.pause(true))
        harness.nexmo.standard = .ending(.busy)
        var ids: [CallID] = []
        for _ in 0..<15 {
            for _ in 0..<100 { ids.append(harness.submit { $0.callback = nil }) }
            harness.run(for: .milliseconds(100))
        }
        harness.crash()
        harness.start()
        for _ in 0..<10 {
            for _ in 0..<100 { ids.append(harness.submit { $0.callback = nil }) }
            harness.run(for: .milliseconds(100))
        }
        #expect(harness.run { $0.isSettled && $0.store.calls.count == 2500 })
        harness.run(for: .seconds(1))
        self.expectInOrder(harness.placements, ids)
        #expect(harness.core?.liveCalls == 0)
        #expect(harness.violations == [])
    }

    /// Expects each call once and in its place, up to those whose records are read at the same time.
    private func expectInOrder(_ placements: [CallID], _ ids: [CallID]) {
        #expect(Set(placements).count == ids.count && placements.count == ids.count)
        let places = Dictionary(uniqueKeysWithValues: zip(ids, ids.indices))
        let moves = placements.enumerated().map { abs($0.offset - (places[$0.element] ?? -9999)) }
        #expect((moves.max() ?? 0) <= 2 * EngineLimits.loadsMax)
    }

    @Test("Ended calls are not held in memory, but for a bounded number of the latest")
    func memory() {
        let harness = EngineHarness(
            configuration: EngineHarness.configuration(callsPerSecond: 2000, liveCallsMax: 100_000)
        )
        harness.nexmo.standard = .ending(.busy)
        for _ in 0..<30 {
            for _ in 0..<100 { harness.submit { $0.callback = nil } }
            harness.run(for: .milliseconds(100))
        }
        #expect(harness.run { $0.isSettled && $0.store.calls.count == 3000 })
        harness.run(for: .seconds(1))
        #expect((harness.core?.cachedCalls ?? 0) <= EngineLimits.warmRecordsMax)
        #expect(harness.core?.liveCalls == 0)
        #expect(harness.violations == [])
    }

    @Test("The same seed makes the same happen")
    func determinism() {
        let runs = (0..<2).map { _ in
            let harness = EngineHarness(seed: 42)
            harness.follow("all", kinds: CallEvent.Kind.allCases)
            for index in 0..<60 {
                harness.submit(
                    to: OrderMaker.number(index % 20 + 1),
                    caller: ["alice", "bob", "carol"][index % 3]
                ) { $0.priority = CallPriority.allCases[index % 3] }
            }
            harness.run(for: .seconds(7))
            harness.crash()
            harness.start()
            harness.run { $0.isSettled }
            harness.run(for: .seconds(30))
            return harness
        }
        #expect(runs[0].store.events == runs[1].store.events)
        #expect(runs[0].followed == runs[1].followed)
        #expect(runs[0].steps == runs[1].steps)
        #expect(runs[0].operations == runs[1].operations)
        #expect(runs[0].violations == [])
    }

    @Test("A receiver that is down holds up no other, and no call")
    func deadReceiver() {
        let harness = EngineHarness()
        let dead = "https://dead.example/x"
        harness.receiver.answers[dead] = [CallbackAnswer(httpStatus: 0, error: "no answer")]
        var alive: [CallID] = []
        for index in 0..<200 {
            let id = harness.submit { terms in
                if index % 2 == 0 { terms.callback?.url = dead }
            }
            if index % 2 == 1 { alive.append(id) }
        }
        #expect(
            harness.run(limit: .seconds(120)) { harness in
                alive.allSatisfy { harness.record($0)?.progress.callback?.state == .delivered }
            }
        )
        #expect(harness.run(limit: .seconds(400_000)) { $0.isSettled })
        #expect(harness.receiver.deliveries.count == 100 + 100 * 10)
        #expect(harness.violations == [])
    }
}
