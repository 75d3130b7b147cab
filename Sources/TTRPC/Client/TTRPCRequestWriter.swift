public import SwiftProtobuf

/// Sends the requests of a method whose client streams.
public struct TTRPCRequestWriter<Message: SwiftProtobuf.Message>: Sendable {
    private let connection: ClientConnection
    private let streamID: UInt32

    init(_ connection: ClientConnection, streamID: UInt32) {
        self.connection = connection
        self.streamID = streamID
    }

    /// Sends a message; waits while too much waits to be written to the server.
    ///
    /// - Parameter message: The next request.
    /// - Throws: ``RPCError`` with code `unavailable` when the connection is gone, `cancelled`
    ///   when the stream is over or was finished, `resourceExhausted` when the message fits no
    ///   frame; `CancellationError`.
    public func send(_ message: Message) async throws {
        try await self.send(encoded: TTRPCEncodedMessage(message))
    }

    /// Sends a message that was encoded before.
    ///
    /// - Parameter message: The next request.
    /// - Throws: As ``send(_:)``.
    public func send(encoded message: TTRPCEncodedMessage<Message>) async throws {
        try await self.connection.send(message.bytes, on: self.streamID)
    }

    /// Says that nothing more is sent; a second call changes nothing.
    public func finish() {
        self.connection.finishSending(self.streamID)
    }
}
