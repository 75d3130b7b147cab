import NIOCore
import NIOPosix
import SwiftProtobuf
import TTRPC

/// A connection whose frames a test writes and reads itself.
final class RawConnection {
    typealias Channel = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// A frame from the server.
    struct Frame: Equatable {
        var type: FrameType
        var streamID: UInt32
        var flags: FrameFlags
        var data: ByteBuffer

        /// The code of the failure that it carries, or nil.
        var code: RPCError.Code? {
            guard self.type == .response, case .failure(let error)? = try? self.response else {
                return nil
            }
            return error.code
        }

        /// The reply that it carries.
        var text: String? {
            var payload = self.data
            if self.type == .response {
                guard case .success(let success)? = try? self.response else { return nil }
                payload = success
            }
            return try? Ttrpc_Test_EchoReply(serializedBytes: Array(payload.readableBytesView)).text
        }

        private var response: ResponseEnvelope {
            get throws { try ResponseEnvelope(decoding: self.data) }
        }
    }

    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var decoder = FrameDecoder()

    private init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Connects, and closes the connection when the closure returns.
    static func with(_ path: String, _ body: (RawConnection) async throws -> Void) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Channel(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            try await body(RawConnection(inbound, outbound))
        }
    }

    func write(_ bytes: ByteBuffer) async throws {
        try await self.outbound.write(bytes)
    }

    /// Sends a frame as it is stated.
    func send(
        _ type: UInt8,
        _ id: UInt32,
        _ flags: FrameFlags = [],
        data: [UInt8] = []
    ) async throws {
        try await self.write(Self.frame(type, id, flags, data: data))
    }

    /// Sends a request of the echo service.
    func request(
        _ id: UInt32,
        _ method: String,
        _ text: String? = nil,
        times: UInt32 = 0,
        flags: FrameFlags = [],
        timeoutNanoseconds: Int64 = 0
    ) async throws {
        let data = try Self.envelope(
            method,
            text,
            times: times,
            timeoutNanoseconds: timeoutNanoseconds
        )
        try await self.send(1, id, flags, data: data)
    }

    /// Sends a message of the echo service.
    func message(_ id: UInt32, _ text: String, flags: FrameFlags = []) async throws {
        let message = Ttrpc_Test_EchoRequest.with { $0.text = text }
        try await self.send(3, id, flags, data: message.serializedBytes())
    }

    /// The server's next frame, or nothing when it closed the connection.
    func next() async throws -> Frame? {
        while true {
            switch try self.decoder.next() {
            case .frame(let type, let id, let flags, let data):
                return Frame(type: type, streamID: id, flags: flags, data: data)
            case .oversize: return nil
            case nil: break
            }
            guard let bytes = try await self.inbound.next(isolation: #isolation) else { return nil }
            self.decoder.append(bytes)
        }
    }

    static func frame(
        _ type: UInt8,
        _ id: UInt32,
        _ flags: FrameFlags = [],
        data: [UInt8] = []
    ) -> ByteBuffer {
        var buffer = ByteBuffer()
        FrameHeader(dataBytes: UInt32(data.count), streamID: id, type: type, flags: flags)
            .write(to: &buffer)
        buffer.writeBytes(data)
        return buffer
    }

    /// A `ttrpc.Request` as the generated code encodes it.
    static func envelope(
        _ method: String,
        _ text: String? = nil,
        times: UInt32 = 0,
        timeoutNanoseconds: Int64 = 0
    ) throws -> [UInt8] {
        var request = Ttrpc_Request()
        request.service = "ttrpc.test.Echo"
        request.method = method
        request.timeoutNano = timeoutNanoseconds
        if let text {
            let message = Ttrpc_Test_EchoRequest.with {
                $0.text = text
                $0.times = times
            }
            request.payload = try message.serializedData()
        }
        return try request.serializedBytes()
    }
}
