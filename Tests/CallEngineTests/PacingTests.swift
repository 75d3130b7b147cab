import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

/// The pacing as Nexmo sees it, in simulated time.
@Suite("EngineCore pacing")
struct PacingTests {
    /// A harness whose requests are on their way as fast as over a connection that is kept.
    private func harness(_ configuration: EngineConfiguration) -> EngineHarness {
        let harness = EngineHarness(configuration: configuration)
        harness.timing.request = .milliseconds(1)...(.milliseconds(10))
        return harness
    }

    /// Most requests in any rolling second.
    private func busiestSecond(_ times: [Timestamp]) -> Int {
        var most = 0
        var first = 0
        for (index, time) in times.enumerated() {
            while times[first] + .seconds(1) <= time { first += 1 }
            most = max(most, index - first + 1)
        }
        return most
    }

    @Test(
        "Under backlog at least 95 % of the rate is used, and none is passed",
        arguments: [1, 3, 30]
    )
    func used(rate: Int) {
        let harness = self.harness(
            EngineHarness.configuration(callsPerSecond: rate, liveCallsMax: 100_000)
        )
        for _ in 0..<(rate * 130) { harness.submit() }
        harness.run(for: .seconds(20))
        let before = harness.nexmo.orders.count
        harness.run(for: .seconds(100))
        let placed = harness.nexmo.orders.count - before
        #expect(placed >= rate * 95)
        #expect(self.busiestSecond(harness.nexmo.orders.map(\.at)) <= rate)
        #expect(harness.violations == [])
    }

    @Test("The profiles of an account share its rate; those of others do not")
    func accounts() {
        var configuration = EngineHarness.configuration(callsPerSecond: 5, liveCallsMax: 10_000)
        configuration.profiles["second"] = configuration.profiles["main"]
        configuration.profiles["other"] = EngineConfiguration.ProfileSettings(
            account: "other",
            callsPerSecond: 10
        )
        let harness = self.harness(configuration)
        var profiles: [CallID: String] = [:]
        for index in 0..<600 {
            let profile = ["main", "second", "other"][index % 3]
            let id = harness.submit(caller: profile) { $0.credentials = .profile(profile) }
            profiles[id] = profile
        }
        harness.run(for: .seconds(15))
        let orders = harness.nexmo.orders
        let shared = orders.filter { profiles[$0.call] != "other" }.map(\.at)
        let other = orders.filter { profiles[$0.call] == "other" }.map(\.at)
        #expect(self.busiestSecond(shared) == 5)
        #expect(self.busiestSecond(other) == 10)
        #expect(shared.count >= 70)
        #expect(other.count >= 140)
    }

    @Test("A caller with very many calls does not starve one with three")
    func fair() throws {
        let harness = self.harness(
            EngineHarness.configuration(callsPerSecond: 3, liveCallsMax: 10_000)
        )
        for _ in 0..<5000 {
            harness.submit(caller: "many") { terms in
                terms.expiresAt = EngineHarness.epoch + .seconds(100_000)
            }
        }
        harness.run(for: .seconds(30))
        let few = (0..<3).map { _ in harness.submit(caller: "few") }
        #expect(
            harness.run(limit: .seconds(10)) { harness in
                few.allSatisfy { id in harness.nexmo.orders.contains { $0.call == id } }
            }
        )
        // Every other turn is theirs.
        #expect(harness.now < EngineHarness.epoch + .seconds(34))
    }

    @Test("URGENT goes at once although NORMAL and BULK wait")
    func urgent() {
        let harness = self.harness(
            EngineHarness.configuration(callsPerSecond: 2, liveCallsMax: 10_000)
        )
        for index in 0..<400 {
            harness.submit { $0.priority = index % 2 == 0 ? .bulk : .normal }
        }
        harness.run(for: .seconds(10))
        let id = harness.submit { $0.priority = .urgent }
        #expect(
            harness.run(limit: .seconds(2)) { harness in
                harness.nexmo.orders.contains { $0.call == id }
            }
        )
    }

    @Test("No more calls are live than may be, however many wait")
    func liveCap() {
        let harness = self.harness(
            EngineHarness.configuration(callsPerSecond: 100, liveCallsMax: 7)
        )
        for _ in 0..<60 { harness.submit() }
        var most = 0
        harness.run { harness in
            most = max(most, harness.nexmo.legs.count { $0.state != .over })
            return harness.isSettled
        }
        #expect(most == 7)
        #expect(harness.isSettled)
    }

    @Test("429 halves the rate, and it recovers")
    func throttled() {
        let harness = self.harness(
            EngineHarness.configuration(callsPerSecond: 20, liveCallsMax: 10_000)
        )
        for _ in 0..<2000 { harness.submit() }
        harness.run(for: .seconds(3))
        let failure = PlacementAnswer.NotPlaced(throttled: true, detail: "Throttled")
        harness.nexmo.outage = .notPlaced(failure)
        let from = harness.nexmo.orders.count
        harness.run(limit: .seconds(5)) { $0.nexmo.orders.count > from }
        harness.nexmo.outage = nil
        harness.run(for: .milliseconds(1100))
        let behind = harness.nexmo.orders.count
        harness.run(for: .seconds(3))
        let halved = self.busiestSecond(harness.nexmo.orders.dropFirst(behind).map(\.at))
        #expect((10...14).contains(halved))
        harness.run(for: .seconds(30))
        let whole = harness.nexmo.orders.count
        harness.run(for: .seconds(40))
        #expect(harness.nexmo.orders.count - whole >= 750)
    }

    @Test("Requests besides placings keep to 15 a second, and all are made")
    func others() {
        let harness = self.harness(
            EngineHarness.configuration(callsPerSecond: 200, liveCallsMax: 10_000)
        )
        harness.nexmo.standard = .answering()
        let ids = (0..<200).map { _ in harness.submit() }
        harness.run(for: .seconds(6))
        for id in ids { harness.ask { .cancel(id, reply: $0) } }
        #expect(harness.run(limit: .seconds(120)) { $0.isSettled })
        // The others have ended by themselves before their turn.
        #expect(harness.requests.count { $0.kind == "hangUp" } >= 100)
        #expect(self.busiestSecond(harness.requests.map(\.at)) <= 15)
    }

    @Test("Calls that cannot go now keep none behind them from going")
    func blockedHead() {
        let harness = EngineHarness()
        let busy = OrderMaker.number(9)
        var plan = PhonePlan.answering("1234")
        plan.pickUp = .answers(after: .seconds(50))
        harness.nexmo.plans[busy] = [plan]
        for _ in 0..<300 { harness.submit(to: busy) }
        let free = harness.submit()
        harness.run(for: .seconds(10))
        #expect(harness.nexmo.rings(of: free) == 1)
        #expect(harness.violations == [])
    }

    @Test("Calls of a profile in trouble keep none of the same caller from going")
    func profileInTrouble() {
        var configuration = EngineHarness.configuration()
        configuration.profiles["bad"] = EngineConfiguration.ProfileSettings(
            account: "bad",
            callsPerSecond: 30
        )
        let harness = EngineHarness(configuration: configuration)
        let refusal = PlacementAnswer.Refusal(.credit, detail: "No credit")
        var numbers: [PhoneNumber] = []
        for index in 0..<300 {
            let number = OrderMaker.number(1000 + index)
            numbers.append(number)
            harness.nexmo.plans[number] = [.placing(.refused(refusal))]
            harness.submit(to: number) { $0.credentials = .profile("bad") }
        }
        harness.run(for: .seconds(2))
        let good = harness.submit()
        harness.run(for: .seconds(20))
        #expect(harness.nexmo.rings(of: good) == 1)
        #expect(harness.core?.profilesInTrouble.map(\.profile) == ["bad"])
        // They wait, and go when the account has credit again.
        for number in numbers { harness.nexmo.plans[number] = [.answering("1234")] }
        #expect(harness.run(limit: .seconds(600)) { $0.isSettled })
        #expect(harness.core?.profilesInTrouble == [])
        #expect(harness.violations == [])
    }
}
