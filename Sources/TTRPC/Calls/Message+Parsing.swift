import NIOCore
import SwiftProtobuf

extension Message {
    /// Parses a message where it lies.
    init(parsing bytes: ByteBuffer) throws {
        var message = Self()
        try bytes.withUnsafeReadableBytes { try message.merge(serializedBytes: $0.bytes) }
        self = message
    }
}
