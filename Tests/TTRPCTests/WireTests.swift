import NIOCore
import SwiftProtobuf
import TTRPC
import Testing

@Suite("The wire under odd and hostile clients", .timeLimit(.minutes(1)))
struct WireTests {
    private func withRaw(
        _ configure: (inout TTRPCServerConfiguration) -> Void = { _ in },
        _ body: (RawConnection, RunningEcho) async throws -> Void
    ) async throws {
        try await withEchoServer(configure) { running in
            try await RawConnection.with(running.path) { try await body($0, running) }
        }
    }

    /// The connection still answers.
    private func expectAlive(_ raw: RawConnection, _ id: UInt32) async throws {
        try await raw.request(id, "Say", "alive")
        let frame = try await raw.next()
        #expect(frame?.streamID == id)
        #expect(frame?.text == "alive")
    }

    @Test("Even ids are refused and the connection lives on", arguments: [0, 2, 100] as [UInt32])
    func evenID(id: UInt32) async throws {
        try await self.withRaw { raw, _ in
            try await raw.request(id, "Say", "a")
            let frame = try await raw.next()
            #expect(frame?.streamID == id)
            #expect(frame?.code == .invalidArgument)
            try await self.expectAlive(raw, 1)
        }
    }

    @Test("Reused and lower ids are refused; a refused request has used its id")
    func usedID() async throws {
        try await self.withRaw { raw, _ in
            try await raw.request(5, "Nope")
            #expect(try await raw.next()?.code == .unimplemented)
            for id in [5, 3, 1] as [UInt32] {
                try await raw.request(id, "Say", "a")
                let frame = try await raw.next()
                #expect(frame?.streamID == id)
                #expect(frame?.code == .invalidArgument)
            }
            try await self.expectAlive(raw, 7)
        }
    }

    @Test("Reuse of a live id ends that stream, cancels its handler and spares others")
    func reusedLiveID() async throws {
        try await self.withRaw { raw, running in
            try await raw.request(1, "Chat", flags: .remoteOpen)
            try await raw.request(3, "Say", "wait")
            try await running.journal.wait(for: "waiting")
            try await raw.request(3, "Say", "again")
            #expect(try await raw.next()?.code == .invalidArgument)
            try await running.journal.wait(for: "cancelled")
            try await raw.message(1, "a")
            #expect(try await raw.next()?.text == "a")
        }
    }

    @Test("An unknown service or method is UNIMPLEMENTED")
    func unknownMethod() async throws {
        try await self.withRaw { raw, _ in
            try await raw.request(1, "Nope", "a")
            #expect(try await raw.next()?.code == .unimplemented)
            let request = Ttrpc_Request.with {
                $0.service = "no.Such"
                $0.method = "Say"
            }
            try await raw.send(1, 3, data: request.serializedBytes())
            #expect(try await raw.next()?.code == .unimplemented)
            // Names that are not UTF-8 do not parse.
            try await raw.send(1, 5, data: [0x0A, 1, 0xFF, 0x12, 1, 0x41])
            #expect(try await raw.next()?.code == .invalidArgument)
        }
    }

    @Test("A payload or envelope that does not parse is INVALID_ARGUMENT")
    func malformed() async throws {
        try await self.withRaw { raw, _ in
            let request = Ttrpc_Request.with {
                $0.service = "ttrpc.test.Echo"
                $0.method = "Say"
                $0.payload.append(contentsOf: [0xFF, 0xFF, 0xFF])
            }
            try await raw.send(1, 1, data: request.serializedBytes())
            #expect(try await raw.next()?.code == .invalidArgument)
            try await raw.send(1, 3, data: [0x0A, 0xFF])
            #expect(try await raw.next()?.code == .invalidArgument)
            try await raw.request(5, "Chat", flags: .remoteOpen)
            try await raw.send(3, 5, data: [0xFF])
            #expect(try await raw.next()?.code == .invalidArgument)
            try await self.expectAlive(raw, 7)
        }
    }

    @Test("More metadata than the bound is refused")
    func metadataBound() async throws {
        try await self.withRaw { raw, _ in
            var request = Ttrpc_Request()
            request.service = "ttrpc.test.Echo"
            request.method = "Say"
            request.metadata = Array(
                repeating: Ttrpc_KeyValue(),
                count: TTRPCMetadata.entriesMax + 1
            )
            try await raw.send(1, 1, data: request.serializedBytes())
            #expect(try await raw.next()?.code == .resourceExhausted)
        }
    }

    @Test("An oversize frame is skipped, its stream answered RESOURCE_EXHAUSTED")
    func oversize() async throws {
        try await self.withRaw { raw, running in
            let tooLong = [UInt8](repeating: 0, count: FrameHeader.dataBytesMax + 1)
            try await raw.send(1, 1, data: tooLong)
            let frame = try await raw.next()
            #expect(frame?.streamID == 1)
            #expect(frame?.code == .resourceExhausted)
            try await self.expectAlive(raw, 3)
            try await raw.request(5, "Collect", "park", flags: .remoteOpen)
            try await running.journal.wait(for: "parked")
            try await raw.send(3, 5, data: tooLong)
            #expect(try await raw.next()?.code == .resourceExhausted)
            try await running.journal.wait(for: "cancelled")
            // Skipped without an answer: nobody knows what stream it would belong to.
            try await raw.send(9, 7, data: tooLong)
            try await self.expectAlive(raw, 9)
        }
    }

    @Test("A length of 16 MiB closes the connection")
    func notTTRPC() async throws {
        try await self.withRaw { raw, _ in
            try await raw.write(ByteBuffer(bytes: [1, 0, 0, 0, 0, 0, 0, 1, 1, 0]))
            #expect(try await raw.next() == nil)
        }
    }

    @Test(
        "Unknown frame types, and responses, are skipped",
        arguments: [0, 2, 4, 9, 255] as [UInt8]
    )
    func unknownType(type: UInt8) async throws {
        try await self.withRaw { raw, _ in
            try await raw.send(type, 1, data: [1, 2, 3])
            try await self.expectAlive(raw, 1)
        }
    }

    @Test("Data for a stream that is not open is INVALID_ARGUMENT; a late half-close is ignored")
    func dataNotOpen() async throws {
        try await self.withRaw { raw, _ in
            try await raw.send(3, 9, data: [1])
            let frame = try await raw.next()
            #expect(frame?.streamID == 9)
            #expect(frame?.code == .invalidArgument)
            try await self.expectAlive(raw, 1)
            try await raw.send(3, 1, data: [1])
            #expect(try await raw.next()?.code == .invalidArgument)
            try await raw.send(3, 1, [.remoteClosed, .noData])
            try await self.expectAlive(raw, 3)
        }
    }

    @Test(
        "A streaming method called with flags 0 is INVALID_ARGUMENT",
        arguments: ["Repeat", "Collect", "Chat"]
    )
    func flagsMissing(method: String) async throws {
        try await self.withRaw { raw, _ in
            try await raw.request(1, method, "a", times: 1)
            #expect(try await raw.next()?.code == .invalidArgument)
            try await self.expectAlive(raw, 3)
        }
    }

    @Test("Data for a unary call ends it and cancels its handler")
    func dataForUnary() async throws {
        try await self.withRaw { raw, running in
            try await raw.request(1, "Say", "wait")
            try await running.journal.wait(for: "waiting")
            try await raw.message(1, "more")
            #expect(try await raw.next()?.code == .invalidArgument)
            try await running.journal.wait(for: "cancelled")
            try await self.expectAlive(raw, 3)
        }
    }

    @Test("A server stream is data frames, then remote closed without data")
    func serverStream() async throws {
        try await self.withRaw { raw, _ in
            try await raw.request(1, "Repeat", "x", times: 2, flags: .remoteClosed)
            for _ in 0..<2 {
                let frame = try await raw.next()
                #expect(frame?.type == .data)
                #expect(frame?.flags == [])
                #expect(frame?.text == "x")
            }
            let last = try await raw.next()
            #expect(last?.type == .data)
            #expect(last?.flags == [.remoteClosed, .noData])
            #expect(last?.data.readableBytes == 0)
        }
    }

    @Test("A first message in the request counts, an empty data frame is an empty message")
    func firstMessage() async throws {
        try await self.withRaw { raw, _ in
            try await raw.request(1, "Chat", "first", flags: .remoteOpen)
            #expect(try await raw.next()?.text == "first")
            try await raw.send(3, 1)
            let empty = try await raw.next()
            #expect(empty?.type == .data)
            #expect(empty?.text == "")
            try await raw.send(3, 1, [.noData])
            try await raw.message(1, "last", flags: .remoteClosed)
            #expect(try await raw.next()?.text == "last")
            #expect(try await raw.next()?.flags == [.remoteClosed, .noData])
            try await raw.request(3, "Collect", flags: .remoteOpen)
            try await raw.message(3, "a")
            try await raw.send(3, 3)
            try await raw.send(3, 3, [.remoteClosed, .noData])
            let response = try await raw.next()
            #expect(response?.type == .response)
            #expect(response?.text == "a,")
        }
    }

    @Test("One stream more than the bound is RESOURCE_EXHAUSTED until another ends")
    func streamsBound() async throws {
        try await self.withRaw({ $0.streamsPerConnectionMax = 2 }) { raw, _ in
            try await raw.request(1, "Chat", flags: .remoteOpen)
            try await raw.request(3, "Chat", flags: .remoteOpen)
            try await raw.request(5, "Say", "a")
            #expect(try await raw.next()?.code == .resourceExhausted)
            try await raw.send(3, 1, [.remoteClosed, .noData])
            #expect(try await raw.next()?.streamID == 1)
            try await self.expectAlive(raw, 7)
        }
    }

    @Test("One connection more than the bound is closed")
    func connectionsBound() async throws {
        try await self.withRaw({ $0.connectionsMax = 1 }) { raw, running in
            try await self.expectAlive(raw, 1)
            try await RawConnection.with(running.path) { second in
                let frame = try await second.next()
                #expect(frame == nil)
            }
            try await self.expectAlive(raw, 3)
        }
    }

    @Test("The 257th unread frame ends its stream; neighbours do not notice")
    func unreadBound() async throws {
        try await self.withRaw { raw, running in
            try await raw.request(1, "Chat", flags: .remoteOpen)
            try await raw.request(3, "Collect", "park", flags: .remoteOpen)
            try await running.journal.wait(for: "parked")
            for _ in 0..<256 { try await raw.message(3, "x") }
            try await raw.message(1, "neighbour")
            #expect(try await raw.next()?.text == "neighbour")
            try await raw.message(3, "x")
            let frame = try await raw.next()
            #expect(frame?.streamID == 3)
            #expect(frame?.code == .resourceExhausted)
            try await running.journal.wait(for: "cancelled")
            try await raw.message(1, "still here")
            #expect(try await raw.next()?.text == "still here")
        }
    }

    @Test("A deadline that passed is DEADLINE_EXCEEDED at once", arguments: [-1, Int64.min])
    func pastDeadline(timeout: Int64) async throws {
        try await self.withRaw { raw, running in
            try await raw.request(1, "Say", "wait", timeoutNanoseconds: timeout)
            #expect(try await raw.next()?.code == .deadlineExceeded)
            #expect(!running.journal.has("waiting"))
            try await raw.request(3, "Say", "deadline", timeoutNanoseconds: .max)
            #expect(try await raw.next()?.text == "set")
        }
    }

    @Test("Deadlines that pass cancel their handlers, a later request's shorter one too")
    func passingDeadline() async throws {
        try await self.withRaw { raw, running in
            try await raw.request(1, "Say", "wait", timeoutNanoseconds: 60_000_000)
            try await raw.request(3, "Say", "wait", timeoutNanoseconds: 20_000_000)
            var ended: Set<UInt32?> = []
            for _ in 0..<2 {
                let frame = try await raw.next()
                #expect(frame?.code == .deadlineExceeded)
                ended.insert(frame?.streamID)
            }
            #expect(ended == [1, 3])
            try await running.journal.wait(for: "cancelled")
        }
    }

    @Test("Handlers are cancelled when their connection closes")
    func connectionClosed() async throws {
        try await withEchoServer { running in
            try await RawConnection.with(running.path) { raw in
                try await raw.request(1, "Say", "wait")
                try await raw.request(3, "Chat", flags: .remoteOpen)
                try await running.journal.wait(for: "waiting")
            }
            try await running.journal.wait(for: "cancelled")
            try await running.journal.wait(for: "chat ended")
        }
    }

    @Test("Frames may come byte by byte")
    func byteByByte() async throws {
        try await self.withRaw { raw, _ in
            let frame = try RawConnection.frame(1, 1, data: RawConnection.envelope("Say", "slow"))
            for byte in frame.readableBytesView { try await raw.write(ByteBuffer(bytes: [byte])) }
            #expect(try await raw.next()?.text == "slow")
        }
    }

    @Test("Hundreds of connections that hold half a frame hold up nobody")
    func halfFrames() async throws {
        try await self.withRaw { raw, running in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let path = running.path
                let journal = running.journal
                for index in 0..<300 {
                    group.addTask {
                        try await RawConnection.with(path) { half in
                            let header: [UInt8] = [0, 0, 0, 100, 0, 0, 0, 1, 1]
                            let part = header.prefix(index % header.count + 1)
                            try await half.write(ByteBuffer(bytes: part))
                            journal.note("half \(index)")
                            try await journal.wait(for: "whole")
                        }
                    }
                }
                for index in 0..<300 { try await journal.wait(for: "half \(index)") }
                try await self.expectAlive(raw, 1)
                journal.note("whole")
                try await group.waitForAll()
            }
        }
    }

    @Test("Random bytes end at most their own connection")
    func randomBytes() async throws {
        try await self.withRaw { raw, running in
            var random = SplitMix64(seed: 7)
            for _ in 0..<100 {
                let count = Int.random(in: 10...4_000, using: &random)
                let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
                try await RawConnection.with(running.path) { garbage in
                    // The server may have closed the connection before all was written.
                    try? await garbage.write(ByteBuffer(bytes: bytes))
                }
            }
            try await self.expectAlive(raw, 1)
        }
    }

    @Test("A peer that never reads is neither read from nor fed, then cut; others are served")
    func neverReads() async throws {
        try await self.withRaw({ $0.stallTimeout = .milliseconds(200) }) { raw, running in
            try await RawConnection.with(running.path) { dead in
                let request = try RawConnection.frame(
                    1,
                    1,
                    .remoteClosed,
                    data: RawConnection.envelope(
                        "Repeat",
                        String(repeating: "x", count: 1 << 16),
                        times: .max
                    )
                )
                try await dead.write(request)
                try await running.journal.wait(for: "repeat ended")
                // The bound, what the channel and the socket hold, and what the peer's side took.
                #expect(!running.journal.has("sent 200"))
            }
            try await self.expectAlive(raw, 1)
        }
    }

    @Test("A flood whose answers are not read is throttled")
    func flood() async throws {
        try await self.withRaw({ $0.stallTimeout = .milliseconds(200) }) { raw, running in
            try await RawConnection.with(running.path) { dead in
                let data = try RawConnection.envelope("Say", "large")
                var sent = 0
                do {
                    for index in 0..<100_000 as Range<UInt32> {
                        try await dead.write(RawConnection.frame(1, index * 2 + 1, data: data))
                        sent += 1
                    }
                } catch {}
                #expect(sent < 100_000)
            }
            try await self.expectAlive(raw, 1)
        }
    }
}
