import NIOCore
public import SwiftProtobuf

/// The messages that the peer sends on a stream, in order.
///
/// Has one reader. It ends when the peer half-closes, and throws ``RPCError`` when the stream
/// failed or a message does not parse, and `CancellationError` when the reading task is cancelled.
public struct TTRPCMessages<Message: SwiftProtobuf.Message>: AsyncSequence, Sendable {
    private let buffer: InboundBuffer
    private let parseErrorCode: RPCError.Code

    init(_ buffer: InboundBuffer, parseErrorCode: RPCError.Code) {
        self.buffer = buffer
        self.parseErrorCode = parseErrorCode
    }

    /// Reads messages one by one.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let messages: TTRPCMessages

        /// The next message, or nothing when the peer has half-closed.
        public mutating func next() async throws -> Message? {
            try await self.messages.next()
        }

        /// The next message, or nothing when the peer has half-closed.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws -> Message? {
            try await self.messages.next()
        }
    }

    /// Starts reading where the last reader stopped.
    public func makeAsyncIterator() -> Iterator {
        Iterator(messages: self)
    }

    /// The next message, or nothing when the peer has half-closed.
    ///
    /// - Throws: ``RPCError`` or `CancellationError`, see ``TTRPCMessages``.
    public func next() async throws -> Message? {
        guard let bytes = try await self.buffer.next() else { return nil }
        do {
            return try Message(parsing: bytes)
        } catch {
            throw RPCError(self.parseErrorCode, "A message does not parse.")
        }
    }
}
