import NIOCore
import NIOPosix

/// A client that writes bytes as they are and reads until the connection is closed.
struct RawHTTP {
    let port: Int

    /// What a server said to these bytes, up to its closing the connection.
    func exchange(_ request: String) async throws -> String {
        let channel = try await self.connect()
        return try await channel.executeThenClose { inbound, outbound in
            // A server that has heard enough closes while more is written.
            try? await outbound.write(ByteBuffer(string: request))
            return try await Self.readAll(inbound)
        }
    }

    /// Sends these bytes and no more, as somebody who goes away in the middle of a request.
    func abandon(_ request: String) async throws -> String {
        let channel = try await self.connect(halfClosing: true)
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            outbound.finish()
            return try await Self.readAll(inbound)
        }
    }

    /// Sends one request and reads its answer; the request asks for the connection to be closed.
    func request(
        _ line: String,
        headers: [String] = [],
        body: String = ""
    ) async throws -> String {
        let head =
            ["\(line) HTTP/1.1", "Host: test", "Content-Length: \(body.utf8.count)"] + headers
            + ["Connection: close"]
        return try await self.exchange(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    private func connect(
        halfClosing: Bool = false
    ) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: halfClosing)
            .connect(host: "127.0.0.1", port: self.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel,
                        configuration: NIOAsyncChannel.Configuration(
                            isOutboundHalfClosureEnabled: halfClosing
                        )
                    )
                }
            }
    }

    private static func readAll(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>
    ) async throws -> String {
        var text = ""
        do {
            for try await buffer in inbound { text += String(buffer: buffer) }
        } catch {
            // Closed with bytes of ours unread: what was said before that counts.
        }
        return text
    }
}
