import NIOCore
import NIOPosix
import NexmoVoice
import PromptCallCore
import Testing
import WireTestSupport

/// A placing over real connections that are cut at every byte: it is taken as surely not placed,
/// refused or unknown by how far it got, and is never sent a second time.
@Suite("Placing over cut connections", .serialized, .timeLimit(.minutes(2)))
struct PlacementCutTests {
    typealias Ending = PlacementProbe.Ending

    /// Places one call with a server that does so with each connection.
    private func place(
        _ probe: PlacementProbe,
        scheme: String = "http",
        _ steps: [WireStep],
        sent: @escaping @Sendable () -> Void = {}
    ) async throws -> (outcome: PlacementProbe.Outcome, server: ByteServer) {
        let server = try await ByteServer { _ in steps }
        let outcome = try await probe.place(
            at: "\(scheme)://127.0.0.1:\(server.port)",
            sent: sent
        )
        try await server.stop()
        return (outcome, server)
    }

    /// How long the request is, which is the same for all ports of five digits.
    private func requestLength(_ probe: PlacementProbe) async throws -> Int {
        let (outcome, server) = try await self.place(probe, [.readRequest, .finish])
        #expect(outcome.ending == .unknown)
        return try #require(server.connections.first).received.count
    }

    // MARK: Before the request

    @Test(
        "Whoever closes at once is told apart by whether anything was written",
        arguments: Cut.allCases
    )
    func closedAtOnce(cut: Cut) async throws {
        try await PlacementProbe.run { probe in
            try await each(0..<200) { _ in
                let (outcome, server) = try await self.place(probe, [cut.step])
                #expect(outcome.ending == (outcome.sent == 0 ? .notPlaced : .unknown))
                #expect(server.connections.count == 1)
            }
        }
    }

    @Test("No connection means surely not placed")
    func refusedConnection() async throws {
        try await PlacementProbe.run { probe in
            let server = try await ByteServer { _ in [] }
            try await server.stop()
            let outcome = try await probe.place(at: server.url)
            #expect(outcome.ending == .notPlaced)
            #expect(outcome.sent == 0)
        }
    }

    @Test("A connection that does not come about in time means surely not placed")
    func slowConnection() async throws {
        let timeouts = NexmoClient.Timeouts(connect: .milliseconds(200))
        try await PlacementProbe.run(timeouts: timeouts) { probe in
            // Nobody accepts, and the kernel's own queue is full.
            let group = MultiThreadedEventLoopGroup.singleton
            let full = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 0)
                .serverChannelOption(.autoRead, value: false)
                .bind(host: "127.0.0.1", port: 0).get()
            let port = try #require(full.localAddress?.port)
            let first = try await ClientBootstrap(group: group)
                .connect(host: "127.0.0.1", port: port).get()
            let outcome = try await probe.place(at: "http://127.0.0.1:\(port)")
            #expect(outcome.ending == .notPlaced)
            #expect(outcome.sent == 0)
            try await first.close()
            try await full.close()
        }
    }

    @Test("TLS that breaks off at any byte means surely not placed", arguments: Cut.allCases)
    func handshakeCut(cut: Cut) async throws {
        let timeouts = NexmoClient.Timeouts(connect: .seconds(2))
        try await PlacementProbe.run(timeouts: timeouts) { probe in
            let (_, silent) = try await self.place(
                probe,
                scheme: "https",
                [.read(1), .pause(WireGate())]
            )
            #expect(silent.connections.count == 1)
            let alert: [UInt8] = [21, 3, 3, 0, 2, 2, 40]
            let read = (0...200).map { [WireStep.read($0), cut.step] }
            let sent = (1...alert.count).map { count in
                [WireStep.read(50), .send(Array(alert.prefix(count))), cut.step]
            }
            let garbage = [[WireStep.read(50), .send(Array("HTTP/1.1 201 Created\r\n".utf8))]]
            try await each(read + sent + garbage) { steps in
                let (outcome, server) = try await self.place(probe, scheme: "https", steps)
                #expect(outcome.ending == .notPlaced)
                #expect(outcome.sent == 0)
                #expect(server.connections.count == 1)
            }
        }
    }

    @Test("A placing for which no connection was free in time means surely not placed")
    func noFreeConnection() async throws {
        let moreThanConnections = 72
        let timeouts = NexmoClient.Timeouts(whole: .seconds(2))
        try await PlacementProbe.run(timeouts: timeouts) { probe in
            let server = try await ByteServer { _ in [.readRequest] }
            let outcomes = try await withThrowingTaskGroup(of: PlacementProbe.Outcome.self) {
                group in
                for _ in 0..<moreThanConnections {
                    group.addTask { try await probe.place(at: server.url) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try await server.stop()
            for outcome in outcomes {
                #expect(outcome.ending == (outcome.sent == 0 ? .notPlaced : .unknown))
            }
            let sent = outcomes.count { $0.sent == 1 }
            #expect(server.requestsBegun <= sent)
        }
    }

    // MARK: Within the request

    @Test(
        "A request that is cut at any byte is unknown, and is not sent again",
        arguments: Cut.allCases
    )
    func requestCut(cut: Cut) async throws {
        try await PlacementProbe.run { probe in
            let length = try await self.requestLength(probe)
            try await each(0...length) { count in
                // Before the first byte is read, it is known that it was written.
                let gate = WireGate()
                let start: WireStep = count == 0 ? .pause(gate) : .read(count)
                let (outcome, server) = try await self.place(probe, [start, cut.step]) {
                    gate.open()
                }
                #expect(outcome.ending == .unknown, "cut after \(count)")
                #expect(outcome.sent == 1, "cut after \(count)")
                #expect(server.connections.count == 1, "cut after \(count)")
                #expect(server.requestsBegun <= 1, "cut after \(count)")
                let seen = try #require(server.connections.first)
                #expect(seen.received.count - seen.receivedAfterCut == count)
                #expect(seen.requests.count == (count == length ? 1 : 0))
            }
        }
    }

    // MARK: Within the answer

    @Test(
        "An answer that is cut at any byte is taken for what its bytes say",
        arguments: WireAnswer.all,
        Cut.allCases
    )
    func answerCut(answer: WireAnswer, cut: Cut) async throws {
        let bytes = answer.bytes
        try await PlacementProbe.run { probe in
            try await each(0...bytes.count) { count in
                let sent = Array(bytes.prefix(count))
                let (outcome, server) = try await self.place(
                    probe,
                    [.readRequest, .send(sent), cut.step]
                )
                let endings = answer.endings(after: count, reset: cut == .rst)
                #expect(endings.contains(outcome.ending), "cut after \(count)")
                #expect(outcome.sent == 1, "cut after \(count)")
                #expect(server.connections.count == 1, "cut after \(count)")
                #expect(server.requestsBegun == 1, "cut after \(count)")
            }
        }
    }

    @Test(
        "An answer that comes byte by byte is taken as one that comes at once",
        arguments: WireAnswer.all
    )
    func byteByByte(answer: WireAnswer) async throws {
        try await PlacementProbe.run { probe in
            let (outcome, server) = try await self.place(
                probe,
                [.readRequest, .sendSingly(answer.bytes), .finish]
            )
            #expect(outcome.ending == answer.whole)
            #expect(outcome.sent == 1)
            #expect(server.requestsBegun == 1)
        }
    }

    @Test(
        "An answer that comes before the request was read is an answer",
        arguments: WireAnswer.all
    )
    func earlyAnswer(answer: WireAnswer) async throws {
        try await PlacementProbe.run { probe in
            let (outcome, server) = try await self.place(
                probe,
                [.read(40), .send(answer.bytes), .finish]
            )
            #expect(outcome.ending == answer.whole)
            #expect(outcome.sent == 1)
            #expect(server.connections.count == 1)
        }
    }

    /// What no placing can be read from.
    private static let garbage: [String] = [
        "\0\0\0\0", "\r\n\r\n", "nonsense\r\n\r\n", "201", "HTTP/1.1\r\n\r\n",
        "HTTP/9.9 201 Created\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 2O1 Created\r\n\r\n",
        "ICY 201 Created\r\n\r\n\(WireAnswer.created)",
        "HTTP/1.1 201 Created\r\nContent-Length: -1\r\n\r\n\(WireAnswer.created)",
        "HTTP/1.1 201 Created\r\nContent-Length: x\r\n\r\n\(WireAnswer.created)",
        "HTTP/1.1 201 Created\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n{}     {}",
        "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 201 Created\r\n" + String(repeating: "X-Long: 0123456789\r\n", count: 8000),
        "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n<html></html", "HTTP/1.1 204 OK\r\n\r\n",
        "HTTP/1.1 201 Created\r\nContent-Length: 11\r\n\r\n{\"uuid\":\"\"}",
        "HTTP/1.1 201 Created\r\nContent-Length: 13\r\n\r\n{\"uuid\":null}",
        "HTTP/1.1 201 Created\r\nContent-Length: 18\r\n\r\n{\"status\":\"started\"",
        "HTTP/1.1 201 Created\r\nContent-Length: 20\r\n\r\n{\"status\":\"started\"}",
        "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n",
        // Longer than any answer about one call.
        "HTTP/1.1 201 Created\r\nContent-Length: 70000\r\n\r\n"
            + String(repeating: " ", count: 70_000 - WireAnswer.created.utf8.count)
            + WireAnswer.created,
        "HTTP/1.1 201 Created\r\n\r\n" + String(repeating: " ", count: 70_000)
            + WireAnswer.created,
    ]

    @Test("Nonsense in place of an answer is unknown")
    func nonsense() async throws {
        try await PlacementProbe.run { probe in
            let steps = Self.garbage.flatMap { text in
                Cut.allCases.map { [WireStep.readRequest, .send(Array(text.utf8)), $0.step] }
            }
            try await each(steps.enumerated().map(\.self)) { index, steps in
                let (outcome, server) = try await self.place(probe, steps)
                #expect(outcome.ending == .unknown, "\(index / 2): \(outcome.answer)")
                #expect(outcome.sent == 1)
                #expect(server.requestsBegun == 1)
            }
        }
    }

    @Test("A server that falls silent at any point after the head is unknown")
    func silence() async throws {
        let timeouts = NexmoClient.Timeouts(whole: .seconds(2))
        let answer = WireAnswer.sized("201 Created", body: WireAnswer.created, whole: .placed)
        try await PlacementProbe.run(timeouts: timeouts) { probe in
            let sent = stride(from: 0, to: answer.bytes.count, by: 9).map { count in
                [WireStep.readRequest, .send(Array(answer.bytes.prefix(count)))]
            }
            try await each([[], [.read(100)]] + sent) { steps in
                let (outcome, server) = try await self.place(probe, steps)
                #expect(outcome.ending == .unknown)
                #expect(outcome.sent == 1)
                #expect(server.connections.count == 1)
            }
        }
    }

    @Test("A refusal whose body does not come in time refuses all the same")
    func silentRefusal() async throws {
        let timeouts = NexmoClient.Timeouts(whole: .seconds(2))
        try await PlacementProbe.run(timeouts: timeouts) { probe in
            try await each(WireAnswer.all) { answer in
                let head = Array(answer.head.utf8)
                let (outcome, _) = try await self.place(probe, [.readRequest, .send(head)])
                let whole = answer.body.isEmpty ? answer.whole : answer.cutInBody
                #expect(outcome.ending == whole)
                #expect(outcome.sent == 1)
            }
        }
    }
}
