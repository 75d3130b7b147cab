import ArgumentParser
import PromptCallAPI
import SwiftProtobuf
import Testing

@testable import PromptCallCommand

@Suite("Values of flags")
struct ArgumentTests {
    @Test(
        "A duration is a whole number and a unit",
        arguments: [
            ("0s", 0), ("500ms", 500), ("10s", 10_000), ("10m", 600_000), ("1h", 3_600_000),
            ("30d", 2_592_000_000), ("007s", 7_000), ("36525d", 3_155_760_000_000),
        ]
    )
    func durations(text: String, milliseconds: Int64) throws {
        #expect(try DurationArgument(reading: text).duration == .milliseconds(milliseconds))
    }

    @Test(
        "Anything else is none",
        arguments: [
            "", "s", "10", "10 s", "-1s", "+1s", "1.5s", "1S", "1w", "1m30s", "١s", "36526d",
            "9223372036854775807ms", "9223372036854775808ms", "9223372036854775807d",
        ]
    )
    func noDurations(text: String) {
        #expect(throws: ValidationError.self) { try DurationArgument(reading: text) }
    }

    @Test(
        "A time is RFC 3339 or a duration from now",
        arguments: [
            ("2026-01-31T09:00:00Z", 0), ("2026-01-31T10:00:00+01:00", 0),
            ("2026-01-31T01:30:00-07:30", 0), ("2026-01-31T09:00:01.000Z", 1), ("10m", 600),
        ]
    )
    func times(text: String, seconds: Int64) throws {
        #expect(try TimeArgument(reading: text).later(than: Terminal.now) == time(seconds))
    }

    @Test("Backwards, a duration is subtracted, and a time stays itself")
    func earlier() throws {
        let now = Terminal.now
        #expect(try TimeArgument(reading: "10m").earlier(than: now) == time(-600))
        #expect(try TimeArgument(reading: "2026-01-31T09:00:01Z").earlier(than: now) == time(1))
    }

    @Test("Parts of a second count forwards, also before 1970")
    func nanoseconds() throws {
        let argument = try TimeArgument(reading: "1500ms")
        let after = argument.later(than: .seconds(1))
        #expect((after.seconds, after.nanos) == (2, 500_000_000))
        let before = argument.earlier(than: .seconds(1))
        #expect((before.seconds, before.nanos) == (-1, 500_000_000))
        let duration = try DurationArgument(reading: "1500ms").message
        #expect((duration.seconds, duration.nanos) == (1, 500_000_000))
    }

    @Test(
        "Anything else is no time",
        arguments: [
            "", "now", "2026-01-31", "2026-01-31T09:00:00", "2026-13-31T09:00:00Z", "10",
            "2026-01-31 09:00:00Z", #"2026-01-31T09:00:00Z""#, "-10m", "36526d",
        ]
    )
    func noTimes(text: String) {
        #expect(throws: ValidationError.self) { try TimeArgument(reading: text) }
    }

    @Test("Names are those of the API, every value has one")
    func names() throws {
        try self.check(Promptcall_V1_Priority.self) { value in
            Promptcall_V1_SubmitRequest.with { $0.priority = value }
        }
        try self.check(Promptcall_V1_UnknownPlacement.self) { value in
            Promptcall_V1_SubmitRequest.with { $0.ifPlacementUnknown = value }
        }
        try self.check(Promptcall_V1_CallbackMethod.self) { value in
            Promptcall_V1_SubmitRequest.with { $0.callbackMethod = value }
        }
        try self.check(Promptcall_V1_MachineAction.self) { value in
            Promptcall_V1_SubmitRequest.with { $0.machineAction = value }
        }
        try self.check(Promptcall_V1_Status.self) { value in
            Promptcall_V1_Call.with { $0.status = value }
        }
        try self.check(Promptcall_V1_Stage.self) { value in
            Promptcall_V1_Call.with { $0.stage = value }
        }
        try self.check(Promptcall_V1_Reason.self) { value in
            Promptcall_V1_Call.with { $0.reason = value }
        }
        try self.check(Promptcall_V1_EventKind.self) { value in
            Promptcall_V1_Event.with { $0.kind = value }
        }
        try self.check(Promptcall_V1_Callback.State.self) { value in
            Promptcall_V1_Callback.with { $0.state = value }
        }
        try self.check(Promptcall_V1_Position.self) { value in
            Promptcall_V1_SubscribeStart.with { $0.position = value }
        }
    }

    private func check<Value: NamedValue & CaseIterable>(
        _ type: Value.Type,
        _ message: (Value) -> some Message
    ) throws {
        for value in Value.allCases where value.rawValue != 0 {
            let json = try message(value).jsonString()
            #expect(!value.name.isEmpty && json.hasSuffix("_\(value.name.uppercased())\"}"))
            #expect(Choice<Value>(argument: value.name)?.value == value)
            #expect(Choice<Value>(argument: value.name.replacing("_", with: "-"))?.value == value)
        }
        #expect(Value.names.count == Value.allCases.count - 1)
    }
}
