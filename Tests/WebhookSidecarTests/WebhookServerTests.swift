import Logging
import NIOPosix
import ServiceLifecycle
import Testing
import WebhookSidecar

/// Over real connections, byte by byte where that matters.
@Suite("WebhookServer", .timeLimit(.minutes(1)))
struct WebhookServerTests {
    private let gateway = FakeGateway()
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs a test while a server runs, and shuts the server down gracefully behind it.
    private func withServer(
        answerTimeout: Duration = WebhookServer.answerTimeout,
        _ body: @escaping @Sendable (RawHTTP, ServiceGroup) async throws -> Void
    ) async throws {
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let server = WebhookServer(
            gateway: gateway,
            address: ListenAddress(host: "127.0.0.1", port: 0),
            answerTimeout: answerTimeout,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger,
            onBound: { bound.yield($0) }
        )
        let services = ServiceGroup(services: [server], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            try await body(RawHTTP(port: port), services)
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    @Test("A webhook reaches the gateway as it is, and its answer the sender")
    func delivers() async throws {
        try await withServer { http, _ in
            let answer = try await http.request(
                "POST /nexmo/v1/input/a/b?leg=1&turn=2",
                headers: ["Authorization: Bearer x", "X-Twice: a", "x-twice: b"],
                body: #"{"dtmf":"1"}"#
            )
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.lowercased().contains("content-type: application/json\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n[1]"))
            let webhook = try #require(gateway.delivered.first)
            #expect(webhook.method == "POST")
            #expect(webhook.path == "/nexmo/v1/input/a/b?leg=1&turn=2")
            #expect(webhook.headers["authorization"] == "Bearer x")
            #expect(webhook.headers["x-twice"] == "a, b")
            #expect(webhook.body == Array(#"{"dtmf":"1"}"#.utf8))
            #expect(webhook.remoteAddress == "127.0.0.1")
            let event = try await http.request("POST /event", body: "{}")
            #expect(event.hasPrefix("HTTP/1.1 204 No Content\r\n"))
            #expect(event.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("GET is for the gateway to judge, other methods are not")
    func methods() async throws {
        try await withServer { http, _ in
            let get = try await http.request("GET /v1/event/a/b?leg=1")
            #expect(get.hasPrefix("HTTP/1.1 200 "))
            #expect(gateway.delivered.map(\.method) == ["GET"])
            for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"] {
                let answer = try await http.request("\(method) /v1/event/a/b?leg=1")
                #expect(answer.hasPrefix("HTTP/1.1 405 "))
            }
            #expect(gateway.delivered.count == 1)
        }
    }

    @Test("Health follows the gateway, and is not for it to judge")
    func health() async throws {
        try await withServer { http, _ in
            let serving = try await http.request("GET /healthz")
            #expect(serving.hasPrefix("HTTP/1.1 200 "))
            gateway.setServing(false)
            let down = try await http.request("GET /healthz")
            #expect(down.hasPrefix("HTTP/1.1 503 "))
            #expect(gateway.delivered.isEmpty)
        }
    }

    @Test("64 KiB are taken, and a byte more is not, declared or in chunks")
    func tooLarge() async throws {
        let most = String(repeating: "x", count: WebhookServer.bodyBytesMax)
        func chunked(_ body: String) -> String {
            "POST /event HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n"
                + "Connection: close\r\n\r\n\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n"
                + "0\r\n\r\n"
        }
        let whole = chunked(most)
        let more = chunked(most + "x")
        try await withServer { http, _ in
            let taken = try await http.request("POST /event", body: most)
            #expect(taken.hasPrefix("HTTP/1.1 204 "))
            #expect(try await http.exchange(whole).hasPrefix("HTTP/1.1 204 "))
            #expect(gateway.delivered.map(\.body.count) == [65536, 65536])
            let declared = try await http.request("POST /event", body: most + "x")
            #expect(declared.hasPrefix("HTTP/1.1 413 "))
            #expect(try await http.exchange(more).hasPrefix("HTTP/1.1 413 "))
            #expect(gateway.delivered.count == 2)
        }
    }

    @Test("Who sends on after 413 loses the connection")
    func endless() async throws {
        try await withServer { http, _ in
            // Of the body that it says is to come, nothing comes.
            let head = "POST /event HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n"
            let answer = try await http.exchange(head + "x")
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test("A body that was cut off reaches nobody")
    func cutOff() async throws {
        try await withServer { http, _ in
            let head = "POST /event HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\n"
            let answer = try await http.abandon(head + "{}")
            #expect(!answer.hasPrefix("HTTP/1.1 2"))
            #expect(gateway.delivered.isEmpty)
        }
    }

    @Test("A gateway that is too slow is answered for with 503")
    func slow() async throws {
        try await withServer(answerTimeout: .milliseconds(50)) { http, _ in
            let answer = try await http.request("POST /wait", body: "{}")
            #expect(answer.hasPrefix("HTTP/1.1 503 "))
            gateway.open()
        }
    }

    @Test("A head that is too large is refused")
    func largeHead() async throws {
        try await withServer { http, _ in
            let header = "X: " + String(repeating: "x", count: 40 << 10)
            let answer = try await http.request("GET /event", headers: [header])
            #expect(answer.hasPrefix("HTTP/1.1 400 ") || answer.hasPrefix("HTTP/1.1 431 "))
            let many = Array(repeating: "X: x", count: 200)
            let second = try await http.request("GET /event", headers: many)
            #expect(second.hasPrefix("HTTP/1.1 400 ") || second.hasPrefix("HTTP/1.1 431 "))
            #expect(gateway.delivered.isEmpty)
        }
    }

    @Test("Graceful shutdown lets a request under way finish")
    func shutdown() async throws {
        try await withServer { http, services in
            async let answer = http.request("POST /wait", body: "{}")
            for await _ in gateway.arrived {}
            await services.triggerGracefulShutdown()
            gateway.open()
            let text = try await answer
            #expect(text.hasPrefix("HTTP/1.1 204 "))
        }
    }

    @Test("An address in use is an error")
    func addressInUse() async throws {
        try await withServer { http, _ in
            let second = WebhookServer(
                gateway: gateway,
                address: ListenAddress(host: "127.0.0.1", port: http.port),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                logger: logger
            )
            await #expect(throws: (any Error).self) { try await second.run() }
        }
    }
}
