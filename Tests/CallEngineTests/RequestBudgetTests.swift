import EngineTestSupport
import PromptCallCore
import Testing

@testable import CallEngine

@Suite("RequestBudget")
struct RequestBudgetTests {
    private let start = EngineHarness.epoch
    private let address = LegAddress(uuid: "LEG-1", credentials: .profile("main"))

    private func fetch(_ number: Int, leg: Int = 1) -> EngineOperation {
        .fetch(CallID(high: 1, low: UInt64(number)), leg: leg, self.address)
    }

    private func hangUp(_ number: Int) -> EngineOperation {
        .hangUp(CallID(high: 1, low: UInt64(number)), leg: 1, self.address)
    }

    private func names(_ operations: [EngineOperation]) -> [String] {
        operations.map { operation in
            switch operation {
            case .fetch(let id, let leg, _): "fetch \(id.low).\(leg)"
            case .hangUp(let id, let leg, _): "hangUp \(id.low).\(leg)"
            case .leaveMessage(let record, let leg, _): "message \(record.id.low).\(leg)"
            case .load, .commit, .readBack, .claimQueued, .claimDue, .readEvents, .place,
                .search, .deliverCallback, .reply:
                "other"
            }
        }
    }

    @Test("Hang-ups go first, and an account makes so many requests a second")
    func order() {
        var budget = RequestBudget()
        for number in 1...20 { budget.want(self.fetch(number), account: "a") }
        budget.want(self.hangUp(30), account: "a")
        budget.want(self.fetch(40), account: "b")
        let taken = self.names(budget.take(at: self.start))
        #expect(taken.first == "hangUp 30.1")
        #expect(taken.count == EngineLimits.requestsPerSecond + 1)
        #expect(taken.last == "fetch 40.1")
        #expect(budget.next == self.start + RateWindow.length)
        #expect(budget.take(at: self.start + .milliseconds(1019)).isEmpty)
        #expect(budget.take(at: self.start + RateWindow.length).count == 6)
        #expect(budget.next == nil)
    }

    @Test("A question that waits is not queued again, however often it is asked")
    func repeated() {
        var budget = RequestBudget()
        for _ in 0..<100 {
            for number in 1...50 { budget.want(self.fetch(number), account: "a") }
            budget.want(self.fetch(1, leg: 2), account: "a")
        }
        #expect(budget.count == 51)
        #expect(self.names(budget.take(at: self.start)).first == "fetch 1.1")
        // What was asked may be asked again.
        budget.want(self.fetch(1), account: "a")
        #expect(budget.count == 51 - EngineLimits.requestsPerSecond + 1)
    }
}
