import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

/// When the core wants to be stepped again: never at once, and never too late.
@Suite("EngineCore waking")
struct WakeTests {
    @Test("It does not spin while a commit hangs, whatever waits for it")
    func hangingCommit() {
        let harness = EngineHarness()
        harness.run(for: .seconds(1))
        harness.stuck = ["commit"]
        let key = SubscriptionKey(caller: "alice", name: "results")
        let record = SubscriptionRecord(
            key: key,
            acknowledged: harness.store.start,
            usedAt: harness.now
        )
        harness.submit()
        harness.tell(
            .subscribe(
                SubscriptionStart(
                    after: harness.store.start,
                    filter: EventFilter(),
                    unackedMax: 1,
                    durable: record
                ),
                id: 99
            )
        )
        harness.ask { .nextEvents(99, reply: $0) }
        harness.store.readsFail = true
        harness.run(for: .seconds(30))
        #expect(harness.violations == [])
        #expect(harness.operations["commit"] == 1)
    }

    @Test("It does not spin while a page of events is read for longer than a heartbeat")
    func hangingRead() {
        let harness = EngineHarness()
        harness.submit()
        harness.run(for: .milliseconds(500))
        // A new process has no events in memory.
        harness.crash()
        harness.start()
        harness.stuck = ["readEvents"]
        harness.follow("results")
        harness.run(for: .seconds(60))
        #expect(harness.violations == [])
        #expect(harness.operations["readEvents"] == 1)
    }

    @Test("Failed reads are tried again twice a second, and do not hold up commits")
    func failingReads() {
        let harness = EngineHarness()
        harness.store.readsFail = true
        harness.follow("results")
        harness.run(for: .seconds(10))
        #expect(harness.operations["readEvents", default: 0] <= 22)
        #expect(harness.operations["claimDue", default: 0] <= 22)
        #expect(harness.operations["claimDue", default: 0] >= 15)
        let before = harness.now
        let reply = harness.submit(harness.orders.order(at: harness.now))
        #expect(harness.run(limit: .milliseconds(20)) { $0.replies[reply] != nil })
        #expect(harness.now - before < .milliseconds(20))
        harness.store.readsFail = false
        #expect(harness.run { $0.isSettled })
        #expect(harness.violations == [])
    }

    @Test("Repeated webhooks beyond one batch are all answered when nothing is to be written")
    func moreThanABatch() {
        let harness = EngineHarness()
        let id = harness.submit()
        harness.run { $0.record(id)?.stage == .answered }
        let report = LegEvent.report(LegReport(.ringing, uuid: "LEG-1"))
        harness.send(report, of: id)
        harness.run(for: .milliseconds(100))
        // They wait for a commit, and are then found to change nothing.
        harness.submit()
        let replies = (0..<(EngineLimits.batchMax * 2 + 10)).map { _ in harness.send(report, of: id)
        }
        harness.run(for: .milliseconds(10))
        #expect(replies.allSatisfy { harness.replies[$0] != nil })
        #expect(harness.violations == [])
    }

    @Test("A pick that comes to nothing lets the next call to that number go at once")
    func pickOfEndedCall() {
        let harness = EngineHarness()
        harness.run(for: .seconds(1))
        let number = OrderMaker.number(77)
        let now = harness.now
        let first = harness.submit(to: number)
        harness.run(for: .milliseconds(20))
        harness.ask { .cancel(first, reply: $0) }
        harness.run { $0.record(first)?.stage == .ended }
        // A page that was read before the first ended still has it.
        let lane = QueueLane(priority: .normal, caller: "alice")
        let second = harness.submit(to: number)
        harness.tell(
            completions: [
                .queuedClaimed(
                    lane,
                    .success([
                        QueuedCall(
                            id: first,
                            to: number,
                            credentials: "main",
                            readyAt: now,
                            expiresAt: now + .seconds(3600)
                        )
                    ])
                )
            ]
        )
        #expect(harness.run(limit: .seconds(30)) { $0.record(second)?.stage == .ended })
        #expect(harness.nexmo.overlaps(of: number) == 1)
        #expect(harness.violations == [])
    }

    @Test("Inputs of a call keep their order while its record cannot be read")
    func orderWhileReadsFail() {
        let harness = EngineHarness()
        let id = harness.submit { $0.notBefore = EngineHarness.epoch + .seconds(600) }
        harness.run(for: .seconds(1))
        harness.crash()
        harness.start()
        harness.run(for: .seconds(1))
        harness.store.readsFail = true
        harness.tell(.webhookUnanswered(call: id, leg: 1))
        harness.run(for: .milliseconds(100))
        let cancel = harness.ask { .cancel(id, reply: $0) }
        let wait = harness.ask { .wait(id, until: .ended, reply: $0) }
        harness.run(for: .milliseconds(600))
        guard case .failed(let refusal) = harness.replies[cancel] else {
            Issue.record("The cancel was not answered.")
            return
        }
        #expect(refusal.code == .unavailable)
        #expect(harness.replies[wait] != nil)
        harness.store.readsFail = false
        let again = harness.ask { .cancel(id, reply: $0) }
        harness.run(for: .seconds(1))
        guard case .call(let record) = harness.replies[again] else {
            Issue.record("The second cancel was not answered.")
            return
        }
        #expect(record.progress.reason == .cancelled)
        #expect(harness.violations == [])
    }

    @Test("A record that cannot be read stops nobody else")
    func damagedRecord() {
        let harness = EngineHarness()
        let bad = harness.submit { $0.notBefore = EngineHarness.epoch + .seconds(30) }
        harness.run(for: .seconds(1))
        harness.crash()
        harness.store.damaged = [bad]
        harness.start()
        let asked = harness.ask { .wait(bad, until: .ended, reply: $0) }
        let good = harness.submit()
        harness.run(for: .seconds(60))
        #expect(harness.record(good)?.stage == .ended)
        guard case .failed(let error) = harness.replies[asked] else {
            Issue.record("The wait was not answered.")
            return
        }
        #expect(error.code == .internal)
        #expect(harness.store.loads < 10)
        #expect(harness.violations == [])
    }

    @Test("A thousand calls whose records are read while a commit runs are each read once")
    func readsDuringCommit() {
        let harness = EngineHarness()
        let ids = (0..<1500).map { _ in
            harness.submit { $0.notBefore = EngineHarness.epoch + .seconds(3000) }
        }
        harness.run(for: .seconds(5))
        harness.crash()
        harness.start()
        let before = harness.store.loads
        let replies = ids.map { id in harness.ask { .wait(id, until: .queued, reply: $0) } }
        harness.run(for: .seconds(5))
        #expect(replies.allSatisfy { harness.replies[$0] != nil })
        #expect(harness.store.loads - before == ids.count)
        #expect(harness.violations == [])
    }
}
