import NIOCore
import NIOPosix
import NexmoVoice
import PromptCallCore
import Testing
import WireTestSupport

/// The second placing over a connection that was kept open, and that the server gives up.
@Suite("Placing over a kept connection", .serialized, .timeLimit(.minutes(2)))
struct PooledConnectionTests {
    private static let created = WireAnswer.sized(
        "201 Created",
        body: WireAnswer.created,
        whole: .placed
    ).bytes

    @Test(
        "A second request that is cut at any byte is unknown, and is not sent again",
        arguments: Cut.allCases
    )
    func secondRequestCut(cut: Cut) async throws {
        let probed = try await PlacementProbe.run { probe in
            let server = try await ByteServer { _ in [.readRequest, .finish] }
            _ = try await probe.place(at: server.url)
            try await server.stop()
            return server.connections
        }
        let length = try #require(probed.first).received.count
        try await PlacementProbe.run { probe in
            try await each(1...length) { count in
                let server = try await ByteServer { _ in
                    [.readRequest, .send(Self.created), .read(count), cut.step]
                }
                let first = try await probe.place(at: server.url)
                #expect(first.ending == .placed)
                let second = try await probe.place(at: server.url)
                try await server.stop()
                #expect(second.ending == .unknown, "cut after \(count)")
                #expect(second.sent == 1, "cut after \(count)")
                #expect(server.connections.count == 1, "cut after \(count)")
                #expect(server.requestsBegun == 2, "cut after \(count)")
            }
        }
    }

    @Test(
        "A connection that is closed as the next request comes is told apart by what was written",
        arguments: Cut.allCases
    )
    func closedIdle(cut: Cut) async throws {
        try await PlacementProbe.run { probe in
            try await each(0..<500) { _ in
                // The first connection is cut idle; another one serves on.
                let server = try await ByteServer { number in
                    number == 0
                        ? [.readRequest, .send(Self.created), cut.step]
                        : [.serve { _ in Self.created }]
                }
                let first = try await probe.place(at: server.url)
                // A reset may overtake the answer.
                #expect(first.ending == .placed || first.ending == .unknown && cut == .rst)
                let second = try await probe.place(at: server.url)
                try await server.stop()
                switch second.ending {
                case .placed, .unknown: #expect(second.sent == 1)
                case .notPlaced: #expect(second.sent == 0)
                case .refused: Issue.record("refused by nobody")
                }
                let begun = server.requestsBegun - 1
                #expect(begun <= second.sent)
                if second.ending == .placed { #expect(begun == 1) }
            }
        }
    }

    /// What a server may have sent on a connection nobody asked anything on.
    private static let uncalledFor: [[UInt8]] = [
        [], Array("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n".utf8),
        Array("HTTP/1.1 408 Request Timeout\r\nContent-Length: 9\r\n\r\n".utf8),
        Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nNo.".utf8), created,
        Array(created.prefix(40)), Array("nonsense".utf8),
    ]

    @Test(
        "What was sent before the request was written is no answer to it",
        arguments: Cut.allCases
    )
    func uncalledForAnswer(cut: Cut) async throws {
        for bytes in Self.uncalledFor {
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            try await PlacementProbe.run(group: group) { probe in
                let gate = WireGate()
                let server = try await ByteServer { _ in
                    [
                        .readRequest, .send(Self.created), .pause(gate), .send(bytes), cut.step,
                    ]
                }
                let first = try await probe.place(at: server.url)
                #expect(first.ending == .placed)
                let second = try await Self.placing(probe, at: server.url, group) {
                    gate.open()
                    try await server.wait { $0[0].stepsDone == 5 }
                }
                try await server.stop()
                // To a server that closed something was written; to one that reset, nothing.
                switch cut {
                case .fin:
                    #expect(second.sent == 1)
                case .rst:
                    #expect(second.ending == .notPlaced, "\(second.answer)")
                    #expect(second.sent == 0)
                    #expect(server.requestsBegun == 1)
                }
                #expect(server.connections.count == 1)
            }
            try await group.shutdownGracefully()
        }
    }

    @Test("What comes on an idle connection harms nothing, and the next request goes elsewhere")
    func uncalledForWhileIdle() async throws {
        let timeouts = NexmoClient.Timeouts(whole: .seconds(2))
        for bytes in Self.uncalledFor.dropFirst() {
            try await PlacementProbe.run(timeouts: timeouts) { probe in
                let server = try await ByteServer { number in
                    number == 0
                        ? [.readRequest, .send(Self.created + bytes)]
                        : [.serve { _ in Self.created }]
                }
                let first = try await probe.place(at: server.url)
                #expect(first.ending == .placed)
                let second = try await probe.place(at: server.url)
                try await server.stop()
                switch second.ending {
                case .placed: #expect(second.sent == 1)
                case .notPlaced: #expect(second.sent == 0)
                // Part of an answer, to which the server's own is then joined.
                case .unknown: #expect(second.sent == 1)
                case .refused: Issue.record("refused by nobody")
                }
                #expect(server.requestsBegun - 1 <= second.sent)
            }
        }
    }

    /// Places a call whose request is ready to be written, but is not before a body has run.
    private static func placing(
        _ probe: PlacementProbe,
        at url: String,
        _ group: any EventLoopGroup,
        before body: () async throws -> Void
    ) async throws -> PlacementProbe.Outcome {
        let hold = LoopHold()
        await hold.begin(on: group.any())
        return try await withThrowingTaskGroup(of: PlacementProbe.Outcome.self) { tasks in
            // Begun at once on this thread: it has chosen its connection when this returns.
            tasks.addImmediateTask { try await probe.place(at: url) }
            do {
                try await body()
            } catch {
                hold.end()
                throw error
            }
            hold.end()
            guard let outcome = try await tasks.next() else { throw CancellationError() }
            return outcome
        }
    }
}
