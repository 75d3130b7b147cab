import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

/// What goes by the wall clock: `not_before`, `expires_at` and calling windows.
@Suite("EngineCore: wall clock and windows")
struct WallClockTests {
    /// Hours that begin at a moment and never end.
    private struct Hours: CallingHours {
        var begin: Timestamp

        func opening(at moment: Timestamp) -> Timestamp? {
            moment < self.begin ? self.begin : nil
        }
    }

    private static func configuration(openAt begin: Timestamp) -> EngineConfiguration {
        var configuration = EngineHarness.configuration()
        configuration.profiles["main"]?.hours = Hours(begin: begin)
        return configuration
    }

    @Test("Where the wall clock is set forward, queued calls expire by it", arguments: [1, 300])
    func expires(count: Int) {
        let harness = EngineHarness()
        harness.tell(.pause(true))
        let ids = (0..<count).map { _ in
            harness.submit { $0.expiresAt = EngineHarness.epoch + .seconds(600) }
        }
        harness.run(for: .seconds(10))
        harness.tell(.wallClock(lead: .seconds(580)))
        harness.run(for: .seconds(5))
        #expect(ids.allSatisfy { harness.record($0)?.stage == .queued })
        harness.run(for: .seconds(10))
        #expect(ids.allSatisfy { harness.record($0)?.progress.reason == .expired })
        #expect(harness.violations == [])
    }

    @Test("Where it is set back, they wait for longer")
    func waits() {
        let harness = EngineHarness()
        harness.tell(.pause(true))
        let id = harness.submit { $0.expiresAt = EngineHarness.epoch + .seconds(600) }
        harness.tell(.wallClock(lead: .seconds(-300)))
        harness.run(for: .seconds(890))
        #expect(harness.record(id)?.stage == .queued)
        harness.run(for: .seconds(20))
        #expect(harness.record(id)?.progress.reason == .expired)
        #expect(harness.violations == [])
    }

    @Test("A call that may be placed by the wall clock is")
    func notBefore() {
        let harness = EngineHarness()
        let id = harness.submit {
            $0.notBefore = EngineHarness.epoch + .seconds(500)
            $0.expiresAt = EngineHarness.epoch + .seconds(1000)
        }
        harness.run(for: .seconds(10))
        #expect(harness.nexmo.rings(of: id) == 0)
        harness.tell(.wallClock(lead: .seconds(495)))
        harness.run(for: .seconds(5))
        #expect(harness.nexmo.rings(of: id) == 1)
        #expect(harness.violations == [])
    }

    @Test("No step of the wall clock moves what a live call waits for")
    func live() {
        let harness = EngineHarness()
        let id = harness.submit()
        #expect(harness.run { $0.record(id)?.stage == .answered })
        harness.tell(.wallClock(lead: .seconds(7200)))
        #expect(harness.run(limit: .seconds(120)) { $0.isSettled })
        #expect(harness.record(id)?.progress.reason == .pinMatched)
        #expect(harness.violations == [])
    }

    @Test("Calls wait for their window without being looked at, and urgent ones do not")
    func window() {
        let opensAt = EngineHarness.epoch + .seconds(300)
        let harness = EngineHarness(configuration: Self.configuration(openAt: opensAt))
        let ids = (0..<20).map { _ in
            harness.submit { $0.expiresAt = EngineHarness.epoch + .seconds(1000) }
        }
        let urgent = harness.submit { $0.priority = .urgent }
        harness.run(for: .seconds(100))
        #expect(harness.nexmo.rings(of: urgent) == 1)
        let commits = harness.operations["commit"] ?? 0
        harness.run(for: .seconds(190))
        #expect(harness.operations["commit"] == commits)
        #expect(ids.allSatisfy { harness.nexmo.rings(of: $0) == 0 })
        harness.run(for: .seconds(60))
        #expect(ids.allSatisfy { harness.nexmo.rings(of: $0) == 1 })
        #expect(harness.violations == [])
    }

    @Test("A call whose window opens after its end expires as soon as that is seen")
    func tooLate() {
        let opensAt = EngineHarness.epoch + .seconds(3000)
        let harness = EngineHarness(configuration: Self.configuration(openAt: opensAt))
        let id = harness.submit { $0.expiresAt = EngineHarness.epoch + .seconds(600) }
        harness.run(for: .seconds(5))
        #expect(harness.record(id)?.progress.reason == .expired)
        #expect(harness.violations == [])
    }

    @Test("A redialled call is rung again after its wait")
    func redial() {
        let harness = EngineHarness()
        let id = harness.submit {
            $0.redial = RedialTerms(
                redialsMax: 1,
                wait: .seconds(30),
                reasons: RedialTerms.possibleReasons
            )
            $0.attemptsMax = 1
        }
        #expect(harness.run(limit: .seconds(600)) { $0.isSettled })
        let record = harness.record(id)
        #expect(record?.progress.legs.count == 1 + (record?.progress.redials ?? 0))
        #expect(harness.violations == [])
    }
}
