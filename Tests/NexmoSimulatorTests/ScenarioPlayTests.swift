import Foundation
import NIOHTTP1
import NexmoScenario
import NexmoSimulator
import Testing

@Suite("Scenarios over sockets")
struct ScenarioPlayTests {
    /// What a receiver answers here to what comes to it.
    private static func answer(_ webhook: ReceivedWebhook, _ base: String) -> ReceiverAnswer {
        switch webhook.path {
        case "/answer":
            .ncco(
                """
                [{"action":"talk","text":"Please key in 4831","bargeIn":true},\
                {"action":"input","type":["dtmf"],"dtmf":{"maxDigits":4,"timeOut":5},\
                "eventUrl":["\(base)/input"]}]
                """
            )
        case "/input", "/fallback": .ncco(#"[{"action":"talk","text":"Bye"}]"#)
        default: .empty
        }
    }

    /// Plays a scenario beside a receiver; `BASE` in its text is the receiver's URL.
    private func play(
        _ scenario: String,
        speed: Double = 200,
        answer: @escaping @Sendable (ReceivedWebhook, String) -> ReceiverAnswer = Self.answer,
        change: @Sendable (inout SimulatorConfiguration) -> Void = { _ in },
        body: @Sendable (APIClient, String, WebhookReceiver, NexmoSimulator) async throws -> Void
    ) async throws {
        let base = Watched("")
        try await WebhookReceiver.run { webhook, _ in
            answer(webhook, base.value)
        } body: { receiverURL, receiver in
            base.update { $0 = receiverURL }
            var settings = SimulatorConfiguration()
            settings.speed = speed
            settings = try ScenarioFile(
                scenario.replacingOccurrences(of: "BASE", with: receiverURL),
                file: "scenario",
                over: settings
            ).settings
            change(&settings)
            try await withNexmoSimulator(settings) { url, simulator in
                try await body(APIClient(url: url), receiverURL, receiver, simulator)
            }
        }
    }

    private static let callees: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appendingPathComponent("docs/scenarios/callees.yaml")
        // A text that cannot be read makes every test below fail.
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }()

    @Test(
        "A phone that is not answered says why, in Nexmo's words",
        arguments: [
            ("00", "busy", nil, 486), ("01", "rejected", "invalid_number", 404),
            ("02", "rejected", "restricted", 603), ("03", "rejected", "declined", 603),
            ("04", "failed", "cannot_route", 404), ("05", "failed", "number_out_of_service", 404),
            ("06", "failed", "internal_error", nil), ("07", "unanswered", "unavailable", 480),
            ("08", "unanswered", "timeout", 480), ("09", "unanswered", "carrier_timeout", 480),
            ("10", "timeout", nil, nil), ("11", "cancelled", nil, 487),
        ] as [(String, String, String?, Int?)]
    )
    func unreached(ending: String, status: String, detail: String?, sipCode: Int?) async throws {
        try await self.play(Self.callees) { client, receiverURL, receiver, simulator in
            let placed = try await client.call("4477009002" + ending, to: receiverURL)
            #expect(placed.status == 201)
            try await simulator.settled()
            let event = try #require(receiver.all.first { $0.name == status }).json
            #expect(event["detail"]?.string == detail)
            #expect(event["sip_code"]?.integer == sipCode)
            #expect(receiver.all.contains { $0.name == "completed" } == (status != "rejected"))
            let path = "/v1/calls/\(try #require(placed.json["uuid"]?.string))"
            #expect(try await client.send(.GET, path).json["status"]?.string == status)
        }
    }

    @Test(
        "A callee keys in what the scenario says",
        arguments: [
            ("20", ["4831"]), ("21", ["5942"]), ("22", ["12#"]), ("23", ["4831"]),
            ("24", ["4831"]), ("25", [""]), ("26", [""]), ("27", []), ("29", ["5942"]),
            ("30", []),
        ] as [(String, [String])]
    )
    func keys(ending: String, digits: [String]) async throws {
        try await self.play(Self.callees, speed: 50) { client, receiverURL, receiver, simulator in
            // The one of whom nothing more is heard ends by this alone.
            let more = ending == "30" ? #","length_timer":60"# : ""
            let placed = try await client.call("4477009002" + ending, to: receiverURL, more)
            #expect(placed.status == 201)
            try await simulator.settled()
            let inputs = receiver.all.filter { $0.path == "/input" }.map(\.json)
            let keyed = inputs.map { $0["dtmf"]?["digits"]?.string ?? "none" }
            #expect(keyed == digits)
        }
    }

    @Test(
        "Machine detection tells what it takes the callee for, before the NCCO where it waits",
        arguments: [
            ("40", "detect_beep", ["machine", "machine beep_start"]),
            ("40", "detect", ["machine"]),
            ("40", "default", ["machine", "machine beep_start"]),
            ("41", "detect_beep", ["machine", "machine beep_timeout"]),
            ("42", "detect_beep", ["human"]),
            ("43", "detect", ["machine"]),
        ]
    )
    func detection(ending: String, mode: String, verdicts: [String]) async throws {
        let talk = #"[{"action":"talk","text":"\#(String(repeating: "long ", count: 280))"}]"#
        try await self.play(Self.callees, speed: 50) { webhook, _ in
            webhook.path == "/answer" ? .ncco(talk) : .empty
        } body: { client, receiverURL, receiver, simulator in
            let detection = #"{"behavior":"continue","mode":"\#(mode)"}"#
            let placed = try await client.call(
                "4477009002" + ending,
                to: receiverURL,
                #","advanced_machine_detection":\#(detection)"#
            )
            #expect(placed.status == 201)
            try await simulator.settled()
            let uuid = try #require(placed.json["uuid"]?.string)
            let told = receiver.all.map { webhook in
                [webhook.name, webhook.json["sub_state"]?.string].compactMap { $0 }
                    .joined(separator: " ")
            }
            let names: [Substring] = ["human", "machine"]
            #expect(told.filter { names.contains($0.prefix { $0 != " " }) } == verdicts)
            // By when they happened: on their way they may overtake each other.
            let sent = simulator.webhooks(of: uuid)
            let asked = try #require(sent.first { $0.kind == .answer }).at
            let last = try #require(receiver.all.last { names.contains(Substring($0.name)) })
            let verdict = try #require(last.json["timestamp"]?.string.flatMap { WallTime($0) })
            #expect((verdict <= asked) == (mode != "default"))
        }
    }

    @Test("The fallback URL is told what failed and is obeyed")
    func fallback() async throws {
        try await self.play("fallback-url: BASE/fallback") { webhook, base in
            webhook.path == "/input" ? ReceiverAnswer(status: 500) : Self.answer(webhook, base)
        } body: { client, receiverURL, receiver, simulator in
            #expect(try await client.call("447700900100", to: receiverURL).status == 201)
            try await simulator.settled()
            let asked = receiver.all.filter { $0.path == "/fallback" }.map(\.json)
            #expect(asked.count == 1)
            #expect(asked.first?["reason"] == "The webhook was answered 500.")
            let original = asked.first?["original_request"]
            #expect(original?["url"]?.string == receiverURL + "/input")
            #expect(original?["type"] == "event")
            #expect(asked.first?["dtmf"]?["digits"] == "4831")
            #expect(!receiver.all.contains { $0.path == "/event" && $0.json["reason"] != nil })
        }
    }

    @Test("A fallback URL is tried twice; where it fails too, the call ends")
    func fallbackFails() async throws {
        try await self.play("fallback-url: BASE/fallback") { webhook, _ in
            switch webhook.path {
            case "/answer": ReceiverAnswer(type: "text/html", body: "<html>")
            case "/fallback": ReceiverAnswer(status: 503)
            default: .empty
            }
        } body: { client, receiverURL, receiver, simulator in
            #expect(try await client.call("447700900100", to: receiverURL).status == 201)
            try await simulator.settled()
            let asked = receiver.all.filter { $0.path == "/fallback" }.map(\.json)
            #expect(asked.map { $0["original_request"]?["type"] } == ["answer", "answer"])
            #expect(receiver.all.contains { $0.path == "/event" && $0.json["reason"] != nil })
            #expect(receiver.all.last?.name == "completed")
        }
    }

    @Test("Error events go to the application's event URL, the others to the call's")
    func applicationEvents() async throws {
        try await self.play("event-url: BASE/application") { webhook, _ in
            webhook.path == "/answer" ? ReceiverAnswer(body: "oops") : .empty
        } body: { client, receiverURL, receiver, simulator in
            #expect(try await client.call("447700900100", to: receiverURL).status == 201)
            try await simulator.settled()
            let errors = receiver.all.filter { $0.path == "/application" }.map(\.json)
            #expect(errors.count == 1)
            #expect(errors.first?["reason"] != nil)
            let events = receiver.all.filter { $0.path == "/event" }.map(\.name)
            #expect(events == ["started", "ringing", "answered", "completed"])
        }
    }

    @Test("Older webhooks have the flat input and say neither who hung up nor the region")
    func older() async throws {
        let scenario = "webhook-shape: older\nprices: {\"4477*\": 0.06}"
        try await self.play(scenario) { client, receiverURL, receiver, simulator in
            let placed = try await client.call("447700900100", to: receiverURL)
            try await simulator.settled()
            let input = try #require(receiver.all.first { $0.path == "/input" }).json
            #expect(input["dtmf"] == "4831")
            #expect(input["timed_out"] == .bool(false))
            #expect(input["to"] == nil)
            let answer = try #require(receiver.all.first { $0.path == "/answer" }).json
            #expect(answer["region_url"] == nil)
            let ended = try #require(receiver.all.last { $0.name == "completed" }).json
            #expect(ended["disconnected_by"] == nil)
            #expect(ended["sip_code"] == nil)
            #expect(ended["rate"] == "0.06000000")
            let seconds = try #require(ended["duration"]?.string.flatMap { Int($0) })
            let price = Money.text(Money.price(seconds: seconds, rate: 6_000_000))
            #expect(ended["price"]?.string == price)
            let path = "/v1/calls/\(try #require(placed.json["uuid"]?.string))"
            let detail = try await client.send(.GET, path).json
            #expect(detail["rate"] == "0.06000000")
            #expect(detail["price"]?.string == price)
        }
    }

    @Test("A webhook comes as late as the scenario says, behind those that follow it")
    func order() async throws {
        let scenario = """
            callees:
              "*": {is: busy, webhooks: {delay: {busy: 20s}, double: [ringing], lose: [started]}}
            """
        let settings = try ScenarioFile(scenario, file: "scenario").settings
        let clock = ManualClock()
        try await WebhookReceiver.run { receiverURL, receiver in
            try await withNexmoSimulator(settings, clock: clock) { url, _ in
                let client = APIClient(url: url)
                #expect(try await client.call("447700900100", to: receiverURL).status == 201)
                clock.advance(by: LegMachine.dialling)
                try await receiver.wait(for: "completed")
                #expect(receiver.all.map(\.name) == ["ringing", "ringing", "completed"])
                // Whenever it begins to wait, a later step of the clock is what it waits for.
                while receiver.all.last?.name != "busy" {
                    clock.advance(by: .seconds(20))
                    await Task.yield()
                }
            }
        }
    }

    @Test("A call is not known under the name of another region's host")
    func region() async throws {
        try await self.play("region-host: localhost") { client, receiverURL, receiver, simulator in
            let placed = try await client.call("447700900100", to: receiverURL)
            #expect(placed.status == 201)
            let path = "/v1/calls/\(try #require(placed.json["uuid"]?.string))"
            try await simulator.settled()
            #expect(try await client.send(.GET, path).status == 404)
            #expect(try await client.send(.PUT, path, #"{"action":"mute"}"#).status == 404)
            #expect(try await client.send(.GET, "/v1/calls").json["count"] == .integer(0))
            let answer = try #require(receiver.all.first { $0.path == "/answer" }).json
            let region = try #require(answer["region_url"]?.string)
            #expect(region == client.url.replacingOccurrences(of: "127.0.0.1", with: "localhost"))
            let there = APIClient(url: region)
            #expect(try await there.send(.GET, path).status == 200)
            #expect(try await there.send(.GET, "/v1/calls").json["count"] == .integer(1))
        }
    }

    @Test("Other requests have a rate of their own")
    func requestRate() async throws {
        let clock = ManualClock()
        var settings = SimulatorConfiguration()
        settings.requestsPerSecond = 2
        try await withNexmoSimulator(settings, clock: clock) { url, _ in
            let client = APIClient(url: url)
            #expect(try await client.send(.GET, "/v1/calls").status == 200)
            #expect(try await client.call("447700900106").status == 201)
            #expect(try await client.send(.GET, "/v1/calls").status == 200)
            let refused = try await client.send(.GET, "/v1/calls")
            #expect(refused.status == 429)
            #expect(refused.json["title"] == "Rate Limit Hit")
            clock.advance(by: .seconds(1))
            #expect(try await client.send(.GET, "/v1/calls").status == 200)
        }
    }

    @Test("The middle of a call takes talk, stream and keys while somebody listens")
    func inCall() async throws {
        let scenario = "callees: {\"*\": {vanishes: after-answer, rings-for: 10s}}"
        try await self.play(scenario) { client, receiverURL, receiver, simulator in
            let placed = try await client.call("447700900100", to: receiverURL)
            let uuid = try #require(placed.json["uuid"]?.string)
            let path = "/v1/calls/\(uuid)"
            try await receiver.wait(for: "answered")
            let talk = try await client.send(.PUT, path + "/talk", #"{"text":"Hello"}"#)
            #expect(talk.text == #"{"message":"Talk started","uuid":"\#(uuid)"}"#)
            let stopped = try await client.send(.DELETE, path + "/talk")
            #expect(stopped.json["message"] == "Talk stopped")
            let stream = #"{"stream_url":["https://a.example/a.mp3"],"level":"0.5"}"#
            #expect(try await client.send(.PUT, path + "/stream", stream).status == 200)
            #expect(try await client.send(.PUT, path + "/dtmf", #"{"digits":"1p#"}"#).status == 200)
            let bad = [
                ("/talk", #"{"text":""}"#), ("/talk", #"{"text":"a","level":"2"}"#),
                ("/stream", #"{"stream_url":"https://a.example/a.mp3"}"#),
                ("/dtmf", #"{"digits":"a"}"#), ("/dtmf", #"{"digits":"1","colour":"red"}"#),
            ]
            for (resource, body) in bad {
                #expect(try await client.send(.PUT, path + resource, body).status == 400)
            }
            #expect(try await client.send(.DELETE, path + "/dtmf").status == 404)
            #expect(try await client.send(.PUT, path + "/sing", "{}").status == 404)
            let hangup = try await client.send(.PUT, path, #"{"action":"hangup"}"#)
            #expect(hangup.status == 204)
            try await simulator.settled()
            #expect(try await client.send(.DELETE, path + "/talk").status == 404)
        }
    }

    @Test("The log of requests tells what was asked without secrets, unless it is told to")
    func requestLog() async throws {
        for tellsSecrets in [false, true] {
            let log = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).log"
            defer { try? FileManager.default.removeItem(atPath: log) }
            try await self.play(
                "",
                change: { settings in
                    settings.requestLogPath = log
                    settings.logsSecrets = tellsSecrets
                }
            ) { client, receiverURL, _, simulator in
                _ = try await client.call("447700900105", to: receiverURL, #","ringing_timer":30"#)
                _ = try await client.send(.GET, "/v1/calls/4831?pin=4831")
                _ = try await client.call("447700900105", to: receiverURL, #","pin":4831"#)
                try await simulator.settled()
            }
            let text = try String(contentsOfFile: log, encoding: .utf8)
            let lines = try text.split(separator: "\n").map { try JSON.parse(Array($0.utf8)) }
            #expect(lines.map { $0["status"]?.integer } == [201, 404, 400])
            let asked = lines[0]["asked"]
            #expect(asked?["ringing_timer"] == .integer(30))
            let number = asked?["to"]?.array?.first?["number"]?.string
            #expect(number == (tellsSecrets ? "447700900105" : "…05"))
            #expect(lines[1]["path"] == (tellsSecrets ? "/v1/calls/4831?pin=4831" : "/v1/calls/…"))
            #expect(lines[2]["answer"]?["invalid_parameters"]?["pin"] != nil)
            for secret in ["4831", "447700900105", "127.0.0.1"] {
                #expect(text.contains(secret) == tellsSecrets)
            }
            #expect(!text.contains("anything"))
        }
    }
}
