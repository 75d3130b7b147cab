import PromptCallCore
import Testing

@Suite("GuardRecord")
struct GuardRecordTests {
    @Test("What the guard keeps makes a batch that is to be written")
    func isWritten() {
        #expect(GuardRecord() == GuardRecord(openedAt: nil, resetAt: nil))
        var batch = CommitBatch()
        batch.guarding = GuardRecord()
        #expect(!batch.isEmpty)
    }

    @Test("What it is to know of the past holds calls and legs")
    func history() throws {
        let to = try #require(PhoneNumber("447700900123"))
        let query = GuardQuery(
            submittedSince: Samples.start,
            rungSince: Samples.start - .seconds(1),
            limit: 3
        )
        #expect(query.rungSince < query.submittedSince)
        #expect(query.limit == 3)
        let leg = CallLeg(number: 1, placingAt: Samples.start)
        let history = GuardHistory(
            orders: [GuardHistory.Order(to: to, at: Samples.start)],
            rung: [GuardHistory.Rung(to: to, legs: [leg])]
        )
        #expect(history != GuardHistory())
        #expect(history.orders.map(\.to) == history.rung.map(\.to))
        let lane = QueueLane(priority: .bulk, caller: "a")
        let ready = ReadyCount(lane: lane, credentials: nil, calls: 2)
        #expect(StoreCounts(ready: [ready]) != StoreCounts())
    }
}
