import CallEngine
import PromptCallAPI
import PromptCallCore
import SwiftProtobuf
import Testing

@testable import PromptCallDaemon

@Suite("Values as messages")
struct MessagesTests {
    @Test("The core's enums have the raw values and names of the API's")
    func rawValues() {
        func names(_ value: some SwiftProtobuf.Enum) -> String { "\(value)".lowercased() }
        #expect(CallStage.allCases.count + 1 == Promptcall_V1_Stage.allCases.count)
        for value in CallStage.allCases {
            #expect(names(Promptcall_V1_Stage(value)) == "\(value)".lowercased())
        }
        #expect(CallStatus.allCases.count + 1 == Promptcall_V1_Status.allCases.count)
        for value in CallStatus.allCases {
            #expect(names(Promptcall_V1_Status(value)) == "\(value)".lowercased())
        }
        #expect(CallReason.allCases.count + 1 == Promptcall_V1_Reason.allCases.count)
        for value in CallReason.allCases {
            #expect(names(Promptcall_V1_Reason(value)) == "\(value)".lowercased())
        }
        #expect(CallEvent.Kind.allCases.count + 1 == Promptcall_V1_EventKind.allCases.count)
        for value in CallEvent.Kind.allCases {
            #expect(names(Promptcall_V1_EventKind(value)) == "\(value)".lowercased())
        }
        #expect(CallPriority.allCases.count + 1 == Promptcall_V1_Priority.allCases.count)
        for value in CallPriority.allCases {
            let message = Promptcall_V1_Priority(rawValue: value.rawValue)
            #expect(message.map(names) == "\(value)".lowercased())
        }
        #expect(
            UnknownPlacement.allCases.count + 1 == Promptcall_V1_UnknownPlacement.allCases.count
        )
        for value in UnknownPlacement.allCases {
            let message = Promptcall_V1_UnknownPlacement(rawValue: value.rawValue)
            #expect(message.map(names) == "\(value)".lowercased())
        }
        #expect(CallbackMethod.get.rawValue == Promptcall_V1_CallbackMethod.get.rawValue)
        #expect(CallbackMethod.postForm.rawValue == Promptcall_V1_CallbackMethod.post.rawValue)
        #expect(CallbackMethod.postJSON.rawValue == Promptcall_V1_CallbackMethod.postJson.rawValue)
        #expect(Promptcall_V1_Callback.State(.waiting) == .waiting)
        #expect(Promptcall_V1_Callback.State(.delivered) == .delivered)
        #expect(Promptcall_V1_Callback.State(.abandoned) == .abandoned)
    }

    @Test("A call says all that is known of it")
    func call() throws {
        let record = try Sample.record()
        let call = Promptcall_V1_Call(record, at: record.progress, showsDigits: true)
        #expect(call.tid == "01900000-0000-7000-8000-000000000001")
        #expect(call.caller == "alice")
        #expect(call.to == "447700900123")
        #expect(call.fromNumber == "14155550101")
        #expect(call.stage == .ended)
        #expect(call.status == .ok)
        #expect(call.reason == .digitsCollected)
        #expect(call.detail == "All \\ well")
        #expect(call.attempts == 2)
        #expect(call.redials == 1)
        #expect(call.digits == "12*#")
        #expect(call.labels == ["a.b": "x & \"y\"\n", "z": "é"])
        #expect(call.requestID == "r-1")
        #expect(call.profile == "default")
        #expect(call.price == "0.02300000")
        #expect(!call.messageLeft)
        #expect(call.submittedAt == .init(seconds: 1_772_442_845, nanos: 1_000_000))
        #expect(call.notBefore == .init(seconds: 1_772_442_846, nanos: 1_000_000))
        #expect(call.expiresAt == .init(seconds: 1_772_443_445, nanos: 1_000_000))
        #expect(call.placedAt == .init(seconds: 1_772_442_855, nanos: 1_000_000))
        #expect(call.answeredAt == .init(seconds: 1_772_442_869, nanos: 501_000_000))
        #expect(call.verifiedAt == .init(seconds: 1_772_442_871))
        #expect(call.endedAt == .init(seconds: 1_772_442_875, nanos: 123_000_000))
        try self.check(call.legs)
    }

    private func check(_ legs: [Promptcall_V1_Leg]) throws {
        #expect(legs.map(\.number) == [1, 2])
        let first = try #require(legs.first)
        #expect(first.reason == .busy)
        #expect(!first.hasAnsweredAt)
        let last = try #require(legs.last)
        #expect(last.uuid == "leg-2")
        #expect(last.conversationUuid == "CON-2")
        #expect(last.duration == .init(seconds: 2))
        #expect(last.price == "0.01200000")
        #expect(last.rate == "0.02000000")
        #expect(last.network == "GB-FIXED")
        #expect(last.reason == .unspecified)
        #expect(last.placedAt == .init(seconds: 1_772_442_865, nanos: 1_000_000))
        #expect(last.ringingAt == .init(seconds: 1_772_442_866, nanos: 1_000_000))
        #expect(last.answeredAt == .init(seconds: 1_772_442_869, nanos: 501_000_000))
        #expect(last.endedAt == .init(seconds: 1_772_442_874, nanos: 1_000_000))
    }

    @Test("A fresh call says what it was ordered with, and no more")
    func fresh() throws {
        let record = try Sample.record(callback: nil) {
            $0.progress = CallProgress(submittedAt: Sample.start)
            $0.collected = nil
        }
        let call = Promptcall_V1_Call(record, at: record.progress, showsDigits: true)
        #expect(call.stage == .queued)
        #expect(call.status == .unspecified)
        #expect(call.reason == .unspecified)
        #expect(!call.hasPlacedAt && !call.hasAnsweredAt && !call.hasVerifiedAt && !call.hasEndedAt)
        #expect(!call.hasCallback)
        #expect(call.price.isEmpty && call.digits.isEmpty && call.legs.isEmpty)
    }

    @Test("Collected digits are for who may see them, and not before they are right")
    func digits() throws {
        let record = try Sample.record()
        #expect(Promptcall_V1_Call(record, at: record.progress, showsDigits: false).digits.isEmpty)
        for stage in CallStage.allCases {
            var progress = record.progress
            progress.stage = stage
            let shown = Promptcall_V1_Call(record, at: progress, showsDigits: true).digits
            #expect(shown == (stage >= .verified ? "12*#" : ""))
        }
    }

    @Test("The state of a callback")
    func callback() throws {
        let terms = CallbackTerms(url: "https://a.example/", method: .get)
        let waiting = Promptcall_V1_Callback(terms, nil)
        #expect(waiting.state == .waiting)
        #expect(waiting.url == "https://a.example/")
        #expect(!waiting.hasNextAttemptAt)
        var progress = CallbackProgress()
        progress.state = .abandoned
        progress.attempts = 3
        progress.lastHTTPStatus = 500
        progress.lastError = "refused"
        progress.nextAttemptAt = Sample.start
        let message = Promptcall_V1_Callback(terms, progress)
        #expect(message.state == .abandoned)
        #expect(message.attempts == 3)
        #expect(message.lastHTTPStatus == 500)
        #expect(message.lastError == "refused")
        #expect(message.nextAttemptAt == .init(seconds: 1_772_442_845, nanos: 1_000_000))
        let record = try Sample.record()
        #expect(Promptcall_V1_Call(record, at: record.progress, showsDigits: false).hasCallback)
    }

    @Test("A call with credentials of its own has no profile, and a message left is told")
    func rest() throws {
        let record = try Sample.record {
            $0.progress.reason = .messageLeft
        }
        let call = Promptcall_V1_Call(record, at: record.progress, showsDigits: false)
        #expect(call.messageLeft)
        var terms = record.terms
        terms.credentials = .ownCredentials
        let own = CallRecord(
            id: record.id,
            caller: "alice",
            terms: terms,
            expected: [],
            submittedAt: Sample.start
        )
        #expect(Promptcall_V1_Call(own, at: own.progress, showsDigits: false).profile.isEmpty)
    }

    @Test("An event shows its call as of then")
    func event() throws {
        let record = try Sample.record()
        let then = CallProgress(submittedAt: Sample.start)
        let stored = StoredEvent(
            cursor: EventCursor(store: 35, positions: [71]),
            event: CallEvent(
                call: record.id,
                number: 4,
                kind: .placed,
                time: Sample.start,
                progress: then
            ),
            record: record
        )
        let delivered = DeliveredEvent(stored: stored, delivery: 2)
        let event = Promptcall_V1_Event(delivered, isDurable: true, showsDigits: true)
        #expect(event.cursor == "z-1z")
        #expect(event.kind == .placed)
        #expect(event.number == 4)
        #expect(event.delivery == 2)
        #expect(event.time == .init(seconds: 1_772_442_845, nanos: 1_000_000))
        #expect(event.call.stage == .queued)
        #expect(event.call.digits.isEmpty)
        #expect(event.call.labels.count == 2)
        let unnamed = Promptcall_V1_Event(delivered, isDurable: false, showsDigits: true)
        #expect(unnamed.delivery == 0)
    }

    @Test(
        "Times become messages and come back",
        arguments: [0, 1, 999, 1000, 1_772_442_845_250, -1, -999, -1000, -62_135_596_799_500]
    )
    func times(_ milliseconds: Int64) throws {
        let message = Google_Protobuf_Timestamp(Timestamp(milliseconds: milliseconds))
        #expect((0..<1_000_000_000).contains(message.nanos))
        #expect(try message.checked("a") == Timestamp(milliseconds: milliseconds))
        let duration = Google_Protobuf_Duration(.milliseconds(1_500))
        #expect(duration == .init(seconds: 1, nanos: 500_000_000))
    }
}
