import Cryptography
import NIOHTTP1
import NexmoSimulator
import Testing

private func settings(
    speed: Double = 500,
    _ change: (inout SimulatorConfiguration) -> Void = { _ in }
) -> SimulatorConfiguration {
    var settings = SimulatorConfiguration()
    settings.speed = speed
    change(&settings)
    return settings
}

/// An NCCO that asks for four digits.
private func ask(_ base: String, rest: String = "") -> ReceiverAnswer {
    .ncco(
        """
        [{"action":"talk","text":"Please key in 4831","bargeIn":true},\
        {"action":"input","type":["dtmf"],"dtmf":{"maxDigits":4,"timeOut":5},\
        "eventUrl":["\(base)/input"]}\(rest)]
        """
    )
}

private let bye = ReceiverAnswer.ncco(#"[{"action":"talk","text":"Bye"}]"#)

@Suite("NexmoSimulator")
struct NexmoSimulatorTests {
    /// Plays one call against a receiver that asks for digits and says goodbye.
    private func play(
        _ number: String,
        plan: CalleePlan? = nil,
        _ configuration: SimulatorConfiguration = settings(),
        more: String = "",
        rest: String = "",
        input: @escaping @Sendable (Int) -> ReceiverAnswer = { _ in bye },
        check: @Sendable ([ReceivedWebhook], NexmoSimulator, APIClient, String) async throws -> Void
    ) async throws {
        let base = Watched("")
        try await WebhookReceiver.run { webhook, before in
            switch webhook.path {
            case "/answer": ask(base.value, rest: rest)
            case "/input": input(before)
            default: .empty
            }
        } body: { receiverURL, receiver in
            base.update { $0 = receiverURL }
            try await withNexmoSimulator(configuration) { url, simulator in
                if let plan { simulator.setPlan(plan, for: number) }
                let client = APIClient(url: url)
                let answer = try await client.call(number, to: receiverURL, more)
                #expect(answer.status == 201)
                let uuid = try #require(answer.json["uuid"]?.string)
                try await simulator.settled()
                try await check(receiver.all, simulator, client, uuid)
            }
        }
    }

    @Test(
        "Each callee has its sequence of events",
        arguments: [
            ("00", ["started", "ringing", "answered", "completed"], ["4831"], "completed"),
            ("01", ["started", "ringing", "answered", "completed"], ["5942"], "completed"),
            ("02", ["started", "ringing", "answered", "completed"], ["5942"], "completed"),
            ("03", ["started", "ringing", "answered", "completed"], [""], "completed"),
            ("04", ["started", "ringing", "answered", "completed"], [], "completed"),
            ("05", ["started", "ringing", "busy", "completed"], [], "busy"),
            ("06", ["started", "ringing", "unanswered", "completed"], [], "unanswered"),
            ("07", ["started", "ringing", "answered", "completed"], [""], "completed"),
            ("08", ["started", "rejected"], [], "rejected"),
            ("09", ["started", "failed", "completed"], [], "failed"),
        ] as [(String, [String], [String], String)]
    )
    func callees(ending: String, events: [String], digits: [String], status: String) async throws {
        // Slow enough for answering during the prompt.
        try await self.play("4477009001" + ending, settings(speed: 100)) {
            received,
            _,
            client,
            uuid in
            #expect(received.filter { $0.path == "/event" }.map(\.name) == events)
            let inputs = received.filter { $0.path == "/input" }.map(\.json)
            #expect(inputs.map { $0["dtmf"]?["digits"]?.string } == digits)
            let detail = try await client.send(.GET, "/v1/calls/\(uuid)")
            #expect(detail.status == 200)
            #expect(detail.json["status"]?.string == status)
            #expect(detail.json["to"]?["type"] == "phone")
            let ended = received.last { $0.name == "completed" }?.json
            if ending == "04" { #expect(ended?["disconnected_by"] == "user") }
            if digits.isEmpty, ending != "04", ended != nil { #expect(ended?["duration"] == "0") }
        }
    }

    @Test("Webhooks have the shapes of the samples")
    func shapes() async throws {
        try await self.play("447700900100") { received, _, _, uuid in
            func names(_ name: String) throws -> [String] {
                let json = try #require(received.first { $0.name == name }).json
                guard case .object(let members) = json else { return [] }
                return members.map(\.name)
            }
            let common = [
                "headers", "from", "to", "uuid", "conversation_uuid", "status", "direction",
            ]
            #expect(try names("ringing") == common + ["timestamp"])
            #expect(
                try names("answered") == common + ["start_time", "rate", "network", "timestamp"]
            )
            #expect(
                try names("completed") == common + [
                    "network", "start_time", "end_time", "duration", "rate", "price",
                    "disconnected_by", "sip_code", "timestamp",
                ]
            )
            #expect(
                try names("answer") == [
                    "from", "to", "uuid", "conversation_uuid", "endpoint_type", "region_url",
                ]
            )
            #expect(
                try names("input") == [
                    "speech", "dtmf", "from", "to", "uuid", "conversation_uuid", "timestamp",
                ]
            )
            let answered = try #require(received.first { $0.name == "answered" }).json
            #expect(answered["start_time"] == .null)
            #expect(answered["uuid"]?.string == uuid)
            let completed = try #require(received.first { $0.name == "completed" }).json
            #expect(completed["rate"] == "0.01400000")
            let seconds = try #require(completed["duration"]?.string.flatMap { Int($0) })
            let price = Money.text(Money.price(seconds: seconds))
            #expect(completed["price"]?.string == price)
        }
    }

    @Test("A machine is reported with call_uuid and without direction")
    func machine() async throws {
        let more = #","advanced_machine_detection":{"behavior":"continue","mode":"detect_beep"}"#
        try await self.play("447700900107", more: more) { received, _, _, uuid in
            let machines = received.filter { $0.name == "machine" }.map(\.json)
            #expect(machines.map { $0["sub_state"]?.string } == [nil, "beep_start"])
            #expect(machines.allSatisfy { $0["call_uuid"]?.string == uuid && $0["uuid"] == nil })
            #expect(machines.allSatisfy { $0["direction"] == nil })
        }
    }

    @Test("An input webhook is tried twice, then the rest of the NCCO goes on")
    func twoTries() async throws {
        let rest = #",{"action":"talk","text":"Again","bargeIn":true},{"action":"input"}"#
        try await self.play("447700900100", rest: rest) { _ in
            ReceiverAnswer(status: 503)
        } check: { received, simulator, _, uuid in
            #expect(received.count { $0.path == "/input" } == 2)
            // The legacy input has no URL of its own and goes to the event URL, in its own shape.
            let legacy = received.filter { $0.json["timed_out"] != nil }
            #expect(legacy.map { $0.json["dtmf"]?.string } == ["4831"])
            let tries = simulator.webhooks(of: uuid).filter { $0.kind == .input }
            #expect(tries.map(\.attempt) == [1, 2, 1])
            #expect(tries.map(\.result) == [.status(503), .status(503), .status(200)])
            #expect(received.last?.name == "completed")
        }
    }

    @Test("The second try counts when it succeeds")
    func secondTry() async throws {
        try await self.play("447700900100") { before in
            before == 0 ? ReceiverAnswer(status: 503) : bye
        } check: { received, _, _, _ in
            #expect(received.count { $0.path == "/input" } == 2)
            #expect(!received.contains { $0.json["reason"] != nil })
        }
    }

    @Test("Other refusals are not tried again", arguments: [401, 404, 500])
    func oneTry(status: Int) async throws {
        try await self.play("447700900100") { _ in
            ReceiverAnswer(status: status)
        } check: { received, _, _, _ in
            #expect(received.count { $0.path == "/input" } == 1)
        }
    }

    @Test(
        "A reply that is no NCCO ends the call with an error event",
        arguments: [
            ReceiverAnswer(type: "text/html", body: "[]"),
            ReceiverAnswer(body: "oops"),
            ReceiverAnswer(body: #"[{"action":"talk","text":"Hi","bargeIn":true}]"#),
        ]
    )
    func unusableReply(answer: ReceiverAnswer) async throws {
        try await self.play("447700900100") { _ in
            answer
        } check: { received, _, _, uuid in
            let events = received.filter { $0.path == "/event" }
            let error = try #require(events.dropLast().last).json
            #expect(error["reason"] != nil)
            #expect(error["uuid"] == nil)
            #expect(events.last?.name == "completed")
        }
    }

    @Test("Webhooks are signed over their body", arguments: ["POST", "GET"])
    func signature(method: String) async throws {
        let configuration = settings {
            $0.signature = WebhookSignature(secret: "secret", apiKey: "key", applicationID: "app")
        }
        let more = #","event_method":"\#(method)""#
        try await self.play("447700900105", configuration, more: more) { received, _, _, _ in
            #expect(received.count == 4)
            for webhook in received {
                #expect(webhook.method == method)
                let token = try #require(webhook.authorization).dropFirst("Bearer ".count)
                let jwt = try JWT(compact: token)
                #expect(jwt.algorithm == "HS256")
                let code = HMACSHA256.code(for: jwt.signedPart, key: Array("secret".utf8))
                #expect(code == jwt.signature)
                let claims = try JSON.parse(jwt.claims)
                #expect(claims["iss"] == "Vonage")
                #expect(claims["api_key"] == "key")
                #expect(claims["application_id"] == "app")
                #expect(claims["iat"]?.integer != nil)
                #expect(claims["jti"]?.string?.utf8.count == 36)
                if method == "POST" {
                    let hash = Hex.encode(SHA256.digest(webhook.body))
                    #expect(claims["payload_hash"]?.string == hash)
                } else {
                    #expect(webhook.query.contains("status="))
                }
            }
        }
    }

    @Test("The signature is that of the reference's sample")
    func signatureVector() {
        let signature = WebhookSignature(
            secret: "s3cr3t-of-at-least-thirty-two-bytes!",
            apiKey: "a1b2c3d4",
            applicationID: "684027bc-a2e7-48b1-b4bd-adc02324e09c"
        )
        let body = """
            {"headers":{},"from":"447700900001","to":"447700900123",\
            "uuid":"3f0c9a52-7d1e-4b86-9c44-0a6be21d5f70",\
            "conversation_uuid":"CON-b84d2e17-65a9-4f03-8e7c-19d0f3a26c5b","status":"ringing",\
            "direction":"outbound","timestamp":"2026-03-02T09:14:05.118Z"}
            """
        let authorization = signature.authorization(
            for: Array(body.utf8),
            tokenID: "b5d0c1b0-3c7e-4a53-9d3f-6a7f2f1f7f0e",
            at: WallTime(milliseconds: 1_772_442_845_000)
        )
        #expect(authorization.hasSuffix(".105nUxalzOdaZOuQ12SwrmlbHSlerj_Ncypa7r_9ZPk"))
    }

    @Test("Lost webhooks never arrive, and the call ends all the same")
    func lost() async throws {
        let configuration = settings { $0.faults.lostWebhooks = 1 }
        try await self.play("447700900100", configuration) { received, simulator, client, uuid in
            #expect(received.isEmpty)
            #expect(simulator.webhooks(of: uuid).allSatisfy { $0.result == .lost })
            let detail = try await client.send(.GET, "/v1/calls/\(uuid)")
            #expect(detail.json["status"] == "completed")
        }
    }

    @Test("Doubled webhooks arrive twice, and both get the same answer")
    func doubled() async throws {
        let configuration = settings { $0.faults.doubledWebhooks = 1 }
        try await self.play("447700900100", configuration) { received, simulator, _, _ in
            let names = received.filter { $0.path == "/event" }.map(\.name)
            let once = ["started", "ringing", "answered", "completed"]
            #expect(names == once.flatMap { [$0, $0] })
            #expect(received.count { $0.path == "/input" } == 2)
            #expect(simulator.records.value.objections.isEmpty)
        }
    }

    @Test("Delayed webhooks overtake each other, and none is missing")
    func delayed() async throws {
        let configuration = settings(speed: 100) { settings in
            settings.faults.delayedWebhooks = 1
            // Longer than the call.
            settings.faults.delayMax = .seconds(60)
        }
        try await self.play("447700900105", configuration) { received, _, _, _ in
            let order = ["started", "ringing", "busy", "completed"]
            #expect(received.map(\.name).sorted() == order.sorted())
            #expect(received.map(\.name) != order)
        }
    }

    @Test("The same seed draws the same faults, and another one others")
    func seeds() async throws {
        let lost = Watched([[WebhookKind]]())
        for seed in [7, 7, 8] as [UInt64] {
            let configuration = settings { settings in
                settings.seed = seed
                settings.faults.lostWebhooks = 0.5
            }
            try await withNexmoSimulator(configuration) { url, simulator in
                let client = APIClient(url: url)
                for _ in 1...10 { _ = try await client.call("447700900105") }
                try await simulator.settled()
                let placed = simulator.placements.map(\.uuid)
                let kinds = placed.flatMap { simulator.webhooks(of: $0) }
                    .filter { $0.result == .lost }.map(\.kind)
                lost.update { $0.append(kinds) }
            }
        }
        let draws = lost.value
        #expect(!draws[0].isEmpty)
        #expect(draws[0] == draws[1])
        #expect(draws[0] != draws[2])
    }

    @Test("A plan loses, doubles and delays webhooks and answers in the legacy shape")
    func faults() async throws {
        var plan = CalleePlan()
        plan.lostWebhooks = [.ringing]
        plan.doubledWebhooks = [.answered, .input]
        plan.sendsLegacyInput = true
        plan.eventJitter = .seconds(2)
        try await self.play("447700900100", plan: plan) { received, _, _, _ in
            let names = received.filter { $0.path == "/event" }.map(\.name).sorted()
            #expect(names == ["answered", "answered", "completed", "started"])
            let inputs = received.filter { $0.path == "/input" }.map(\.json)
            #expect(inputs.map { $0["dtmf"]?.string } == ["4831", "4831"])
        }
    }

    @Test("A callee can vanish; hanging up ends the call")
    func vanishing() async throws {
        var plan = CalleePlan()
        plan.vanishes = .afterAnswer
        let vanished = plan
        try await WebhookReceiver.run { receiverURL, receiver in
            try await withNexmoSimulator(settings()) { url, simulator in
                simulator.setPlan(vanished, for: "447700900100")
                let client = APIClient(url: url)
                let answer = try await client.call("447700900100", to: receiverURL)
                let uuid = try #require(answer.json["uuid"]?.string)
                try await receiver.wait(for: "answered")
                let path = "/v1/calls/\(uuid)"
                let hangup = try await client.send(.PUT, path, #"{"action":"hangup"}"#)
                #expect(hangup.status == 204)
                try await simulator.settled()
                #expect(receiver.all.last?.name == "answered")
                #expect(try await client.send(.GET, path).json["status"] == "completed")
            }
        }
    }
}
