import NIOCore
import NIOPosix

/// The client's side of a tunnel: where it has no target it reads one CONNECT, and then it passes
/// bytes on.
final class TunnelEntrance: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let refusal: String?
    private let target: Int?
    private let note: @Sendable (String) -> Void
    private var head = ""
    private var exit: (any Channel)?
    private var waiting: [ByteBuffer] = []
    private var isConnecting = false

    /// - Parameters:
    ///   - refusal: What a CONNECT is answered instead of a tunnel.
    ///   - target: A port of this machine that the tunnel leads to, without being asked.
    ///   - note: Is told the first line of a CONNECT.
    init(
        refusal: String? = nil,
        target: Int? = nil,
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.refusal = refusal
        self.target = target
        self.note = note
    }

    func channelActive(context: ChannelHandlerContext) {
        guard let target = self.target else { return }
        self.isConnecting = true
        self.connect("127.0.0.1", target, context)
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
        self.connect(String(parts[0]), port, context)
    }

    private func connect(_ host: String, _ port: Int, _ context: ChannelHandlerContext) {
        let channel = context.channel
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { exit in
                exit.eventLoop.makeCompletedFuture {
                    try exit.pipeline.syncOperations.addHandler(TunnelExit(entrance: channel))
                }
            }
            .connect(host: host, port: port)
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
        if self.target == nil {
            entrance.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n"), promise: nil)
        }
        for bytes in self.waiting { exit.writeAndFlush(bytes, promise: nil) }
        self.waiting = []
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.exit?.close(promise: nil)
    }
}

/// The server's side.
private final class TunnelExit: ChannelInboundHandler {
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
