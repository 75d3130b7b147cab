import PromptCallCore
import Testing

@Suite("CallFilter")
struct CallFilterTests {
    typealias Change = @Sendable (inout CallFilter) -> Void

    /// A call that ended without an answer.
    private static var record: CallRecord {
        var call = CallDriver(
            Samples.terms {
                $0.requestID = "request"
                $0.labels = [CallLabel(name: "a", value: "1"), CallLabel(name: "b", value: "2")]
            }
        )
        call.cancel()
        return call.record
    }

    private static let matching: [Change] = [
        { _ in },
        { $0.ids = [CallID(high: 1, low: 2), Samples.id] },
        { $0.labels = [CallLabel(name: "b", value: "2")] },
        { $0.statuses = [.ok, .error] },
        { $0.stages = [.queued, .ended] },
        { $0.reasons = [.busy, .cancelled] },
        { $0.submittedAfter = Samples.start - .seconds(1) },
        { $0.submittedBefore = Samples.start + .seconds(1) },
        { $0.to = Samples.terms().to },
        { $0.requestID = "request" },
        { $0.caller = "tests" },
    ]

    private static let other: [Change] = [
        { $0.ids = [CallID(high: 1, low: 2)] },
        { $0.labels = [CallLabel(name: "a", value: "1"), CallLabel(name: "b", value: "1")] },
        { $0.statuses = [.ok] },
        { $0.stages = [.queued] },
        { $0.reasons = [.busy] },
        { $0.submittedAfter = Samples.start },
        { $0.submittedBefore = Samples.start },
        { $0.to = Samples.terms().from },
        { $0.requestID = "another" },
        { $0.caller = "another" },
    ]

    private static func matches(_ change: Change) -> Bool {
        var filter = CallFilter()
        change(&filter)
        return filter.matches(Self.record, at: Self.record.progress)
    }

    @Test("A call matches each part it has", arguments: Self.matching.indices)
    func matches(index: Int) {
        #expect(Self.matches(Self.matching[index]))
    }

    @Test("A call that differs in one part does not match", arguments: Self.other.indices)
    func differs(index: Int) {
        #expect(!Self.matches(Self.other[index]))
    }

    @Test("A call that has not ended has no outcome to match", arguments: [true, false])
    func notEnded(byStatus: Bool) {
        let record = CallDriver().record
        var filter = CallFilter()
        if byStatus { filter.statuses = CallStatus.allCases } else { filter.reasons = [.busy] }
        #expect(!filter.matches(record, at: record.progress))
    }

    @Test("An event is held against its kind, and against the call as it was then")
    func events() throws {
        let call = CallDriver.answered()
        let queued = try #require(call.events.first)
        var filter = EventFilter()
        #expect(!filter.matches(queued, of: call.record))
        filter.kinds = [.queued, .ended]
        #expect(filter.matches(queued, of: call.record))
        filter.calls.stages = [.answered]
        #expect(!filter.matches(queued, of: call.record))
    }

    @Test("A page begins with the newest call where no other is named")
    func page() {
        let first = ListPage(filter: CallFilter(), limit: 10)
        #expect(first.after == nil)
        #expect(first != ListPage(filter: CallFilter(), after: Samples.id, limit: 10))
    }
}
