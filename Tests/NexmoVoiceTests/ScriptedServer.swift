import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP server over bare TCP, which treats each request as it was told to, in order.
final class ScriptedServer: Sendable {
    enum Reaction: Sendable {
        /// A whole answer; the connection stays open.
        case answer(Int, headers: [String] = [], body: String = "")
        /// These bytes, and then the connection is closed.
        case bytes(String)
        /// These bytes, and then nothing more.
        case stall(String)
        /// The connection is closed when the head of the request is here, without an answer.
        case close
        /// Nothing at all.
        case silence
    }

    struct Received: Sendable {
        /// Method and path.
        var line: String
        var headers: [String]
        var body: String
        /// Which connection it came on, 1, 2, …
        var connection: Int
    }

    private struct State {
        var reactions: [Reaction]
        var received: [Received] = []
        var connections = 0
    }

    let port: Int
    private let channel: any Channel
    private let state: Box

    private final class Box: Sendable {
        let value: Mutex<State>

        init(_ reactions: [Reaction]) {
            self.value = Mutex(State(reactions: reactions))
        }
    }

    /// Starts to listen on a free port of the loopback, with TLS where that is given.
    init(_ reactions: [Reaction], tls: NIOSSLContext? = nil) async throws {
        let state = Box(reactions)
        self.state = state
        self.channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = state.value.withLock { state in
                        state.connections += 1
                        return state.connections
                    }
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLServerHandler(context: tls)
                        )
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        Handler(state: state, connection: number)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        self.port = self.channel.localAddress?.port ?? 0
    }

    var url: String { "http://127.0.0.1:\(self.port)" }

    /// What came so far.
    var received: [Received] { self.state.value.withLock { $0.received } }

    func stop() async throws {
        try await self.channel.close()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let state: Box
        private let connection: Int
        private var text = ""

        init(state: Box, connection: Int) {
            self.state = state
            self.connection = connection
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.text += String(buffer: self.unwrapInboundIn(data))
            guard let blank = self.text.firstRange(of: "\r\n\r\n") else { return }
            let head = self.text[..<blank.lowerBound].split(separator: "\r\n").map(String.init)
            let lengthName = "content-length: "
            let length =
                head.first { $0.lowercased().hasPrefix(lengthName) }
                .flatMap { Int($0.dropFirst(lengthName.count)) } ?? 0
            let body = self.text[blank.upperBound...]
            guard body.utf8.count >= length else { return }
            let received = Received(
                line: String(head[0].split(separator: " ").prefix(2).joined(separator: " ")),
                headers: Array(head.dropFirst()),
                body: String(body),
                connection: self.connection
            )
            self.text = ""
            let reaction = self.state.value.withLock { state in
                state.received.append(received)
                return state.reactions.isEmpty ? .silence : state.reactions.removeFirst()
            }
            self.react(reaction, context)
        }

        private func react(_ reaction: Reaction, _ context: ChannelHandlerContext) {
            switch reaction {
            case .answer(let status, let headers, let body):
                let lines =
                    ["HTTP/1.1 \(status) X", "content-length: \(body.utf8.count)"] + headers
                let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
                context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .bytes(let text):
                context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                context.close(promise: nil)
            case .stall(let text):
                context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .close:
                context.close(promise: nil)
            case .silence:
                break
            }
        }
    }
}
