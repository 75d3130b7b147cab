import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

/// A Submit that is sent again under its `request_id`.
@Suite("EngineCore requests")
struct RequestTests {
    private static let number = OrderMaker.number(500)

    private func order(
        _ harness: EngineHarness,
        token: String? = nil,
        to number: PhoneNumber = Self.number,
        _ change: (inout CallTerms) -> Void = { _ in }
    ) -> SubmitOrder {
        let order = harness.orders.order(at: harness.now, to: number) { terms in
            terms.requestID = "once"
            if token != nil { terms.credentials = .ownCredentials }
            change(&terms)
        }
        return SubmitOrder(
            record: order.record,
            script: order.script,
            fingerprint: order.fingerprint,
            ownCredentials: token.map { OwnCredentials(credentials: .jwt($0), account: "own") }
        )
    }

    private func submitted(
        _ harness: EngineHarness,
        _ reply: ReplyID
    ) -> (id: CallID, existed: Bool)? {
        guard case .submitted(let id, let existed, _) = harness.replies[reply] else { return nil }
        return (id, existed)
    }

    private func error(_ harness: EngineHarness, _ reply: ReplyID) -> EngineError? {
        guard case .failed(let error) = harness.replies[reply] else { return nil }
        return error
    }

    @Test("A crash between the commit and the reply makes no second call of the same request")
    func crashBeforeReply() {
        let harness = EngineHarness()
        harness.run(for: .seconds(1))
        let lost = harness.submit(self.order(harness))
        #expect(harness.run(limit: .seconds(1)) { !$0.store.calls.isEmpty })
        #expect(harness.replies[lost] == nil)
        harness.crash()
        harness.run(for: .seconds(5))
        harness.start()
        let again = harness.submit(self.order(harness))
        let other = harness.submit(self.order(harness, to: OrderMaker.number(501)))
        harness.run(for: .seconds(1))
        let id = harness.store.calls.keys.first
        #expect(self.submitted(harness, again)?.id == id)
        #expect(self.submitted(harness, again)?.existed == true)
        #expect(self.error(harness, other)?.code == .alreadyExists)
        #expect(id.map { self.error(harness, other)?.message.contains("\($0)") ?? false } == true)
        #expect(harness.run { $0.isSettled })
        #expect(harness.store.calls.count == 1)
        #expect(id.map { harness.nexmo.rings(of: $0) } == 1)
        #expect(harness.violations == [])
    }

    @Test("The same with a fresh JWT, with which the call is then placed")
    func crashWithFreshToken() {
        let harness = EngineHarness()
        harness.run(for: .seconds(1))
        harness.submit(self.order(harness, token: "old"))
        #expect(harness.run(limit: .seconds(1)) { !$0.store.calls.isEmpty })
        harness.crash()
        harness.run(for: .seconds(5))
        harness.start()
        harness.run(for: .seconds(20))
        let again = harness.submit(self.order(harness, token: "fresh"))
        #expect(harness.run { $0.isSettled })
        let submitted = self.submitted(harness, again)
        #expect(submitted?.existed == true)
        #expect(submitted.map { harness.credentials[$0.id] } == .jwt("fresh"))
        #expect(submitted.map { harness.record($0.id)?.progress.reason } == .pinMatched)
        #expect(harness.violations == [])
    }

    @Test("A fresh JWT takes the place of the older one, that of a call that has ended is not kept")
    func freshToken() {
        let harness = EngineHarness()
        let change = { (terms: inout CallTerms) in
            terms.notBefore = EngineHarness.epoch + .seconds(3000)
        }
        let first = harness.submit(self.order(harness, token: "old", change))
        harness.run(for: .seconds(2900))
        harness.submit(self.order(harness, token: "fresh", change))
        #expect(harness.run { $0.isSettled })
        guard let id = self.submitted(harness, first)?.id else {
            Issue.record("The Submit was refused.")
            return
        }
        #expect(harness.credentials[id] == .jwt("fresh"))
        let late = harness.submit(self.order(harness, token: "late", change))
        harness.run(for: .seconds(1))
        #expect(self.submitted(harness, late)?.existed == true)
        #expect(harness.core?.heldCredentials == 0)
        #expect(harness.violations == [])
    }

    @Test("Two in flight at once make one call, whether or not they share a batch")
    func inFlight() {
        let harness = EngineHarness()
        harness.run(for: .seconds(1))
        // The first is on its way to the store while the others wait.
        let replies = (0..<4).map { _ in harness.submit(self.order(harness)) }
        harness.run(for: .milliseconds(100))
        let answers = replies.compactMap { self.submitted(harness, $0) }
        #expect(answers.map(\.existed) == [false, true, true, true])
        #expect(Set(answers.map(\.id)).count == 1)
        #expect(harness.store.calls.count == 1)
        #expect(harness.violations == [])
    }

    @Test("A request_id is free again a day after it was used for a call that has ended")
    func lifetime() {
        let harness = EngineHarness()
        let first = harness.submit(self.order(harness))
        #expect(harness.run { $0.isSettled })
        harness.run(until: EngineHarness.epoch + .seconds(24 * 3600 - 1))
        let soon = harness.submit(self.order(harness))
        harness.run(for: .seconds(2))
        let late = harness.submit(self.order(harness))
        harness.run(for: .seconds(1))
        let ids = [first, soon, late].map { self.submitted(harness, $0) }
        #expect(ids[0]?.id == ids[1]?.id)
        #expect(ids[1]?.existed == true)
        #expect(ids[2]?.existed == false)
        #expect(ids[2]?.id != ids[0]?.id)
        #expect(harness.violations == [])
    }

    @Test("Where a commit fails before it is written, the request may be tried again")
    func failedCommit() {
        let harness = EngineHarness()
        harness.run(for: .seconds(1))
        harness.store.commitFaults = [.unavailable, .unknownFate(written: true)]
        let first = harness.submit(self.order(harness))
        harness.run(for: .seconds(1))
        #expect(self.error(harness, first)?.code == .unavailable)
        #expect(self.error(harness, first)?.retryAfter == .seconds(1))
        let second = harness.submit(self.order(harness))
        let third = harness.submit(self.order(harness))
        harness.run(for: .seconds(5))
        #expect(self.submitted(harness, second)?.existed == false)
        #expect(self.submitted(harness, third)?.id == self.submitted(harness, second)?.id)
        #expect(harness.store.calls.count == 1)
        #expect(harness.violations == [])
    }
}
