import Glibc
import SwiftProtobuf
import TTRPC
import Testing

@Suite("Calls between client and server", .timeLimit(.minutes(1)))
struct CallTests {
    private func withEcho(
        _ body: (EchoClient, RunningEcho) async throws -> Void
    ) async throws {
        try await withEchoServer { running in
            try await withTTRPCClient(TTRPCClientConfiguration(socketPath: running.path)) {
                try await body(EchoClient($0), running)
            }
        }
    }

    @Test(
        "A unary call is answered, whether or not its handler suspends",
        arguments: ["a", "hop", ""]
    )
    func unary(text: String) async throws {
        try await self.withEcho { echo, _ in
            let reply = try await echo.say(.with { $0.text = text })
            #expect(reply.text == text)
        }
    }

    @Test("A handler begins on the event loop")
    func noHop() async throws {
        try await self.withEcho { echo, _ in
            let reply = try await echo.say(.with { $0.text = "loop" })
            #expect(reply.text == "event loop")
        }
    }

    @Test("Many tasks share one connection")
    func many() async throws {
        try await self.withEcho { echo, _ in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<500 {
                    group.addTask {
                        let text = index % 2 == 0 ? "hop" : "\(index)"
                        return try await echo.say(.with { $0.text = text }).text == text
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test("A handler's error arrives with its details")
    func refused() async throws {
        try await self.withEcho { echo, _ in
            let error = await #expect(throws: RPCError.self) {
                _ = try await echo.say(.with { $0.text = "refuse" })
            }
            #expect(error?.code == .alreadyExists)
            #expect(error?.message == "told so")
            #expect(error?.details.first?.value.elementsEqual([1, 2, 3]) == true)
        }
    }

    @Test("An error that was not made for the caller leaks nothing")
    func leaked() async throws {
        try await self.withEcho { echo, _ in
            let error = await #expect(throws: RPCError.self) {
                _ = try await echo.say(.with { $0.text = "leak" })
            }
            #expect(error == RPCError(.internal, "Internal error."))
        }
    }

    @Test("A response over 4 MiB becomes RESOURCE_EXHAUSTED, one of 1 MiB arrives")
    func sizes() async throws {
        try await self.withEcho { echo, _ in
            let error = await #expect(throws: RPCError.self) {
                _ = try await echo.say(.with { $0.text = "huge" })
            }
            #expect(error?.code == .resourceExhausted)
            let reply = try await echo.say(.with { $0.text = "large" })
            #expect(reply.text.utf8.count == 1 << 20)
            let tooLong = await #expect(throws: RPCError.self) {
                _ = try await echo.say(.with { $0.text = String(repeating: "x", count: 5 << 20) })
            }
            #expect(tooLong?.code == .resourceExhausted)
        }
    }

    @Test("Server streaming delivers in order and ends")
    func serverStreaming() async throws {
        try await self.withEcho { echo, _ in
            let count = try await echo.repeat(
                .with {
                    $0.text = "x"; $0.times = 5_000
                }
            ) { replies in
                var count = 0
                for try await reply in replies where reply.text == "x" { count += 1 }
                return count
            }
            #expect(count == 5_000)
        }
    }

    @Test("Server streaming delivers what came before an error")
    func serverStreamingFails() async throws {
        try await self.withEcho { echo, _ in
            let journal = Journal()
            let error = await #expect(throws: RPCError.self) {
                try await echo.repeat(
                    .with {
                        $0.text = "fail"; $0.times = 3
                    }
                ) { replies in
                    var count = 0
                    for try await _ in replies {
                        count += 1
                        journal.note("\(count)")
                    }
                }
            }
            #expect(error?.code == .aborted)
            #expect(journal.has("3"))
        }
    }

    @Test("Client streaming sends all, empty messages too")
    func clientStreaming() async throws {
        try await self.withEcho { echo, _ in
            let reply = try await echo.collect { requests in
                for text in ["a", "", "b"] { try await requests.send(.with { $0.text = text }) }
            }
            #expect(reply.text == "a,,b")
        }
    }

    @Test("Client streaming learns why the server ended it")
    func clientStreamingEnded() async throws {
        try await self.withEcho { echo, running in
            let error = await #expect(throws: RPCError.self) {
                _ = try await echo.collect { requests in
                    try await requests.send(.with { $0.text = "stop" })
                    try await running.journal.wait(for: "collect ended")
                    while true { try await requests.send(.with { $0.text = "more" }) }
                }
            }
            #expect(error?.code == .outOfRange)
        }
    }

    @Test("Two-way streaming answers each message as it comes")
    func twoWay() async throws {
        try await self.withEcho { echo, running in
            try await echo.chat { requests, replies in
                for text in ["a", "", "c"] {
                    try await requests.send(.with { $0.text = text })
                    #expect(try await replies.next()?.text == text)
                }
                requests.finish()
                #expect(try await replies.next() == nil)
            }
            #expect(running.journal.has("chat finished"))
        }
    }

    @Test("A scope that is left half-closes, which ends a subscription")
    func leftScope() async throws {
        try await self.withEcho { echo, running in
            try await echo.chat { requests, replies in
                try await requests.send(.with { $0.text = "a" })
                _ = try await replies.next()
            }
            try await running.journal.wait(for: "chat finished")
        }
    }

    @Test("An upload that is given up does not pass for a whole one")
    func abandonedUpload() async throws {
        try await self.withEcho { echo, running in
            await #expect(throws: EchoServer.Secret.self) {
                _ = try await echo.collect { requests in
                    try await requests.send(.with { $0.text = "a" })
                    throw EchoServer.Secret()
                }
            }
            try await running.journal.wait(for: "collect ended")
            #expect(try await echo.say(.with { $0.text = "after" }).text == "after")
        }
    }

    @Test("A server stream that is given up has its handler cancelled and does not hold up others")
    func abandonedServerStream() async throws {
        try await self.withEcho { echo, running in
            try await echo.repeat(
                .with {
                    $0.text = "x"; $0.times = .max
                }
            ) { replies in
                _ = try await replies.next()
            }
            try await running.journal.wait(for: "repeat ended")
            #expect(try await echo.say(.with { $0.text = "after" }).text == "after")
        }
    }

    @Test("A deadline ends the call on both sides")
    func deadline() async throws {
        try await self.withEcho { echo, running in
            // Connecting is not to use up the time.
            _ = try await echo.say(.with { $0.text = "a" })
            let options = TTRPCCallOptions(timeout: .milliseconds(200))
            let error = await #expect(throws: RPCError.self) {
                _ = try await echo.say(.with { $0.text = "wait" }, options: options)
            }
            #expect(error?.code == .deadlineExceeded)
            try await running.journal.wait(for: "cancelled")
            let past = TTRPCCallOptions(timeout: .zero)
            let atOnce = await #expect(throws: RPCError.self) {
                _ = try await echo.say(.with { $0.text = "a" }, options: past)
            }
            #expect(atOnce?.code == .deadlineExceeded)
            let long = TTRPCCallOptions(timeout: .seconds(60))
            #expect(try await echo.say(.with { $0.text = "deadline" }, options: long).text == "set")
            #expect(try await echo.say(.with { $0.text = "deadline" }).text == "none")
        }
    }

    @Test("A cancelled task frees its call, and the late answer disturbs nobody")
    func cancelled() async throws {
        try await self.withEcho { echo, running in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await echo.say(.with { $0.text = "hold" }) }
                try await running.journal.wait(for: "holding")
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            running.journal.note("release")
            #expect(try await echo.say(.with { $0.text = "after" }).text == "after")
        }
    }

    @Test("Metadata keys are case-insensitive; the peer is known by its socket")
    func context() async throws {
        try await self.withEcho { echo, _ in
            let options = TTRPCCallOptions(metadata: ["traceparent": "00-1"])
            let trace = try await echo.say(.with { $0.text = "metadata" }, options: options)
            #expect(trace.text == "00-1")
            let peer = try await echo.say(.with { $0.text = "peer" })
            #expect(peer.text == "\(getuid()) \(getpid())")
        }
    }

    @Test("What is in flight when the server goes is UNAVAILABLE; the next call reconnects")
    func reconnect() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/s"
            try await withTTRPCClient(TTRPCClientConfiguration(socketPath: path)) { client in
                let echo = EchoClient(client)
                for _ in 0..<2 {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        try await withEchoServer({ $0.address = .path(path) }) { running in
                            #expect(try await echo.say(.with { $0.text = "a" }).text == "a")
                            group.addTask { _ = try await echo.say(.with { $0.text = "wait" }) }
                            try await running.journal.wait(for: "waiting")
                        }
                        let error = await #expect(throws: RPCError.self) { try await group.next() }
                        #expect(error?.code == .unavailable)
                    }
                }
                let error = await #expect(throws: TTRPCError.self) {
                    _ = try await echo.say(.with { $0.text = "a" })
                }
                #expect(error?.code == .notListening)
                #expect(error?.message.contains(path) == true)
            }
        }
    }
}
