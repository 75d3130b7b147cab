import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

/// Batches: what shares one, what leaves after it, and what follows when it fails.
@Suite("EngineCore commits")
struct CommitTests {
    private func error(_ reply: EngineReply?) -> EngineError.Code? {
        guard case .failed(let error) = reply else { return nil }
        return error.code
    }

    private func submitted(_ reply: EngineReply?) -> (id: CallID, existed: Bool)? {
        guard case .submitted(let id, let existed, _) = reply else { return nil }
        return (id, existed)
    }

    @Test("Inputs that come during a commit share the next one")
    func groupCommit() {
        let harness = EngineHarness()
        harness.run(for: .seconds(1))
        let before = harness.store.commits
        let replies = (0..<100).map { _ in
            harness.submit(harness.orders.order(at: harness.now))
        }
        #expect(harness.run(limit: .seconds(1)) { $0.store.calls.count == 100 })
        #expect(harness.store.commits - before == 2)
        harness.run(for: .milliseconds(50))
        #expect(replies.allSatisfy { self.submitted(harness.replies[$0])?.existed == false })
        #expect(harness.violations == [])
    }

    @Test("Nothing is answered or done before the commit is")
    func nothingBefore() {
        let harness = EngineHarness()
        harness.run(for: .seconds(1))
        harness.stuck = ["commit"]
        let reply = harness.submit(harness.orders.order(at: harness.now))
        harness.run(for: .seconds(20))
        #expect(harness.replies[reply] == nil)
        #expect(harness.operations["place"] == nil)
        #expect(harness.store.calls.isEmpty)
    }

    @Test("A request_id that is used twice in one batch, and again later, makes one call")
    func repeatedSubmit() {
        let harness = EngineHarness()
        harness.run(for: .seconds(1))
        // The first takes the batch; the two others share the next.
        harness.submit()
        let order = { (terms: inout CallTerms) in terms.requestID = "once" }
        let number = OrderMaker.number(500)
        let orders = (0..<3).map { _ in harness.orders.order(at: harness.now, to: number, order) }
        let different = harness.orders.order(at: harness.now, order)
        let other = harness.orders.order(at: harness.now, to: number, caller: "bob", order)
        let replies = [orders[0], orders[1], different, other].map { harness.submit($0) }
        harness.run(for: .milliseconds(50))
        let first = self.submitted(harness.replies[replies[0]])
        let second = self.submitted(harness.replies[replies[1]])
        #expect(first?.existed == false)
        #expect(second?.existed == true)
        #expect(first?.id == second?.id)
        #expect(self.error(harness.replies[replies[2]]) == .alreadyExists)
        #expect(self.submitted(harness.replies[replies[3]])?.existed == false)
        let later = harness.submit(orders[2])
        harness.run(for: .milliseconds(50))
        #expect(self.submitted(harness.replies[later])?.id == first?.id)
        #expect(harness.store.calls.count == 3)
        harness.run { $0.isSettled }
        #expect(harness.violations == [])
    }

    @Test(
        "Of three Submits with one request_id in a batch, that which equals the stored one is told so"
    )
    func threeWay() {
        let harness = EngineHarness()
        let change = { (terms: inout CallTerms) in terms.requestID = "once" }
        let stored = harness.orders.order(at: harness.now, to: OrderMaker.number(500), change)
        harness.submit(stored)
        harness.run(for: .milliseconds(50))
        harness.submit()
        let other = harness.submit(harness.orders.order(at: harness.now, change))
        let same = harness.submit(
            harness.orders.order(at: harness.now, to: OrderMaker.number(500), change)
        )
        harness.run(for: .milliseconds(50))
        #expect(self.error(harness.replies[other]) == .alreadyExists)
        #expect(self.submitted(harness.replies[same])?.id == stored.record.id)
    }

    @Test("Where a commit fails Submits get UNAVAILABLE, webhooks too, and the call goes on")
    func failedCommit() {
        let harness = EngineHarness()
        let id = harness.submit()
        harness.run { $0.record(id)?.stage == .answered }
        harness.run(for: .milliseconds(200))
        harness.store.commitFaults = [.unavailable]
        let digits = DTMFDigits("1234") ?? DTMFDigits("")
        let submit = harness.submit(harness.orders.order(at: harness.now))
        harness.run(for: .milliseconds(50))
        #expect(self.error(harness.replies[submit]) == .unavailable)
        harness.run(for: .seconds(1))
        harness.store.commitFaults = [.unavailable]
        guard let digits else { return }
        let webhook = harness.send(
            .entry(LegEvent.Entry(turn: 1, digits: digits, timedOut: false)),
            of: id
        )
        harness.run(for: .milliseconds(50))
        #expect(self.error(harness.replies[webhook]) == .unavailable)
        #expect(harness.record(id)?.leg?.fault == nil)
        // The fault is noted as soon as the store takes it.
        harness.run(for: .milliseconds(500))
        #expect(harness.record(id)?.leg?.fault == .outage)
        #expect(harness.run { $0.record(id)?.stage == .ended })
        #expect(harness.record(id)?.progress.reason == .pinMatched)
        #expect(harness.violations == [])
    }

    @Test("A Wait needs no commit: over a store that cannot write it is answered, or goes on")
    func waitWhileDown() throws {
        let harness = EngineHarness()
        let id = harness.submit()
        #expect(harness.run { $0.record(id)?.stage == .answered })
        harness.run(for: .milliseconds(200))
        harness.store.isReadOnly = true
        let digits = try #require(DTMFDigits("1234"))
        let entry = LegEvent.Entry(turn: 1, digits: digits, timedOut: false)
        let webhook = harness.send(.entry(entry), of: id)
        let reached = harness.ask { .wait(id, until: .answered, reply: $0) }
        let ended = harness.ask { .wait(id, until: .ended, reply: $0) }
        harness.run(for: .seconds(3))
        #expect(self.error(harness.replies[webhook]) == .unavailable)
        guard case .call(let record) = harness.replies[reached] else {
            Issue.record("The Wait was not answered.")
            return
        }
        #expect(record.stage == .answered)
        #expect(harness.replies[ended] == nil)
        harness.store.isReadOnly = false
        #expect(harness.run { $0.isSettled })
        guard case .call(let last) = harness.replies[ended] else {
            Issue.record("The Wait was not answered.")
            return
        }
        #expect(last.stage == .ended)
        #expect(harness.violations == [])
    }

    @Test("A store that is down for a minute costs nothing but time")
    func longOutage() {
        let harness = EngineHarness()
        let ids = (0..<5).map { _ in harness.submit() }
        harness.run(for: .milliseconds(50))
        harness.store.isDown = true
        harness.run(for: .seconds(60))
        #expect(harness.operations["commit", default: 0] < 140)
        harness.store.isDown = false
        #expect(harness.run { $0.isSettled })
        for id in ids { #expect(harness.nexmo.rings(of: id) == 1) }
        #expect(harness.violations == [])
    }

    @Test(
        "A commit of unknown fate is read back before anything is answered",
        arguments: [true, false]
    )
    func unknownFate(written: Bool) {
        let harness = EngineHarness()
        harness.run(for: .seconds(1))
        harness.follow("all", kinds: CallEvent.Kind.allCases)
        harness.store.commitFaults = [.unknownFate(written: written)]
        let order = harness.orders.order(at: harness.now)
        let reply = harness.submit(order)
        harness.run(for: .seconds(2))
        #expect(harness.operations["readBack"] == 1)
        if written {
            #expect(self.submitted(harness.replies[reply])?.existed == false)
            #expect(harness.run { $0.isSettled })
            #expect(harness.nexmo.rings(of: order.record.id) == 1)
            harness.run(for: .seconds(1))
            #expect(
                harness.followed["all"]?.map(\.stored.event.kind)
                    == harness.history(order.record.id)
            )
        } else {
            #expect(self.error(harness.replies[reply]) == .unavailable)
            #expect(harness.store.calls.isEmpty)
        }
        #expect(harness.violations == [])
    }

    @Test(
        "A call ends as it should wherever one of its commits has an unknown fate",
        arguments: 0..<14,
        [true, false]
    )
    func unknownFateAnywhere(commit: Int, written: Bool) {
        let harness = EngineHarness()
        harness.follow("all", kinds: CallEvent.Kind.allCases)
        let id = harness.submit()
        harness.run(for: .milliseconds(20))
        let before = harness.store.commits
        harness.run(limit: .seconds(120)) { $0.store.commits - before == commit }
        harness.store.commitFaults = [.unknownFate(written: written)]
        #expect(harness.run { $0.isSettled })
        harness.run(for: .seconds(30))
        #expect(harness.record(id)?.progress.reason == .pinMatched)
        #expect(harness.nexmo.rings(of: id) == 1)
        #expect(harness.history(id).count { $0 == .ended } == 1)
        #expect(harness.followed["all"]?.map(\.stored.event.number) == Array(1...8))
        #expect(harness.violations == [])
    }

    @Test("An input of a call that another daemon moved is judged anew by what is there")
    func versionConflict() {
        let harness = EngineHarness()
        let id = harness.submit { $0.notBefore = EngineHarness.epoch + .seconds(600) }
        harness.run(for: .milliseconds(50))
        harness.store.changeElsewhere(id) { $0.progress.detail = "moved" }
        let reply = harness.ask { .cancel(id, reply: $0) }
        harness.run(for: .milliseconds(100))
        guard case .call(let record) = harness.replies[reply] else {
            Issue.record("The cancel was not answered.")
            return
        }
        #expect(record.progress.reason == .cancelled)
        #expect(record.progress.detail == "moved")
        #expect(harness.record(id)?.version == 3)
        #expect(harness.history(id) == [.queued, .ended])
        #expect(harness.violations == [])
    }

    @Test("A wait that is given up is forgotten, wherever it stands")
    func stopWaiting() {
        let harness = EngineHarness()
        let id = harness.submit()
        harness.run(for: .milliseconds(50))
        let waiting = harness.ask { .wait(id, until: .ended, reply: $0) }
        harness.submit()
        // In the inbox behind a commit, then in the batch that is on its way.
        let inbox = harness.ask { .wait(id, until: .ended, reply: $0) }
        harness.tell(.stopWaiting(id, reply: inbox), .stopWaiting(id, reply: waiting))
        let flying = harness.ask { .wait(id, until: .ended, reply: $0) }
        harness.ask { .cancel(id, reply: $0) }
        harness.run(limit: .seconds(1)) { $0.batches.last?.transitions.first?.record.id == id }
        harness.tell(.stopWaiting(id, reply: flying))
        harness.run { $0.isSettled }
        #expect([waiting, inbox, flying].allSatisfy { harness.replies[$0] == nil })
        #expect(harness.violations == [])
    }
}
