import CallEngine
import PromptCallAPI
import PromptCallCore
import SwiftProtobuf
import Testing

@testable import PromptCallDaemon

@Suite("Filters and subscriptions as asked for")
struct FilterTests {
    private func filter(
        _ change: (inout Promptcall_V1_Filter) -> Void
    ) throws -> CallFilter {
        var message = Promptcall_V1_Filter()
        change(&message)
        return try CallFilter(message)
    }

    @Test("An empty filter asks for nothing in particular")
    func empty() throws {
        #expect(try filter { _ in } == CallFilter())
    }

    @Test("Every part is read")
    func parts() throws {
        let read = try filter { message in
            message.tids = [Sample.id.description]
            message.labels = ["b": "2", "a": "1"]
            message.statuses = [.ok, .error]
            message.stages = [.ended]
            message.reasons = [.hungUp]
            message.submittedAfter = .init(seconds: 1, nanos: 999_999_999)
            message.submittedBefore = .init(seconds: 2)
            message.to = "+447700900123"
            message.requestID = "r"
            message.caller = "alice"
        }
        var expected = CallFilter()
        expected.ids = [Sample.id]
        expected.labels = [CallLabel(name: "a", value: "1"), CallLabel(name: "b", value: "2")]
        expected.statuses = [.ok, .error]
        expected.stages = [.ended]
        expected.reasons = [.hungUp]
        expected.submittedAfter = Timestamp(milliseconds: 1999)
        expected.submittedBefore = Timestamp(milliseconds: 2000)
        expected.to = PhoneNumber("447700900123")
        expected.requestID = "r"
        expected.caller = "alice"
        #expect(read == expected)
    }

    @Test("Each fault names its field")
    func faults() throws {
        let tid = Sample.id.description
        let cases: [(String, (inout Promptcall_V1_Filter) -> Void)] = [
            ("filter.tids", { $0.tids = Array(repeating: tid, count: 1001) }),
            ("filter.tids", { $0.tids = ["no tid"] }),
            ("filter.statuses", { $0.statuses = [.ok, .unspecified] }),
            ("filter.statuses", { $0.statuses = [.UNRECOGNIZED(4)] }),
            ("filter.stages", { $0.stages = [.unspecified] }),
            ("filter.stages", { $0.stages = [.UNRECOGNIZED(8)] }),
            ("filter.reasons", { $0.reasons = [.unspecified] }),
            ("filter.reasons", { $0.reasons = [.UNRECOGNIZED(5)] }),
            ("filter.submitted_after", { $0.submittedAfter = .init(seconds: .max) }),
            ("filter.submitted_before", { $0.submittedBefore = .init(seconds: 1, nanos: -1) }),
            ("filter.to", { $0.to = "0" }),
        ]
        for (field, change) in cases {
            #expect(try Refusal.of { try filter(change) } == .invalid(field))
        }
        #expect(try filter { $0.tids = Array(repeating: tid, count: 1000) }.ids.count == 1000)
    }

    @Test("Kinds of events: ENDED alone by default, each once")
    func kinds() throws {
        var start = Promptcall_V1_SubscribeStart()
        #expect(try EventFilter(start).kinds == [.ended])
        start.kinds = [.queued, .billed, .queued]
        #expect(try EventFilter(start).kinds == [.queued, .billed])
        for kind: Promptcall_V1_EventKind in [.unspecified, .UNRECOGNIZED(11)] {
            start.kinds = [.ended, kind]
            #expect(try Refusal.of { try EventFilter(start) } == .invalid("kinds"))
        }
    }

    private func subscribe(
        _ change: (inout Promptcall_V1_SubscribeStart) -> Void
    ) throws -> Refusal? {
        var start = Promptcall_V1_SubscribeStart()
        change(&start)
        let caller = try Fixture.caller(.alice)
        return try Refusal.of { try Subscriber(start, caller: caller) { _ in } }
    }

    @Test("What cannot start a subscription is refused by its field")
    func subscriptions() throws {
        let name = String(repeating: "n", count: 64)
        let taken: [(inout Promptcall_V1_SubscribeStart) -> Void] = [
            { _ in }, { $0.name = name }, { $0.position = .earliest }, { $0.position = .latest },
            { $0.position = .unspecified }, { $0.after = "z-1z" }, { $0.maxUnacked = 1 },
            { $0.maxUnacked = 10_000 },
        ]
        for change in taken { #expect(try subscribe(change) == nil) }
        let refused: [(String, (inout Promptcall_V1_SubscribeStart) -> Void)] = [
            ("name", { $0.name = name + "n" }), ("name", { $0.name = "a b" }),
            ("position", { $0.position = .UNRECOGNIZED(3) }), ("after", { $0.after = "" }),
            ("after", { $0.after = "no cursor" }), ("max_unacked", { $0.maxUnacked = 10_001 }),
            ("max_unacked", { $0.maxUnacked = .max }),
            ("kinds", { $0.kinds = [.unspecified] }), ("filter.to", { $0.filter.to = "0" }),
        ]
        for (field, change) in refused { #expect(try subscribe(change) == .invalid(field)) }
    }
}
