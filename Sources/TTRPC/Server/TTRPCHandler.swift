import NIOCore
public import SwiftProtobuf

/// A method and what answers it; made by generated code.
public struct TTRPCHandler: Sendable {
    typealias Unary = @Sendable (ByteBuffer, TTRPCContext) async throws -> [UInt8]
    typealias Streaming = @Sendable (Stream, TTRPCContext) async throws -> [UInt8]?

    /// What a streaming handler is given.
    struct Stream: Sendable {
        let connection: ServerConnection
        let id: UInt32
        let inbound: InboundBuffer
    }

    enum Body: Sendable {
        case unary(Unary)
        /// Returns the response of a client stream, nothing where the server streams.
        case streaming(Streaming)
    }

    let method: TTRPCMethod
    let body: Body

    /// Answers one request with one response.
    public static func unary<Request: Message, Response: Message>(
        _ method: TTRPCMethod,
        _ body: @escaping @Sendable (Request, TTRPCContext) async throws -> Response
    ) -> TTRPCHandler {
        TTRPCHandler(
            method: method,
            body: .unary { payload, context in
                let request: Request = try Self.parse(payload)
                return try await Self.encode(body(request, context))
            }
        )
    }

    /// Answers one request with many responses.
    public static func serverStreaming<Request: Message, Response: Message>(
        _ method: TTRPCMethod,
        _ body:
            @escaping @Sendable (
                Request, TTRPCResponseWriter<Response>, TTRPCContext
            ) async throws -> Void
    ) -> TTRPCHandler {
        TTRPCHandler(
            method: method,
            body: .streaming { stream, context in
                let request: Request = try Self.parse(await stream.inbound.next() ?? ByteBuffer())
                try await body(
                    request,
                    TTRPCResponseWriter(stream.connection, streamID: stream.id),
                    context
                )
                return nil
            }
        )
    }

    /// Answers many requests with one response.
    public static func clientStreaming<Request: Message, Response: Message>(
        _ method: TTRPCMethod,
        _ body:
            @escaping @Sendable (TTRPCMessages<Request>, TTRPCContext) async throws -> Response
    ) -> TTRPCHandler {
        TTRPCHandler(
            method: method,
            body: .streaming { stream, context in
                try await Self.encode(
                    body(
                        TTRPCMessages(stream.inbound, parseErrorCode: .invalidArgument),
                        context
                    )
                )
            }
        )
    }

    /// Answers many requests with many responses.
    public static func bidirectionalStreaming<Request: Message, Response: Message>(
        _ method: TTRPCMethod,
        _ body:
            @escaping @Sendable (
                TTRPCMessages<Request>, TTRPCResponseWriter<Response>, TTRPCContext
            ) async throws -> Void
    ) -> TTRPCHandler {
        TTRPCHandler(
            method: method,
            body: .streaming { stream, context in
                try await body(
                    TTRPCMessages(stream.inbound, parseErrorCode: .invalidArgument),
                    TTRPCResponseWriter(stream.connection, streamID: stream.id),
                    context
                )
                return nil
            }
        )
    }

    private static func parse<Request: Message>(_ payload: ByteBuffer) throws -> Request {
        do {
            return try Request(parsing: payload)
        } catch {
            throw RPCError(.invalidArgument, "The request does not parse.")
        }
    }

    private static func encode(_ response: some Message) throws -> [UInt8] {
        try response.serializedBytes()
    }
}
