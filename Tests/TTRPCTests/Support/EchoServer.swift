import Foundation
import NIOPosix
import SwiftProtobuf
import TTRPC

/// Echoes, waits or fails, as the text asks.
struct EchoServer: EchoService {
    /// What handlers report to the test.
    let journal = Journal()

    func say(_ request: Ttrpc_Test_EchoRequest, context: TTRPCContext) async throws
        -> Ttrpc_Test_EchoReply
    {
        switch request.text {
        case "wait":
            self.journal.note("waiting")
            try await self.untilCancelled()
        case "hold":
            self.journal.note("holding")
            try await self.journal.wait(for: "release")
        case "refuse":
            var detail = Google_Protobuf_Any()
            detail.typeURL = "type.googleapis.com/test"
            detail.value = Data([1, 2, 3])
            throw RPCError(.alreadyExists, "told so", details: [detail])
        case "leak":
            throw Secret()
        case "huge":
            return .with { $0.text = String(repeating: "x", count: 5 << 20) }
        case "large":
            return .with { $0.text = String(repeating: "x", count: 1 << 20) }
        case "loop":
            let isOnLoop = MultiThreadedEventLoopGroup.currentEventLoop != nil
            return .with { $0.text = isOnLoop ? "event loop" : "elsewhere" }
        case "hop":
            await Task.yield()
        case "peer":
            return .with { $0.text = "\(context.peer.userID) \(context.peer.processID)" }
        case "metadata":
            return .with { $0.text = context.metadata["TraceParent"] ?? "none" }
        case "deadline":
            return .with { $0.text = context.deadline == nil ? "none" : "set" }
        default: break
        }
        return .with { $0.text = request.text }
    }

    func `repeat`(
        _ request: Ttrpc_Test_EchoRequest,
        responses: TTRPCResponseWriter<Ttrpc_Test_EchoReply>,
        context: TTRPCContext
    ) async throws {
        let reply = try TTRPCEncodedMessage(Ttrpc_Test_EchoReply.with { $0.text = request.text })
        do {
            for index in 0..<request.times {
                try await responses.send(encoded: reply)
                self.journal.note("sent \(index + 1)")
            }
        } catch {
            self.journal.note("repeat ended")
            throw error
        }
        if request.text == "fail" { throw RPCError(.aborted, "stopped") }
    }

    func collect(
        _ requests: TTRPCMessages<Ttrpc_Test_EchoRequest>,
        context: TTRPCContext
    ) async throws -> Ttrpc_Test_EchoReply {
        var texts: [String] = []
        do {
            for try await request in requests {
                if request.text == "stop" { throw RPCError(.outOfRange, "enough") }
                if request.text == "park" {
                    self.journal.note("parked")
                    try await self.untilCancelled()
                }
                texts.append(request.text)
            }
        } catch {
            self.journal.note("collect ended")
            throw error
        }
        return .with { $0.text = texts.joined(separator: ",") }
    }

    func chat(
        _ requests: TTRPCMessages<Ttrpc_Test_EchoRequest>,
        responses: TTRPCResponseWriter<Ttrpc_Test_EchoReply>,
        context: TTRPCContext
    ) async throws {
        do {
            for try await request in requests {
                try await responses.send(.with { $0.text = request.text })
            }
        } catch {
            self.journal.note("chat ended")
            throw error
        }
        self.journal.note("chat finished")
    }

    /// Returns by throwing, when the task is cancelled.
    private func untilCancelled() async throws {
        do {
            try await self.journal.wait(for: "never")
        } catch {
            self.journal.note("cancelled")
            throw error
        }
    }

    struct Secret: Error, CustomStringConvertible {
        var description: String { "do not tell" }
    }
}
