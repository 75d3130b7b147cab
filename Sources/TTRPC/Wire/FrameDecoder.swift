package import NIOCore

/// Cuts a sequence of bytes into frames.
///
/// Holds at most one unfinished frame: data over ``FrameHeader/dataBytesMax`` and data of a frame
/// of unknown type is skipped as it comes.
package struct FrameDecoder: Sendable {
    package enum Event: Equatable, Sendable {
        /// A whole frame of a known type.
        case frame(FrameType, streamID: UInt32, flags: FrameFlags, data: ByteBuffer)
        /// The header of a frame that is too long; its data will be skipped.
        case oversize(FrameType, streamID: UInt32)
    }

    private enum State: Equatable {
        /// A header comes next. Next: `data`, `skipping`, `failed`.
        case header
        /// The data of this frame comes next. Next: `header`.
        case data(FrameType, FrameHeader)
        /// So many bytes are thrown away. Next: `header`.
        case skipping(bytes: Int)
        /// Terminal.
        case failed(FrameError)
    }

    private var state = State.header
    private var received = ByteBuffer()

    package init() {}

    /// Bytes received and not yet handed out.
    package var bufferedBytes: Int { self.received.readableBytes }

    /// More bytes came from the peer.
    package mutating func append(_ bytes: ByteBuffer) {
        if self.received.readableBytes == 0 {
            // Takes the storage over, which also lets go of what an earlier long frame needed.
            self.received = bytes
        } else {
            self.received.writeImmutableBuffer(bytes)
        }
    }

    /// Takes the next frame off what was received, or nothing while it is not complete.
    ///
    /// - Throws: ``FrameError``, now and ever after, when the bytes are not ttrpc.
    package mutating func next() throws(FrameError) -> Event? {
        while true {
            switch self.state {
            case .header:
                guard let header = FrameHeader.read(from: &self.received) else { return nil }
                if let event = try self.headerRead(header) { return event }
            case .data(let type, let header):
                guard let data = self.received.readSlice(length: Int(header.dataBytes)) else {
                    return nil
                }
                self.state = .header
                return .frame(type, streamID: header.streamID, flags: header.flags, data: data)
            case .skipping(let bytes):
                let skipped = min(bytes, self.received.readableBytes)
                self.received.moveReaderIndex(forwardBy: skipped)
                self.state = skipped == bytes ? .header : .skipping(bytes: bytes - skipped)
                if skipped < bytes { return nil }
            case .failed(let error):
                throw error
            }
        }
    }

    private mutating func headerRead(_ header: FrameHeader) throws(FrameError) -> Event? {
        guard header.dataBytes < FrameHeader.dataBytesImpossible else {
            let error = FrameError.notTTRPC(dataBytes: header.dataBytes)
            self.state = .failed(error)
            throw error
        }
        guard let type = FrameType(rawValue: header.type) else {
            self.state = .skipping(bytes: Int(header.dataBytes))
            return nil
        }
        guard header.dataBytes <= FrameHeader.dataBytesMax else {
            self.state = .skipping(bytes: Int(header.dataBytes))
            return .oversize(type, streamID: header.streamID)
        }
        self.state = .data(type, header)
        return nil
    }
}
