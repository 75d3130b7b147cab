import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

@Suite("Backlog")
struct BacklogTests {
    private func lane(_ caller: String, _ priority: CallPriority = .normal) -> QueueLane {
        QueueLane(priority: priority, caller: caller)
    }

    private func backlog() -> Backlog {
        var configuration = EngineHarness.configuration(callsPerSecond: 10)
        let shared = EngineConfiguration.ProfileSettings(account: "shared", callsPerSecond: 2)
        configuration.profiles["one"] = shared
        configuration.profiles["two"] = shared
        return Backlog(configuration)
    }

    @Test("A call waits for those of its account that go before it")
    func accounts() {
        var backlog = self.backlog()
        backlog.add(100, to: self.lane("a"), profile: "main")
        backlog.add(6, to: self.lane("a"), profile: "one")
        backlog.add(4, to: self.lane("a"), profile: "two")
        #expect(backlog.wait(in: self.lane("a"), profile: "main") == .seconds(10))
        #expect(backlog.wait(in: self.lane("a"), profile: "one") == .seconds(5))
        #expect(backlog.wait(in: self.lane("a"), profile: "two") == .seconds(5))
        #expect(backlog.wait(in: self.lane("a"), profile: nil) == .zero)
        #expect(backlog.longestWait(.normal) == .seconds(10))
        let waits = backlog.waits.filter { $0.queued > 0 }
        #expect(waits.map(\.account) == ["main", "shared"])
        #expect(waits.map(\.wait) == [.seconds(10), .seconds(5)])
    }

    @Test("URGENT goes before NORMAL before BULK")
    func priorities() {
        var backlog = self.backlog()
        backlog.add(10, to: self.lane("a", .urgent), profile: "main")
        backlog.add(20, to: self.lane("a", .normal), profile: "main")
        backlog.add(40, to: self.lane("a", .bulk), profile: "main")
        #expect(backlog.wait(in: self.lane("a", .urgent), profile: "main") == .seconds(1))
        #expect(backlog.wait(in: self.lane("a", .normal), profile: "main") == .seconds(3))
        #expect(backlog.wait(in: self.lane("a", .bulk), profile: "main") == .seconds(7))
    }

    @Test("A caller with few calls does not wait for all of one with many")
    func fairness() {
        var backlog = self.backlog()
        backlog.add(100_000, to: self.lane("many"), profile: "main")
        backlog.add(3, to: self.lane("few"), profile: "main")
        // Its own three, and a turn of the other's for each and for the new one.
        #expect(backlog.wait(in: self.lane("few"), profile: "main") == .milliseconds(700))
        #expect(backlog.wait(in: self.lane("new"), profile: "main") == .milliseconds(200))
        #expect(backlog.wait(in: self.lane("many"), profile: "main") == .milliseconds(10_000_300))
    }

    @Test("More never leave than came")
    func floor() {
        var backlog = self.backlog()
        backlog.add(-3, to: self.lane("a"), profile: "main")
        backlog.add(5, to: self.lane("a"), profile: "main")
        backlog.add(-5, to: self.lane("a"), profile: "main")
        #expect(backlog.longestWait(.bulk) == .zero)
    }
}

/// The expected wait within the engine.
@Suite("EngineCore waits")
struct WaitingTests {
    private func wait(_ reply: EngineReply?) -> Duration? {
        if case .submitted(_, false, let wait) = reply { wait } else { nil }
    }

    private func error(_ reply: EngineReply?) -> EngineError? {
        if case .failed(let error) = reply { error } else { nil }
    }

    @Test("A Submit tells how long its call will wait; what waits for later is not in front of it")
    func told() {
        let harness = EngineHarness(configuration: EngineHarness.configuration(callsPerSecond: 5))
        for _ in 0..<100 {
            harness.submit { terms in
                terms.notBefore = EngineHarness.epoch + .seconds(2000)
            }
        }
        harness.tell(.pause(true))
        let orders = (0..<51).map { _ in harness.orders.order(at: harness.now) }
        let replies = orders.map { harness.submit($0) }
        harness.run(for: .seconds(1))
        #expect(self.wait(harness.replies[replies[50]]) == .seconds(10))
        #expect(harness.core?.expectedWait == .milliseconds(10_200))
        // After a restart it is the same.
        harness.crash()
        harness.start()
        harness.run(for: .milliseconds(10))
        #expect(harness.core?.expectedWait == .milliseconds(10_200))
        #expect(harness.run { $0.isSettled })
        #expect(harness.core?.expectedWait == .zero)
        #expect(harness.violations == [])
    }

    @Test("What would expire in the queue is refused at once, and told when to come again")
    func tooLong() {
        let harness = EngineHarness(configuration: EngineHarness.configuration(callsPerSecond: 1))
        let replies = (0..<100).map { _ in
            harness.submit(
                harness.orders.order(at: harness.now) { terms in
                    terms.expiresAt = EngineHarness.epoch + .seconds(60)
                }
            )
        }
        harness.run(for: .milliseconds(50))
        let refused = replies.compactMap { self.error(harness.replies[$0]) }
        #expect(refused.count == 39)
        #expect(refused.allSatisfy { $0.code == .waitTooLong && $0.retryAfter == .seconds(1) })
        // One with more time is taken, and one of another caller has its turn.
        let patient = harness.submit(harness.orders.order(at: harness.now))
        let other = harness.submit(
            harness.orders.order(at: harness.now, caller: "bob") { terms in
                terms.expiresAt = EngineHarness.epoch + .seconds(60)
            }
        )
        harness.run(for: .milliseconds(50))
        #expect(self.wait(harness.replies[patient]) != nil)
        #expect(self.wait(harness.replies[other]) == .milliseconds(1000))
        #expect(harness.run { $0.isSettled })
        #expect(harness.core?.expectedWait == .zero)
        #expect(harness.violations == [])
    }

    @Test("A commit that fails leaves no wait behind")
    func failed() {
        let harness = EngineHarness()
        harness.tell(.pause(true))
        harness.store.commitFaults = [.unavailable]
        harness.submit()
        harness.run(for: .seconds(1))
        #expect(harness.core?.expectedWait == .zero)
    }
}
