package import NIOCore
import SwiftProtobuf

/// A `ttrpc.Response`, read and written by hand.
package enum ResponseEnvelope: Equatable, Sendable {
    /// The call succeeded with this message.
    case success(ByteBuffer)
    /// The call failed.
    case failure(RPCError)

    /// Reads an envelope.
    ///
    /// - Parameter data: A response frame's data.
    /// - Throws: ``EnvelopeError`` when it does not parse.
    package init(decoding data: ByteBuffer) throws(EnvelopeError) {
        var status: Google_Rpc_Status?
        var payload = 0..<0
        let result = data.withUnsafeReadableBytes { bytes -> Result<Void, EnvelopeError> in
            Result { () throws(EnvelopeError) in
                var reader = ProtobufFieldReader(bytes, in: 0..<bytes.count)
                while let field = try reader.nextField() {
                    switch (field.number, field.type) {
                    case (1, .bytes):
                        let range = try reader.lengthDelimited()
                        do {
                            // A message that comes twice is merged (protobuf, "Last One Wins").
                            var merged = status ?? Google_Rpc_Status()
                            try merged.merge(serializedBytes: Array(bytes[range]))
                            status = merged
                        } catch {
                            throw .badStatus
                        }
                    case (2, .bytes): payload = try reader.lengthDelimited()
                    case (_, let type): try reader.skip(field.number, type)
                    }
                }
            }
        }
        try result.get()
        if let status, status.code != 0 {
            self = .failure(RPCError(status))
        } else {
            let at = data.readerIndex + payload.lowerBound
            self = .success(data.getSlice(at: at, length: payload.count) ?? ByteBuffer())
        }
    }

    /// Appends the frame of a successful response.
    ///
    /// - Parameters:
    ///   - payload: The encoded message.
    ///   - streamID: The stream that it ends.
    ///   - buffer: Where the frame goes.
    /// - Returns: Whether the frame fits ``FrameHeader/dataBytesMax``; if not, nothing is written.
    static func writeSuccessFrame(
        _ payload: [UInt8],
        streamID: UInt32,
        to buffer: inout ByteBuffer
    ) -> Bool {
        let dataBytes = payload.isEmpty ? 0 : ByteBuffer.fieldBytes(payload.count)
        guard dataBytes <= FrameHeader.dataBytesMax else { return false }
        FrameHeader(.response, streamID: streamID, dataBytes: dataBytes).write(to: &buffer)
        if !payload.isEmpty { buffer.writeField(2, payload) }
        return true
    }

    /// Appends the frame of a failure.
    ///
    /// One that would be too long goes without details, and with as much text as fits.
    static func writeFailureFrame(
        _ error: RPCError,
        streamID: UInt32,
        to buffer: inout ByteBuffer
    ) {
        var status = error.encodedStatus()
        if ByteBuffer.fieldBytes(status.count) > FrameHeader.dataBytesMax {
            let message = String(error.message.prefix(RPCError.messageCharactersKept))
            status = RPCError(error.code, message).encodedStatus()
        }
        let dataBytes = ByteBuffer.fieldBytes(status.count)
        FrameHeader(.response, streamID: streamID, dataBytes: dataBytes).write(to: &buffer)
        buffer.writeField(1, status)
    }
}
