import Cryptography
import Foundation
import Logging
import NIOPosix
import NexmoVoice
import PromptCallCore
import Synchronization
import Testing

/// Against a server on this machine, which answers, or breaks off, at every point.
@Suite("NexmoVoice")
struct NexmoVoiceTests {
    /// Counts how often a placement said that it was sent.
    private final class SentCount: Sendable {
        private let count = Atomic(0)

        var value: Int { self.count.load(ordering: .relaxed) }

        func add() { self.count.add(1, ordering: .relaxed) }
    }

    private static let created = #"{"uuid":"\#(Fixture.uuid)","conversation_uuid":"CON-1"}"#
    private static let placed = PlacementAnswer.placed(
        uuid: Fixture.uuid,
        conversationUUID: "CON-1"
    )

    /// Runs a test with a voice whose profile `default` points to this URL.
    private func withVoice<Result>(
        url: String,
        timeouts: NexmoClient.Timeouts = NexmoClient.Timeouts(),
        log: RecordingLog = RecordingLog(),
        _ body: (NexmoVoice) async throws -> Result
    ) async throws -> Result {
        let client = NexmoClient(
            timeouts: timeouts,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: log.logger
        )
        let key = try TestKey.made.get().key
        let voice = NexmoVoice(
            client: client,
            mint: TokenMint(
                profiles: [
                    NexmoProfile(name: "default", applicationID: "app", key: key, url: url)
                ],
                makeTokenID: { UUID().uuidString }
            ),
            urls: Fixture.urls,
            defaultURL: url + "/",
            now: { Fixture.now }
        )
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(voice))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }

    /// Places one call against a server that reacts so.
    private func place(
        _ reactions: [ScriptedServer.Reaction],
        credentials: CallCredentials = .profile("default"),
        timeouts: NexmoClient.Timeouts = NexmoClient.Timeouts()
    ) async throws -> (answer: PlacementAnswer, sent: Int, received: [ScriptedServer.Received]) {
        let server = try await ScriptedServer(reactions)
        let (answer, sent) = try await self.withVoice(url: server.url, timeouts: timeouts) {
            voice in
            let sent = SentCount()
            let placement = try Self.placement(credentials)
            return (await voice.place(placement, sent: { sent.add() }), sent.value)
        }
        let received = server.received
        try await server.stop()
        return (answer, sent, received)
    }

    private static func placement(_ credentials: CallCredentials) throws -> Placement {
        let opening = Directive.ask(.text, turn: 1, plays: 1, bargeIn: true)
        return Placement(call: try Fixture.call(), opening: opening, credentials: credentials)
    }

    // MARK: Placing

    @Test("A call is placed with its NCCO, URLs and times")
    func placed() async throws {
        let (answer, sent, received) = try await place([.answer(201, body: Self.created)])
        #expect(answer == Self.placed)
        #expect(sent == 1)
        let request = try #require(received.first)
        #expect(request.line == "POST /v1/calls")
        let ncco = NCCO(
            .ask(.text, turn: 1, plays: 1, bargeIn: true),
            for: try Fixture.call(),
            urls: Fixture.urls
        )
        let expected =
            #"{"to":[{"type":"phone","number":"447700900123"}],"#
            + #""from":{"type":"phone","number":"447700900001"},"#
            + #""ncco":\#(String(decoding: ncco.json, as: UTF8.self)),"#
            + #""event_url":["\#(Fixture.url("event", "leg=2"))"],"event_method":"POST","#
            + #""length_timer":300,"ringing_timer":60}"#
        #expect(request.body == expected)
        let headers = request.headers.map { $0.lowercased() }
        #expect(headers.contains("content-type: application/json"))
        #expect(headers.contains { $0.hasPrefix("authorization: bearer ") })
    }

    @Test("200 with a uuid is as good as 201, and a caller's token goes as it is")
    func callersToken() async throws {
        let (answer, _, received) = try await place(
            [.answer(200, body: Self.created)],
            credentials: .jwt("aa.bb.cc")
        )
        #expect(answer == Self.placed)
        let request = try #require(received.first)
        #expect(request.headers.contains { $0.lowercased() == "authorization: bearer aa.bb.cc" })
    }

    @Test("What refuses a call says so, with Nexmo's words")
    func refused() async throws {
        let balance = #"{"type":"https://x/api-errors#low-balance","title":"Low balance"}"#
        let cases: [(Int, String, PlacementAnswer.Refusal)] = try [
            (
                400, String(decoding: Sample.bytes("error-400-invalid-params"), as: UTF8.self),
                .init(.request, detail: "Bad Request: number expected 7 to 15 digits")
            ),
            (
                400,
                #"{"type":"BAD_REQUEST","error_title":"Bad","invalid_parameters":{"a":"Is","b":"No"}}"#,
                .init(.request, detail: "Bad: a Is; b No")
            ),
            (402, "", .init(.credit, detail: "Payment Required")),
            (403, balance, .init(.credit, detail: "Low balance")),
            (403, #"{"title":"Forbidden","detail":"No"}"#, .init(.request, detail: "No")),
            (404, "<html>", .init(.request, detail: "Not Found")),
            (415, #"{"error-code-label":"x","msg_error":"M"}"#, .init(.request, detail: "M")),
            (422, #"{"description":"D","message":"M"}"#, .init(.request, detail: "D")),
            (499, "[]", .init(.request, detail: "HTTP status 499")),
        ]
        for (status, body, refusal) in cases {
            let (answer, sent, received) = try await place([.answer(status, body: body)])
            #expect(answer == .refused(refusal))
            #expect(sent == 1)
            #expect(received.count == 1)
        }
    }

    @Test("429 and 408 are surely not placed")
    func throttled() async throws {
        let body = String(decoding: try Sample.bytes("error-429"), as: UTF8.self)
        let detail = "More calls were asked for in one second than the account allows."
        for (header, wait) in [
            ([], nil), (["Retry-After: 3"], Duration.seconds(3)),
            (["Retry-After: 100000"], .seconds(60)), (["Retry-After: -1"], nil),
            (["Retry-After: Wed, 21 Oct 2026 07:28:00 GMT"], nil),
        ] {
            let (answer, sent, _) = try await place([.answer(429, headers: header, body: body)])
            #expect(
                answer == .notPlaced(.init(throttled: true, retryAfter: wait, detail: detail))
            )
            #expect(sent == 1)
        }
        let (answer, _, _) = try await place([.answer(408)])
        #expect(answer == .notPlaced(.init(throttled: false, detail: "Request Timeout")))
    }

    @Test("A refused token is made anew once, and the call is sent once as far as told")
    func freshToken() async throws {
        let unauthorized = String(decoding: try Sample.bytes("error-401"), as: UTF8.self)
        let key = try TestKey.made.get().pem
        for credentials in [
            CallCredentials.profile("default"), .privateKey(applicationID: "a", pem: key),
        ] {
            let (answer, sent, received) = try await place(
                [.answer(401, body: unauthorized), .answer(201, body: Self.created)],
                credentials: credentials
            )
            #expect(answer == Self.placed)
            #expect(sent == 1)
            try #require(received.count == 2)
            let tokens = received.map { request in
                request.headers.first { $0.lowercased().hasPrefix("authorization:") }
            }
            #expect(tokens[0] != tokens[1])
        }
        let twice = try await place([.answer(401, body: unauthorized), .answer(401)])
        #expect(twice.answer == .refused(.init(.credentials, detail: "Unauthorized")))
        #expect(twice.received.count == 2)
        let own = try await place([.answer(401, body: unauthorized)], credentials: .jwt("a.b.c"))
        #expect(own.answer == .refused(.init(.credentials, detail: "Unauthorized")))
        #expect(own.received.count == 1)
    }

    @Test("A second try that breaks off is unknown")
    func freshTokenLost() async throws {
        let (answer, sent, _) = try await place([.answer(401), .close])
        guard case .unknown = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(sent == 1)
    }

    @Test("Without a key nothing is sent")
    func noKey() async throws {
        for credentials in [
            CallCredentials.profile("none"), .privateKey(applicationID: "a", pem: "secret"),
        ] {
            let (answer, sent, received) = try await place([], credentials: credentials)
            guard case .refused(let refusal) = answer else {
                Issue.record("\(answer)")
                continue
            }
            #expect(refusal.kind == .credentials)
            #expect(!refusal.detail.contains("secret"))
            #expect(sent == 0)
            #expect(received.isEmpty)
        }
    }

    @Test(
        "After the head went out, no whole answer means unknown",
        arguments: [
            ScriptedServer.Reaction.close, .bytes("HTTP/1.1 201 Cre"),
            .bytes("HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{\"uuid\":"),
            .bytes("HTTP/1.1 503 Busy\r\ncontent-length: 100\r\n\r\n{"), .bytes("what?\r\n\r\n"),
            .answer(201), .answer(201, body: "{}"), .answer(201, body: #"{"uuid":null}"#),
            .answer(201, body: "<html>"), .answer(200, body: "[]"), .answer(302), .answer(500),
            .answer(502, body: "<html>"), .answer(503), .answer(504),
            .answer(201, body: String(repeating: " ", count: 65 << 10) + created),
        ]
    )
    func unknown(reaction: ScriptedServer.Reaction) async throws {
        let (answer, sent, received) = try await place([reaction])
        guard case .unknown = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(sent == 1)
        // Nobody sends it a second time on its own.
        #expect(received.count == 1)
    }

    @Test("No answer in time is unknown")
    func silence() async throws {
        let (answer, sent, received) = try await place(
            [.silence],
            timeouts: NexmoClient.Timeouts(whole: .seconds(2))
        )
        #expect(answer == .unknown(detail: "Deadline exceeded"))
        #expect(sent == 1)
        #expect(received.count == 1)
    }

    @Test("A 4xx whose body is cut off refuses all the same")
    func cutRefusal() async throws {
        let cut = "HTTP/1.1 400 Bad Request\r\ncontent-length: 100\r\n\r\n{"
        let (answer, _, _) = try await place([.bytes(cut)])
        #expect(answer == .refused(.init(.request, detail: "Bad Request")))
    }

    @Test("Without a connection, nothing was placed")
    func noConnection() async throws {
        let closed = try await ScriptedServer([])
        try await closed.stop()
        let plain = try await ScriptedServer([.bytes("no TLS")])
        for url in [
            closed.url, "https://127.0.0.1:\(plain.port)", "http://no-such-host.invalid",
            "no URL at all", "ftp://127.0.0.1",
        ] {
            let timeouts = NexmoClient.Timeouts(connect: .milliseconds(500))
            try await withVoice(url: url, timeouts: timeouts) { voice in
                let sent = SentCount()
                let answer = await voice.place(
                    try Self.placement(.profile("default")),
                    sent: { sent.add() }
                )
                guard case .notPlaced(let notPlaced) = answer else {
                    Issue.record("\(url): \(answer)")
                    return
                }
                #expect(!notPlaced.throttled)
                #expect(sent.value == 0)
            }
        }
        try await plain.stop()
    }

    @Test("A kept connection that dies under a request is unknown, and the request is not repeated")
    func deadConnection() async throws {
        let server = try await ScriptedServer([.answer(201, body: Self.created), .close])
        try await withVoice(url: server.url) { voice in
            let placement = try Self.placement(.profile("default"))
            let first = await voice.place(placement, sent: {})
            #expect(first == Self.placed)
            let sent = SentCount()
            guard case .unknown = await voice.place(placement, sent: { sent.add() }) else {
                Issue.record("not unknown")
                return
            }
            #expect(sent.value == 1)
            #expect(server.received.map(\.connection) == [1, 1])
        }
        try await server.stop()
    }

    @Test("A cancelled placement that was sent is unknown")
    func cancelled() async throws {
        let server = try await ScriptedServer([.silence])
        let answer = try await withVoice(url: server.url) { voice in
            let placement = try Self.placement(.profile("default"))
            let (stream, sent) = AsyncStream.makeStream(of: Void.self)
            return await withTaskGroup(of: PlacementAnswer.self) { group in
                group.addTask { await voice.place(placement, sent: { sent.finish() }) }
                for await _ in stream {}
                group.cancelAll()
                return await group.next()
            }
        }
        #expect(answer == .unknown(detail: "Cancelled"))
        try await server.stop()
    }

    @Test("The log tells of each request, and nothing that is secret")
    func log() async throws {
        let log = RecordingLog()
        let server = try await ScriptedServer([
            .answer(201, headers: ["X-Nexmo-Trace-Id: trace-1"], body: Self.created), .close,
        ])
        try await withVoice(url: server.url, log: log) { voice in
            let placement = try Self.placement(.jwt("secret.secret.secret"))
            _ = await voice.place(placement, sent: {})
            let leg = LegAddress(uuid: Fixture.uuid, credentials: placement.credentials)
            _ = await voice.hangUp(leg)
        }
        try await server.stop()
        let lines = log.lines
        try #require(lines.count == 2)
        #expect(lines[0].hasPrefix("debug Nexmo answered http.duration-ms="))
        #expect(
            lines[0].hasSuffix(
                " http.method=POST http.status=201 nexmo.operation=place nexmo.trace.id=trace-1"
            )
        )
        #expect(lines[1].hasPrefix("debug Nexmo did not answer error=Remote connection closed "))
        for secret in ["secret", "447700", Fixture.key] {
            #expect(!lines.contains { $0.contains(secret) })
        }
    }

    // MARK: Live legs

    private func ask<Answer: Sendable>(
        _ reactions: [ScriptedServer.Reaction],
        _ body: (NexmoVoice) async -> Answer
    ) async throws -> (Answer, [ScriptedServer.Received]) {
        let server = try await ScriptedServer(reactions)
        let answer = try await withVoice(url: server.url) { await body($0) }
        let received = server.received
        try await server.stop()
        return (answer, received)
    }

    private let leg = LegAddress(uuid: Fixture.uuid, credentials: .profile("default"))

    @Test("Answers to a hang-up")
    func hangUp() async throws {
        for (reaction, expected) in [
            (ScriptedServer.Reaction.answer(204), HangUpAnswer.accepted),
            (.answer(200, body: "{}"), .accepted), (.answer(404), .gone),
            (.answer(400), .refused), (.answer(500), .failed), (.answer(429), .failed),
            (.close, .failed),
        ] {
            let (answer, received) = try await ask([reaction]) { await $0.hangUp(leg) }
            #expect(answer == expected)
            #expect(received.map(\.line) == ["PUT /v1/calls/\(Fixture.uuid)"])
            #expect(received.first?.body == #"{"action":"hangup"}"#)
        }
        let (answer, received) = try await ask([.answer(401), .answer(204)]) {
            await $0.hangUp(leg)
        }
        #expect(answer == .accepted)
        #expect(received.count == 2)
    }

    @Test("Answers to a question about a leg")
    func fetch() async throws {
        var report = LegReport(.completed, source: .fetch, uuid: Fixture.uuid)
        report.conversationUUID = Fixture.conversation
        report.duration = .seconds(31)
        report.price = Amount("0.00656167")
        report.rate = Amount("0.0127")
        report.network = "23410"
        let detail = String(decoding: try Sample.bytes("call-detail-200"), as: UTF8.self)
        for (reaction, expected) in [
            (ScriptedServer.Reaction.answer(200, body: detail), FetchAnswer.report(report)),
            (.answer(404), .notFound), (.answer(200, body: "[]"), .failed),
            (.answer(200, body: #"{"status":"new"}"#), .failed), (.answer(500), .failed),
            (.close, .failed),
        ] {
            let (answer, received) = try await ask([reaction]) { await $0.fetch(leg) }
            #expect(answer == expected)
            #expect(received.map(\.line) == ["GET /v1/calls/\(Fixture.uuid)"])
        }
    }

    @Test("A uuid that is none cannot leave its place in the path")
    func oddUUID() async throws {
        let odd = LegAddress(uuid: "../x?y#ü%", credentials: .jwt("a.b.c"))
        let (_, received) = try await ask([.answer(404)]) { await $0.fetch(odd) }
        #expect(received.map(\.line) == ["GET /v1/calls/%2e%2e%2fx%3fy%23%c3%bc%25"])
    }

    @Test("A search looks through the pages for outbound legs between two numbers")
    func search() async throws {
        func call(_ uuid: String, to: String, from: String, _ direction: String) -> String {
            #"{"uuid":"\#(uuid)","to":\#(to),"from":\#(from),"direction":"\#(direction)","#
                + #""status":"ringing"}"#
        }
        func page(_ calls: [String]) -> ScriptedServer.Reaction {
            let list = calls.joined(separator: ",")
            return .answer(
                200,
                body: #"{"count":101,"_embedded":{"calls":[\#(list)]},"_links":{}}"#
            )
        }
        let to = #"{"type":"phone","number":"447700900123"}"#
        let from = #"{"type":"phone","number":"447700900001"}"#
        let noise = call("x", to: from, from: to, "outbound")
        let first =
            [
                call("a", to: to, from: from, "outbound"), call("y", to: to, from: from, "inbound"),
                call("b", to: "[\(to)]", from: "[\(from)]", "outbound"),
            ] + Array(repeating: noise, count: 97)
        let terms = try Fixture.call().terms
        let search = LegSearch(
            from: terms.from,
            to: terms.to,
            since: Fixture.now,
            credentials: .profile("default")
        )
        let (answer, received) = try await ask([
            page(first), page([call("c", to: to, from: from, "outbound")]),
        ]) { await $0.search(search) }
        let expected = ["a", "b", "c"].map { LegReport(.ringing, source: .fetch, uuid: $0) }
        #expect(answer == .legs(expected))
        let path =
            "GET /v1/calls?date_start=2026-03-02T09:14:05Z&date_end=2026-03-02T09:15:05Z"
            + "&page_size=100&record_index="
        #expect(received.map(\.line) == [path + "0&order=asc", path + "100&order=asc"])
        let full = page(Array(repeating: noise, count: 100))
        let endless = try await ask(Array(repeating: full, count: 11)) { await $0.search(search) }
        #expect(endless.0 == .failed)
        #expect(endless.1.count == 10)
        #expect(try await ask([page([])]) { await $0.search(search) }.0 == .legs([]))
        #expect(try await ask([.answer(500)]) { await $0.search(search) }.0 == .failed)
        #expect(try await ask([.answer(200, body: "?")]) { await $0.search(search) }.0 == .failed)
    }

    @Test("A directive is rendered as its NCCO")
    func render() async throws {
        let call = try Fixture.call()
        let json = try await withVoice(url: "http://127.0.0.1") { $0.render(.silence, for: call) }
        #expect(json == NCCO(.silence, for: call, urls: Fixture.urls).json)
    }
}
