public import SwiftProtobuf

/// Sends the responses of a streaming method.
public struct TTRPCResponseWriter<Message: SwiftProtobuf.Message>: Sendable {
    private let connection: ServerConnection
    private let streamID: UInt32

    init(_ connection: ServerConnection, streamID: UInt32) {
        self.connection = connection
        self.streamID = streamID
    }

    /// Sends a message; waits while too much waits to be written to the peer.
    ///
    /// - Parameter message: The next response.
    /// - Throws: ``RPCError`` with code `unavailable` when the connection is gone, `cancelled`
    ///   when the stream has ended, `resourceExhausted` when the message fits no frame;
    ///   `CancellationError`.
    public func send(_ message: Message) async throws {
        try await self.send(encoded: TTRPCEncodedMessage(message))
    }

    /// Sends a message that was encoded before, perhaps for other streams too.
    ///
    /// - Parameter message: The next response.
    /// - Throws: As ``send(_:)``.
    public func send(encoded message: TTRPCEncodedMessage<Message>) async throws {
        try await self.connection.send(message.bytes, on: self.streamID)
    }
}
