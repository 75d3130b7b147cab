import Cryptography
import Foundation
import NIOHTTP1
import NexmoSimulator
import Testing

@Suite("VoiceAPI")
struct VoiceAPITests {
    private static let hangup = #"{"action":"hangup"}"#

    /// A key pair that `openssl` makes at the time of the test.
    private func makeKeys() throws -> (signer: RSAPrivateKey, checker: RSAPublicKey) {
        let pem = try self.openssl(["genrsa", "2048"])
        let publicPEM = try self.openssl(["pkey", "-pubout"], input: pem)
        return (try RSAPrivateKey(pem: pem), try RSAPublicKey(pem: publicPEM))
    }

    private func openssl(_ arguments: [String], input: String = "") throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let (standardInput, standardOutput) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        process.standardError = FileHandle.nullDevice
        try process.run()
        standardInput.fileHandleForWriting.write(Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let output = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }

    @Test("Only a JWT of a known key with the right claims places calls")
    func token() async throws {
        let (signer, checker) = try self.makeKeys()
        let (stranger, other) = try self.makeKeys()
        var configuration = SimulatorConfiguration()
        configuration.publicKeys = [other, checker]
        configuration.applicationID = "app"
        let now = WallClock.system.now.seconds
        func claims(_ change: (inout [String: JSON]) -> Void = { _ in }) -> [UInt8] {
            var claims: [String: JSON] = [
                "application_id": "app", "jti": "id", "iat": .integer(now),
                "exp": .integer(now + 900),
            ]
            change(&claims)
            return JSON.object(claims.map { JSON.Member($0.key, $0.value) }).bytes
        }
        let good = [
            try JWT.sign(claims: claims(), rs256: signer),
            try JWT.sign(claims: claims { $0["exp"] = nil }, rs256: stranger),
        ]
        let bad = [
            "", "anything", "a.b.c",
            JWT.sign(claims: claims(), hs256: Array("secret".utf8)),
            try JWT.sign(claims: claims(), rs256: signer) + "AAAA",
            try JWT.sign(claims: claims { $0["exp"] = .integer(now - 1) }, rs256: signer),
            try JWT.sign(claims: claims { $0["exp"] = .integer(now + 90_000) }, rs256: signer),
            try JWT.sign(claims: claims { $0["exp"] = "soon" }, rs256: signer),
            try JWT.sign(claims: claims { $0["iat"] = nil }, rs256: signer),
            try JWT.sign(claims: claims { $0["iat"] = .integer(now + 600) }, rs256: signer),
            try JWT.sign(claims: claims { $0["jti"] = nil }, rs256: signer),
            try JWT.sign(claims: claims { $0["application_id"] = nil }, rs256: signer),
            try JWT.sign(claims: claims { $0["application_id"] = "else" }, rs256: signer),
        ]
        try await withNexmoSimulator(configuration) { url, _ in
            for token in good {
                #expect(
                    try await APIClient(url: url, token: token).call("447700900105").status == 201
                )
            }
            for (index, token) in bad.enumerated() {
                let answer = try await APIClient(url: url, token: token).call("447700900105")
                #expect(answer.status == 401, "token \(index)")
                #expect(answer.text == #"{"type":"UNAUTHORIZED","error_title":"Unauthorized"}"#)
            }
        }
    }

    @Test("Refusals have Nexmo's bodies and every answer a trace id")
    func refusals() async throws {
        try await withNexmoSimulator { url, simulator in
            let client = APIClient(url: url)
            let number = try await client.call("12345")
            #expect(number.status == 400)
            #expect(
                number.text == """
                    {"type":400,"title":"Bad Request","invalid_parameters":\
                    [{"name":"number","reason":"expected 7 to 15 digits"}]}
                    """
            )
            let field = try await client.call("447700900100", #","colour":"red""#)
            #expect(
                field.text == """
                    {"type":"BAD_REQUEST","error_title":"Bad Request",\
                    "invalid_parameters":{"colour":"Is not a known field."}}
                    """
            )
            let form = "application/x-www-form-urlencoded"
            let type = try await client.send(.POST, "/v1/calls", "to=1", type: form)
            #expect(type.status == 415)
            #expect(type.json["type"] == "UNSUPPORTED_MEDIA_TYPE")
            #expect(try await client.send(.POST, "/v1/calls", "{").status == 400)
            let long = String(repeating: " ", count: 1 << 19)
            #expect(try await client.send(.POST, "/v1/calls", long).status == 413)
            let unknown = try await client.send(.GET, "/v1/calls/none")
            #expect(unknown.text == #"{"type":404,"title":"Not Found"}"#)
            #expect(try await client.send(.PUT, "/v1/calls/none", Self.hangup).status == 404)
            #expect(try await client.send(.GET, "/v2/calls").status == 404)
            for answer in [number, field, type, unknown] {
                #expect(answer.headers.first(name: "x-nexmo-trace-id")?.utf8.count == 32)
            }
            #expect(simulator.placements.isEmpty)
        }
    }

    @Test("A call is created with the sample's body, and remembered")
    func created() async throws {
        try await withNexmoSimulator { url, simulator in
            let client = APIClient(url: url)
            let answer = try await client.call("447700900106")
            let placement = try #require(try await simulator.placements(count: 1).first)
            #expect(placement.number == "447700900106")
            #expect(
                answer.text == """
                    {"uuid":"\(placement.uuid)","status":"started","direction":"outbound",\
                    "conversation_uuid":"\(placement.conversationUUID)"}
                    """
            )
        }
    }

    @Test("A call cannot be hung up in its first second, and not after its end")
    func hangup() async throws {
        let clock = ManualClock()
        try await WebhookReceiver.run { receiverURL, receiver in
            try await withNexmoSimulator(clock: clock) { url, simulator in
                let client = APIClient(url: url)
                let answer = try await client.call("447700900106", to: receiverURL)
                let path = "/v1/calls/\(try #require(answer.json["uuid"]?.string))"
                clock.advance(by: .milliseconds(900))
                let early = try await client.send(.PUT, path, Self.hangup)
                #expect(early.status == 400)
                #expect(early.json["type"] == "BAD_REQUEST")
                try await receiver.wait(for: "ringing")
                let transfer =
                    #"{"action":"transfer","destination":{"type":"ncco","url":["http://a.example"]}}"#
                #expect(try await client.send(.PUT, path, transfer).status == 400)
                #expect(try await client.send(.PUT, path, #"{"action":"mute"}"#).status == 204)
                // Nobody listens yet.
                let talk = try await client.send(.PUT, path + "/talk", #"{"text":"Hello"}"#)
                #expect(talk.status == 400)
                #expect(try await client.send(.PUT, path, #"{"action":"hop"}"#).status == 400)
                clock.advance(by: .milliseconds(100))
                #expect(try await client.send(.PUT, path, Self.hangup).status == 204)
                try await simulator.settled()
                #expect(
                    receiver.all.map(\.name) == ["started", "ringing", "cancelled", "completed"]
                )
                #expect(try await client.send(.PUT, path, Self.hangup).status == 404)
                #expect(try await client.send(.GET, path).json["status"] == "cancelled")
            }
        }
    }

    @Test("A transfer changes the conversation and plays the new NCCO")
    func transfer() async throws {
        let clock = ManualClock()
        try await WebhookReceiver.run { _, _ in
            .ncco(#"[{"action":"talk","text":"Hi","loop":0}]"#)
        } body: { receiverURL, receiver in
            try await withNexmoSimulator(clock: clock) { url, simulator in
                let client = APIClient(url: url)
                let answer = try await client.call("447700900100", to: receiverURL)
                let path = "/v1/calls/\(try #require(answer.json["uuid"]?.string))"
                clock.advance(by: .seconds(3))
                try await receiver.wait(for: "answer")
                let ncco = #"{"type":"ncco","ncco":[{"action":"talk","text":"Bye"}]}"#
                let body = #"{"action":"transfer","destination":\#(ncco)}"#
                #expect(try await client.send(.PUT, path, body).status == 204)
                try await receiver.wait(for: "event")
                clock.advance(by: .seconds(1))
                try await simulator.settled()
                let event = try #require(receiver.all.first { $0.json["type"] == "transfer" }).json
                #expect(event["conversation_uuid_from"] == answer.json["conversation_uuid"])
                let detail = try await client.send(.GET, path).json
                #expect(event["conversation_uuid_to"] == detail["conversation_uuid"])
                #expect(receiver.all.last?.name == "completed")
            }
        }
    }

    @Test("More calls in a second than allowed get 429, until the second is over")
    func rate() async throws {
        let clock = ManualClock()
        var configuration = SimulatorConfiguration()
        configuration.callsPerSecond = 2
        try await withNexmoSimulator(configuration, clock: clock) { url, simulator in
            let client = APIClient(url: url)
            #expect(try await client.call("447700900106").status == 201)
            clock.advance(by: .milliseconds(500))
            #expect(try await client.call("447700900106").status == 201)
            let refused = try await client.call("447700900106")
            #expect(refused.status == 429)
            #expect(refused.json["title"] == "Rate Limit Hit")
            clock.advance(by: .milliseconds(500))
            #expect(try await client.call("447700900106").status == 201)
            #expect(try await client.call("447700900106").status == 429)
            #expect(simulator.placements.count == 3)
        }
    }

    @Test("Creation faults befall the first requests for a number")
    func creationFaults() async throws {
        try await withNexmoSimulator { url, simulator in
            var plan = CalleePlan()
            plan.creations = [.status(429, retryAfter: 2), .status(503), .reset, .lost()]
            simulator.setPlan(plan, for: "447700900106")
            let client = APIClient(url: url)
            let limited = try await client.call("447700900106")
            #expect(limited.status == 429)
            #expect(limited.headers.first(name: "retry-after") == "2")
            #expect(try await client.call("447700900106").status == 503)
            await #expect(throws: (any Error).self) { try await client.call("447700900106") }
            #expect(simulator.placements.isEmpty)
            await #expect(throws: (any Error).self) { try await client.call("447700900106") }
            #expect(simulator.placements.count == 1)
            #expect(try await client.call("447700900106").status == 201)
            #expect(simulator.placements.count == 2)
        }
    }

    @Test("Shares of requests are throttled, fail, or place a call and lose the answer")
    func creationShares() async throws {
        var configuration = SimulatorConfiguration()
        configuration.faults.throttledCreations = 0.3
        configuration.faults.failedCreations = 0.3
        configuration.faults.lostCreations = 0.4
        try await withNexmoSimulator(configuration) { url, simulator in
            let client = APIClient(url: url)
            var answers: [Int: Int] = [:]
            for _ in 1...40 {
                // A connection that was reset counts as 0.
                let status = (try? await client.call("447700900106"))?.status ?? 0
                answers[status, default: 0] += 1
            }
            #expect(Set(answers.keys) == [0, 429, 502, 503])
            let rung = answers[0, default: 0] + answers[502, default: 0]
            #expect(simulator.placements.count == rung)
        }
    }

    @Test("Readings are missed, or tell what was known before the latest event")
    func readingShares() async throws {
        for (missed, stale) in [(1.0, 0.0), (0.0, 1.0)] {
            var configuration = SimulatorConfiguration()
            configuration.speed = 500
            configuration.faults.missedReadings = missed
            configuration.faults.staleReadings = stale
            try await withNexmoSimulator(configuration) { url, simulator in
                let client = APIClient(url: url)
                let placed = try await client.call("447700900100")
                let path = "/v1/calls/\(try #require(placed.json["uuid"]?.string))"
                try await simulator.settled()
                let detail = try await client.send(.GET, path)
                let list = try await client.send(.GET, "/v1/calls")
                #expect(detail.status == (missed > 0 ? 404 : 200))
                #expect(list.status == detail.status)
                #expect(detail.json["status"] == (stale > 0 ? "answered" : nil))
                let calls = list.json["_embedded"]?["calls"]?.array
                #expect(calls?.first?["status"] == detail.json["status"])
            }
        }
    }

    @Test("The list does not know a new call yet where it is stale")
    func staleList() async throws {
        var configuration = SimulatorConfiguration()
        configuration.faults.staleReadings = 1
        try await withNexmoSimulator(configuration, clock: ManualClock()) { url, _ in
            let client = APIClient(url: url)
            let placed = try await client.call("447700900106")
            let list = try await client.send(.GET, "/v1/calls")
            #expect(placed.status == 201)
            #expect(list.json["count"] == .integer(0))
        }
    }

    @Test("A slow answer comes when its time has passed")
    func slow() async throws {
        let clock = ManualClock()
        var configuration = SimulatorConfiguration()
        configuration.faults.slowAnswers = 1
        try await withNexmoSimulator(configuration, clock: clock) { url, simulator in
            let status = Watched<Int?>(nil)
            async let calling: Void = {
                let answer = try await APIClient(url: url).call("447700900106")
                status.update { $0 = answer.status }
            }()
            try await simulator.placements(count: 1)
            // Whenever it begins to wait, a later step of the clock is what it waits for.
            while status.value == nil {
                clock.advance(by: .seconds(1))
                await Task.yield()
            }
            try await calling
            #expect(status.value == 201)
        }
    }

    @Test("The list is filtered, ordered and paged")
    func list() async throws {
        var configuration = SimulatorConfiguration()
        configuration.speed = 500
        try await withNexmoSimulator(configuration) { url, simulator in
            let client = APIClient(url: url)
            for number in ["447700900105", "447700900108", "447700900205"] {
                #expect(try await client.call(number).status == 201)
            }
            try await simulator.settled()
            func numbers(_ query: String) async throws -> [String] {
                let list = try await client.send(.GET, "/v1/calls?" + query).json
                let calls = list["_embedded"]?["calls"]?.array ?? []
                return calls.compactMap { $0["to"]?["number"]?.string }
            }
            #expect(try await numbers("status=busy") == ["447700900105", "447700900205"])
            #expect(try await numbers("order=desc&page_size=1") == ["447700900205"])
            #expect(try await numbers("page_size=1&record_index=1") == ["447700900108"])
            #expect(try await numbers("date_start=2099-01-01T00:00:00Z") == [])
            #expect(try await numbers("date_end=2099-01-01T00:00:00Z").count == 3)
            let conversation = simulator.placements[1].conversationUUID
            #expect(try await numbers("conversation_uuid=\(conversation)") == ["447700900108"])
            let count = try await client.send(.GET, "/v1/calls?page_size=1").json["count"]
            #expect(count == .integer(3))
            for query in ["page_size=101", "order=up", "status=gone", "colour=red"] {
                #expect(try await client.send(.GET, "/v1/calls?" + query).status == 400)
            }
        }
    }

    @Test("Time passes faster than the clock by the factor set")
    func speed() {
        let clock = ManualClock()
        let time = SimulatedTime(clock: clock, speed: 20)
        clock.advance(by: .seconds(3))
        #expect(time.now == .seconds(60))
        #expect(time.unscaled == .seconds(3))
    }

    @Test("The log tells which call and leg was rung, whatever was answered")
    func rings() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var configuration = SimulatorConfiguration()
        configuration.logPath = path
        try await withNexmoSimulator(configuration) { url, simulator in
            var plan = CalleePlan()
            plan.creations = [.status(503), .denied(status: 500), .lost()]
            simulator.setPlan(plan, for: "447700900106")
            let client = APIClient(url: url)
            for query in ["a?leg=1", "a?leg=1", "a?leg=2", "b?leg=1"] {
                _ = try? await client.call("447700900106", events: "http://127.0.0.1:1/\(query)")
            }
        }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = try text.split(separator: "\n").map { try JSON.parse(Array($0.utf8)) }
        let placed = lines.filter { $0["request"] == "POST" }
        #expect(placed.map { $0["uuid"] != .null } == [false, true, true, true])
        let statuses: [JSON] = [.integer(503), .integer(500), "reset", .integer(201)]
        #expect(placed.map { $0["status"] } == statuses)
        let calls = placed.compactMap { $0["call"]?.string }
        #expect(calls[0] == calls[1] && calls[1] == calls[2] && calls[2] != calls[3])
        let legs = placed.compactMap { $0["leg"]?.string }
        #expect(legs[0] == legs[1] && legs[1] != legs[2] && legs[2] != legs[3])
    }

    @Test("The log has one line for each request and webhook, and nothing secret")
    func log() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var configuration = SimulatorConfiguration()
        configuration.speed = 500
        configuration.logPath = path
        try await withNexmoSimulator(configuration) { url, simulator in
            #expect(try await APIClient(url: url).call("447700900105").status == 201)
            try await simulator.settled()
        }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = try text.split(separator: "\n").map { try JSON.parse(Array($0.utf8)) }
        #expect(lines.count { $0["request"] == "POST" && $0["status"] == .integer(201) } == 1)
        #expect(lines.count { $0["webhook"] != nil && $0["status"] == "none" } == 4)
        let placed = try #require(lines.first { $0["request"] == "POST" })
        #expect(placed["uuid"]?.string != nil)
        #expect(placed["call"]?.string?.utf8.count == 16)
        #expect(placed["leg"] == placed["call"])
        #expect(!text.contains("4477009"))
        #expect(!text.contains("127.0.0.1"))
        #expect(!text.contains("anything"))
    }
}
