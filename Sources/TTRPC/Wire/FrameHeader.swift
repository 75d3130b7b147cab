package import NIOCore

/// The ten bytes before a frame's data (ttrpc protocol, "Message Frame").
package struct FrameHeader: Equatable, Sendable {
    /// Length of a header, in bytes.
    package static let byteCount = 10

    /// Longest data of a frame, in bytes (ttrpc protocol, "Message Frame").
    package static let dataBytesMax = 4 << 20

    /// A length from which on the peer does not speak ttrpc: the first byte is always zero.
    package static let dataBytesImpossible = 16 << 20

    /// Length of the data, in bytes.
    package var dataBytes: UInt32
    package var streamID: UInt32
    package var type: UInt8
    package var flags: FrameFlags

    package init(dataBytes: UInt32, streamID: UInt32, type: UInt8, flags: FrameFlags) {
        self.dataBytes = dataBytes
        self.streamID = streamID
        self.type = type
        self.flags = flags
    }

    /// A header of a known type.
    ///
    /// - Parameters:
    ///   - type: What the frame carries.
    ///   - streamID: The stream it belongs to.
    ///   - flags: Flags of the frame.
    ///   - dataBytes: Length of the data, at most ``dataBytesMax``.
    package init(
        _ type: FrameType,
        streamID: UInt32,
        flags: FrameFlags = [],
        dataBytes: Int = 0
    ) {
        self.init(
            dataBytes: UInt32(dataBytes),
            streamID: streamID,
            type: type.rawValue,
            flags: flags
        )
    }

    /// Appends the header's ten bytes.
    package func write(to buffer: inout ByteBuffer) {
        buffer.writeMultipleIntegers(
            self.dataBytes,
            self.streamID,
            self.type,
            self.flags.rawValue
        )
    }

    /// Takes a header off the front of a buffer, or nothing while it holds fewer than ten bytes.
    package static func read(from buffer: inout ByteBuffer) -> FrameHeader? {
        guard
            let (dataBytes, streamID, type, flags) = buffer.readMultipleIntegers(
                as: (UInt32, UInt32, UInt8, UInt8).self
            )
        else { return nil }
        return FrameHeader(
            dataBytes: dataBytes,
            streamID: streamID,
            type: type,
            flags: FrameFlags(rawValue: flags)
        )
    }
}
