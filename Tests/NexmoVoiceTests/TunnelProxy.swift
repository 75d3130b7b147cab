import NIOCore
import NIOPosix
import Synchronization

/// An HTTP proxy that opens tunnels (RFC 9110, 9.3.6), or refuses to.
final class TunnelProxy: Sendable {
    let port: Int
    private let channel: any Channel
    private let asked: Lines

    private final class Lines: Sendable {
        let value = Mutex<[String]>([])
    }

    /// Starts to listen on a free port of the loopback.
    ///
    /// - Parameter refusal: What it answers instead of a tunnel.
    /// - Throws: What kept it from listening.
    init(refusal: String? = nil) async throws {
        let asked = Lines()
        self.asked = asked
        self.channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Entrance(refusal: refusal) { line in
                            asked.value.withLock { $0.append(line) }
                        }
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        self.port = self.channel.localAddress?.port ?? 0
    }

    /// The first line of each request so far.
    var lines: [String] { self.asked.value.withLock { $0 } }

    func stop() async throws {
        try await self.channel.close()
    }

    /// The client's side: reads one CONNECT, and then passes bytes on.
    private final class Entrance: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let refusal: String?
        private let note: @Sendable (String) -> Void
        private var head = ""
        private var exit: (any Channel)?
        private var waiting: [ByteBuffer] = []
        private var isConnecting = false

        init(refusal: String?, note: @escaping @Sendable (String) -> Void) {
            self.refusal = refusal
            self.note = note
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = self.unwrapInboundIn(data)
            if let exit = self.exit {
                exit.writeAndFlush(bytes, promise: nil)
            } else if self.isConnecting {
                self.waiting.append(bytes)
            } else {
                self.head += String(buffer: bytes)
                if self.head.contains("\r\n\r\n") { self.connect(context) }
            }
        }

        private func connect(_ context: ChannelHandlerContext) {
            self.isConnecting = true
            let line = String(self.head.prefix { $0 != "\r\n" })
            self.note(line)
            let target = line.split(separator: " ").dropFirst().first ?? ""
            let parts = target.split(separator: ":")
            guard self.refusal == nil, parts.count == 2, let port = Int(parts[1]) else {
                let text = "HTTP/1.1 \(self.refusal ?? "400 X")\r\ncontent-length: 0\r\n\r\n"
                context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                return
            }
            let channel = context.channel
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            ClientBootstrap(group: context.eventLoop)
                .channelInitializer { exit in
                    exit.eventLoop.makeCompletedFuture {
                        try exit.pipeline.syncOperations.addHandler(Exit(entrance: channel))
                    }
                }
                .connect(host: String(parts[0]), port: port)
                .whenComplete { result in
                    guard case .success(let exit) = result else {
                        channel.close(promise: nil)
                        return
                    }
                    bound.value.opened(exit, channel)
                }
        }

        private func opened(_ exit: any Channel, _ entrance: any Channel) {
            self.exit = exit
            entrance.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n"), promise: nil)
            for bytes in self.waiting { exit.writeAndFlush(bytes, promise: nil) }
            self.waiting = []
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.exit?.close(promise: nil)
        }
    }

    /// The server's side.
    private final class Exit: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let entrance: any Channel

        init(entrance: any Channel) {
            self.entrance = entrance
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.entrance.writeAndFlush(self.unwrapInboundIn(data), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.entrance.close(promise: nil)
        }
    }
}
