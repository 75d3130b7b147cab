import NexmoVoice
import PromptCallCore
import Testing

@Suite("WebhookDecoder")
struct WebhookDecoderTests {
    private func event(_ json: String, _ kind: String = "event") throws -> LegEvent {
        let path = try Fixture.path(kind, "leg=1&turn=5")
        return try WebhookDecoder.decode(Array(json.utf8), at: path).event
    }

    private func entry(_ keys: String, timedOut: Bool, uuid: String? = nil) throws -> LegEvent {
        let digits = try #require(DTMFDigits(keys))
        return .entry(LegEvent.Entry(turn: 5, digits: digits, timedOut: timedOut, uuid: uuid))
    }

    @Test("Every sample of the reference can be read", arguments: Sample.names)
    func sample(name: String) throws {
        let decoded = try WebhookDecoder.decode(
            Sample.bytes(name),
            at: Fixture.path(name.hasPrefix("input") ? "input" : "event", "leg=1&turn=5")
        )
        switch name {
        case "event-ringing":
            var report = LegReport(.ringing, uuid: Fixture.uuid)
            report.conversationUUID = Fixture.conversation
            #expect(decoded.event == .report(report))
        case "event-machine-beep":
            var report = LegReport(.beep, uuid: Fixture.uuid)
            report.conversationUUID = Fixture.conversation
            report.detail = "beep_start"
            #expect(decoded.event == .report(report))
        case "event-rejected":
            var report = LegReport(.rejected(.restricted), uuid: Fixture.uuid)
            report.conversationUUID = Fixture.conversation
            report.detail = "restricted (SIP 603)"
            #expect(decoded.event == .report(report))
        case "event-completed", "call-detail-200":
            var report = LegReport(.completed, uuid: Fixture.uuid)
            report.conversationUUID = Fixture.conversation
            report.disconnectedBy = name == "event-completed" ? .user : nil
            report.duration = .seconds(31)
            report.price = Amount("0.00656167")
            report.rate = Amount("0.0127")
            report.network = "23410"
            #expect(decoded.event == .report(report))
        case "event-error-ncco":
            let reason =
                #"NCCO returned by the answer URL could not be used: element 1 has no "action""#
            #expect(decoded.event == .fault(reason))
            #expect(decoded.uuid == nil)
            #expect(decoded.conversationUUID == Fixture.conversation)
        case "input-new":
            #expect(try decoded.event == entry("4831", timedOut: false, uuid: Fixture.uuid))
        case "input-legacy":
            #expect(try decoded.event == entry("4831", timedOut: true, uuid: Fixture.uuid))
        case "input-new-empty":
            #expect(try decoded.event == entry("", timedOut: true, uuid: Fixture.uuid))
        case "created-201":
            guard case .report(let report) = decoded.event else {
                Issue.record("no report")
                return
            }
            #expect(report.status == .started)
        default:
            #expect(decoded.event == .other)
        }
    }

    @Test("The answer webhook asks for an opening")
    func answer() throws {
        let body = try Sample.bytes("answer-post")
        let path = try Fixture.path("answer", "leg=1")
        #expect(try WebhookDecoder.decode(body, at: path).event == .opening(uuid: Fixture.uuid))
    }

    @Test(
        "Statuses, with those that differ by their detail",
        arguments: [
            ("started", "", LegReport.Status.started), ("ringing", "", .ringing),
            ("answered", "", .answered), ("human", "", .human), ("machine", "", .machine),
            ("busy", "", .busy), ("cancelled", "", .cancelled), ("canceled", "", .cancelled),
            ("unanswered", "unavailable", .unanswered), ("timeout", "", .unanswered),
            ("rejected", "", .rejected(.declined)), ("rejected", "declined", .rejected(.declined)),
            ("rejected", "new", .rejected(.declined)),
            ("rejected", "invalid_number", .rejected(.invalidNumber)),
            ("rejected", "restricted", .rejected(.restricted)),
            ("failed", "", .failed(.unreachable)),
            ("failed", "cannot_route", .failed(.unreachable)),
            ("failed", "number_out_of_service", .failed(.unreachable)),
            ("failed", "internal_error", .failed(.internalError)), ("completed", "", .completed),
        ]
    )
    func status(name: String, detail: String, status: LegReport.Status) throws {
        var report = LegReport(status)
        report.detail = detail
        let json = #"{"status":"\#(name)","detail":"\#(detail)"}"#
        #expect(try event(json) == .report(report))
    }

    @Test("Null is as good as absent, and numbers as good as texts")
    func bill() throws {
        let null =
            #"{"uuid":null,"status":"completed","detail":null,"duration":null,"price":null,"#
            + #""rate":null,"network":null,"disconnected_by":null,"sip_code":null}"#
        #expect(try event(null) == .report(LegReport(.completed)))
        var report = LegReport(.completed)
        report.duration = .seconds(31)
        report.price = Amount(units: 656_167)
        report.rate = Amount(units: 1_270_000)
        report.network = "23410"
        report.disconnectedBy = .platform
        let numbers =
            #"{"status":"completed","duration":31,"price":0.00656167,"rate":0.0127,"#
            + #""network":23410,"disconnected_by":"platform","sip_code":200}"#
        #expect(try event(numbers) == .report(report))
        let odd = #"{"status":"completed","duration":"-1","price":"x","rate":-1,"network":[]}"#
        #expect(try event(odd) == .report(LegReport(.completed)))
    }

    @Test(
        "Entries",
        arguments: [
            (#"{"dtmf":{"digits":"12#","timed_out":false}}"#, "12#", false),
            (#"{"dtmf":{"digits":"12","timed_out":true},"speech":{"error":"x"}}"#, "12", true),
            (#"{"dtmf":{"digits":null,"timed_out":true}}"#, "", true),
            (#"{"dtmf":{"digits":"","timed_out":false}}"#, "", false),
            (#"{"dtmf":null,"speech":{"results":[]}}"#, "", true),
            (#"{"dtmf":"1234","timed_out":1}"#, "1234", true),
            (#"{"timed_out":"","dtmf":"1234"}"#, "1234", false),
            (#"{"dtmf":1234}"#, "1234", false), (#"{"dtmf":""}"#, "", true),
            (#"{"speech":{}}"#, "", true), ("{}", "", true),
            (#"{"dtmf":{"digits":"1a2.","more":{"x":[1,{}]}}}"#, "1*2*", false),
            (
                #"{"dtmf":"\#(String(repeating: "7", count: 40))"}"#,
                String(repeating: "7", count: 32), false
            ),
        ]
    )
    func entries(json: String, keys: String, timedOut: Bool) throws {
        #expect(try event(json, "input") == entry(keys, timedOut: timedOut))
    }

    @Test("An entry whose turn is not named is nothing to act on")
    func entryWithoutTurn() throws {
        #expect(try event(#"{"dtmf":{"digits":"1"}}"#) == .other)
        let bytes = Array(#"{"dtmf":{"digits":"1"}}"#.utf8)
        #expect(try WebhookDecoder.decode(bytes, at: nil).event == .other)
    }

    @Test(
        "Events without a known status, in the order of the reference",
        arguments: [
            (#"{"status":"disconnected"}"#, LegEvent.other),
            (#"{"status":"transcribed","type":"record","reason":"x"}"#, .other),
            (#"{"type":"transfer","uuid":"u","reason":"x"}"#, .other),
            (#"{"conversation_uuid_to":"CON-1","reason":"x"}"#, .other),
            (#"{"recording_url":"https://x","reason":"x"}"#, .other),
            (#"{"reason":"why","payload":{"mark":"played"}}"#, .fault("why")),
            (#"{"status":null,"reason":"why"}"#, .fault("why")),
            (#"{"payload":{"mark":"played"},"dtmf":"1"}"#, .played),
            (#"{"payload":{"mark":"other","x":[1]}}"#, .other), (#"{"payload":[1]}"#, .other),
            (#"{"payload":null}"#, .other), ("{}", .other), (#"{"unknown":{"a":[{}]}}"#, .other),
        ]
    )
    func others(json: String, expected: LegEvent) throws {
        #expect(try event(json) == expected)
    }

    @Test("An entry of a turn that was asked for once more says so")
    func isRepeat() throws {
        let body = Array(#"{"dtmf":{"digits":"12","timed_out":false}}"#.utf8)
        let path = try Fixture.path("input", "leg=1&turn=5&again=1")
        let digits = try #require(DTMFDigits("12"))
        #expect(
            try WebhookDecoder.decode(body, at: path).event
                == .entry(
                    LegEvent.Entry(turn: 5, digits: digits, timedOut: false, isRepeat: true)
                )
        )
    }

    @Test("A status at the URL of an input is a status")
    func statusAtInput() throws {
        #expect(try event(#"{"status":"busy"}"#, "input") == .report(LegReport(.busy)))
    }

    @Test("The URL of a notify says that words were played, whatever it brings")
    func played() throws {
        let path = try Fixture.path("event", "leg=1&played=1")
        for json in ["{}", #"{"payload":{}}"#] {
            #expect(try WebhookDecoder.decode(Array(json.utf8), at: path).event == .played)
        }
    }

    @Test("Long texts are cut")
    func longTexts() throws {
        let long = String(repeating: "x", count: 600)
        #expect(try event(#"{"reason":"\#(long)"}"#) == .fault(String(long.prefix(500))))
        var report = LegReport(.failed(.unreachable), uuid: String(long.prefix(128)))
        report.detail = String(long.prefix(500))
        let json = #"{"status":"failed","uuid":"\#(long)","detail":"\#(long)"}"#
        #expect(try event(json) == .report(report))
    }

    @Test(
        "Escapes are read",
        arguments: [
            (#"a\"\\\/\b\f\n\r\tb"#, "a\"\\/\u{8}\u{c}\n\r\tb"), (#"\u00e9\u20AC"#, "é€"),
            (#"\ud83d\ude00"#, "😀"), (#"\ud83dx"#, "\u{FFFD}x"), (#"\ude00"#, "\u{FFFD}"),
            (#"\ud83d\u0041"#, "\u{FFFD}A"), ("é😀", "é😀"),
        ]
    )
    func escapes(json: String, text: String) throws {
        #expect(try event(#"{"reason":"\#(json)"}"#) == .fault(text))
    }

    @Test(
        "What is no JSON is refused",
        arguments: [
            "", " ", "{", "{]", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,}"#, #"{"a":1 "b":2}"#,
            #"{"a":1}x"#, #"{"a":01}"#, #"{"a":1.}"#, #"{"a":.5}"#, #"{"a":+1}"#, #"{"a":tru}"#,
            #"{"a":"b}"#, "{\"a\":\"\n\"}", #"{"a":"\x"}"#, #"{"a":"\u12g4"}"#, #"{"a":[1,]}"#,
            #"{"a":[1 2]}"#, "{a:1}", "to=1&from=2", #"{"a":"\u12"#, #"{"a":1e}"#, "nul",
        ]
    )
    func notJSON(text: String) throws {
        #expect(throws: WebhookError.notJSON) { try event(text) }
    }

    @Test("JSON that is no object is refused", arguments: ["[]", "null", "1", #""a""#, "[{}]"])
    func notAnObject(text: String) throws {
        #expect(throws: WebhookError.notAnObject) { try event(text) }
    }

    @Test("Nesting is bounded")
    func depth() throws {
        func nested(_ count: Int) -> String {
            #"{"a":"# + String(repeating: "[", count: count) + String(repeating: "]", count: count)
                + "}"
        }
        #expect(try event(nested(31)) == .other)
        #expect(throws: WebhookError.notJSON) { try event(nested(32)) }
        #expect(throws: WebhookError.notJSON) { try event(nested(30_000)) }
    }

    @Test("A body cut off anywhere is refused, and harms nothing")
    func truncated() throws {
        let whole = try Sample.bytes("event-completed")
        let end = try #require(whole.lastIndex(of: UInt8(ascii: "}")))
        let path = try Fixture.path("event", "leg=1")
        for length in 0...end - 1 {
            #expect(throws: WebhookError.notJSON) {
                try WebhookDecoder.decode(Array(whole.prefix(length)), at: path)
            }
        }
    }
}
