public import SwiftProtobuf

/// A message encoded once, to be sent to many.
public struct TTRPCEncodedMessage<Message: SwiftProtobuf.Message>: Hashable, Sendable {
    let bytes: [UInt8]

    /// Encodes a message.
    ///
    /// - Parameter message: What is to be sent.
    /// - Throws: ``RPCError`` with code `resourceExhausted` when it fits no frame (4 MiB), and
    ///   `internal` when it does not encode.
    public init(_ message: Message) throws(RPCError) {
        do {
            self.bytes = try message.serializedBytes()
        } catch {
            throw RPCError(.internal, "A message does not encode.")
        }
        guard self.bytes.count <= FrameHeader.dataBytesMax else {
            throw RPCError(.resourceExhausted, "A message is longer than 4 MiB.")
        }
    }

    /// Length of the encoded message, in bytes.
    public var count: Int { self.bytes.count }
}
