import NexmoSimulator
import Testing

@Suite("Requests")
struct RequestTests {
    private static let base = """
        "to":[{"type":"phone","number":"447700900123"}],\
        "from":{"type":"phone","number":"447700900001"}
        """

    private func violation(_ json: String) throws -> Violation? {
        do {
            _ = try CallRequest(body: try JSON.parse(Array(json.utf8)))
            return nil
        } catch let violation as Violation {
            return violation
        }
    }

    private func violation(ncco: String) throws -> Violation? {
        try self.violation("{\(Self.base),\"ncco\":\(ncco)}")
    }

    @Test(
        "What Nexmo takes is taken",
        arguments: [
            #""answer_url":["https://a.example/x"],"answer_method":"POST""#,
            #""ncco":[{"action":"talk","text":"Hi","style":2,"level":"0.5","premium":true}]"#,
            #""ncco":[{"action":"talk","text":"<speak><break time='200ms'/></speak>"}]"#,
            #""ncco":[{"action":"input","maxDigits":4,"timeOut":30}]"#,
            """
            "answer_url":["https://a.example/x"],"event_url":["https://a.example/e"],\
            "event_method":"POST","length_timer":300,"ringing_timer":45,\
            "advanced_machine_detection":\
            {"behavior":"continue","mode":"detect_beep","beep_timeout":45}
            """,
        ]
    )
    func accepted(rest: String) throws {
        #expect(try self.violation("{\(Self.base),\(rest)}") == nil)
    }

    @Test(
        "What Nexmo refuses is refused, with the field's name",
        arguments: [
            (#"{"from":{"type":"phone","number":"447700900001"}}"#, "to", true),
            (#"{"to":{"type":"phone","number":"447700900123"}}"#, "to", true),
            (#"{"to":[{"type":"phone","number":"12345"}]}"#, "number", false),
            (#"{"to":[{"type":"phone","number":"+447700900123"}]}"#, "number", false),
            (#"{"to":[{"type":"phone","number":"0447700900123"}]}"#, "number", false),
            ("{\(base)}", "answer_url", true),
            ("{\(base),\"answer_url\":\"https://a.example\"}", "answer_url", true),
            (
                "{\(base),\"answer_url\":[\"https://a.example\"],\"ncco\":[]}", "answer_url", false
            ),
            ("{\(base),\"ncco\":[]}", "ncco", false),
            ("{\(base),\"ncco\":[{\"action\":\"hop\"}]}", "ncco[0].action", false),
            ("{\(base),\"ncco\":[{\"text\":\"a\"}]}", "ncco[0].action", true),
            (
                "{\(base),\"answer_url\":[\"http://a.example\"],\"ringing_timer\":121}",
                "ringing_timer", false
            ),
            (
                "{\(base),\"answer_url\":[\"http://a.example\"],\"length_timer\":0}",
                "length_timer", false
            ),
            ("{\(base),\"answer_url\":[\"http://a.example\"],\"extra\":1}", "extra", true),
        ] as [(String, String, Bool)]
    )
    func refused(json: String, name: String, isStructure: Bool) throws {
        let violation = try self.violation(json)
        #expect(violation?.name == name)
        #expect(violation?.form == (isStructure ? .structure : .value))
    }

    @Test(
        "NCCOs that Nexmo refuses are refused",
        arguments: [
            #"[{"action":"talk","text":""}]"#,
            #"[{"action":"talk","text":"Hi","bargeIn":true}]"#,
            #"[{"action":"talk","text":"Hi","bargeIn":true},{"action":"wait"}]"#,
            #"[{"action":"talk","text":"Hi","colour":"red"}]"#,
            #"[{"action":"input","type":"dtmf"}]"#,
            #"[{"action":"input","type":["dtmf"],"dtmf":{"maxDigits":21}}]"#,
            #"[{"action":"input","type":["dtmf"],"dtmf":{"timeOut":11}}]"#,
            #"[{"action":"input","type":["dtmf"],"maxDigits":4}]"#,
            #"[{"action":"input","type":["dtmf"],"eventUrl":"http://a.example"}]"#,
            #"[{"action":"notify","payload":{}}]"#,
            #"{"action":"talk","text":"Hi"}"#,
        ]
    )
    func refusedNCCO(ncco: String) throws {
        #expect(try self.violation(ncco: ncco) != nil)
    }

    @Test("A talk has 1500 characters at most")
    func talkLength() throws {
        let text = String(repeating: "a", count: 1500)
        #expect(try self.violation(ncco: #"[{"action":"talk","text":"\#(text)"}]"#) == nil)
        #expect(try self.violation(ncco: #"[{"action":"talk","text":"\#(text)a"}]"#) != nil)
    }

    @Test(
        "Text that is not JSON is refused",
        arguments: ["", "{", "[1,]", "{\"a\":1,\"a\":2}", "01", "\"\u{1}\"", "\"\\ud800\"", "1 2"]
    )
    func notJSON(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSON.parse(Array(text.utf8)) }
    }

    @Test("JSON survives reading and writing")
    func jsonRoundTrip() throws {
        let text = #"{"a":[1,-2.50e3,true,null,"x\"\\\n\u0001é"],"b":{}}"#
        #expect(String(decoding: try JSON.parse(Array(text.utf8)).bytes, as: UTF8.self) == text)
        #expect(try JSON.parse(Array(#""\ud83d\ude00""#.utf8)) == "😀")
    }

    @Test("Times are written and read as Nexmo does")
    func times() {
        let time = WallTime(milliseconds: 1_772_442_845_118)
        #expect(time.text == "2026-03-02T09:14:05.118Z")
        #expect(time.detailText == "2026-03-02 09:14:05")
        #expect(WallTime("2026-03-02T09:14:05.118Z") == time)
        #expect(WallTime("2026-03-02T09:14:05Z") == WallTime(milliseconds: 1_772_442_845_000))
        #expect(WallTime("2024-02-29")?.text == "2024-02-29T00:00:00.000Z")
        #expect(WallTime("yesterday") == nil)
        #expect(WallTime("2026-03-02T09:14:05+01:00") == nil)
    }

    @Test(
        "Prices are exact to the last decimal",
        arguments: [(31, "0.00723333"), (60, "0.01400000")]
    )
    func prices(seconds: Int, price: String) {
        #expect(Money.text(Money.price(seconds: seconds)) == price)
    }
}
