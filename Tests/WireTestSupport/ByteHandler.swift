internal import NIOCore
internal import NIOPosix
internal import NexmoSimulator

/// Takes one connection through its steps.
final class ByteHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Most bytes read at once where no exact number is wanted.
    private static let pieceMax = 64 << 10

    private var steps: ArraySlice<WireStep>
    private let number: Int
    private let connections: Watched<[WireConnection]>
    /// Came, but was not asked for by any step yet.
    private var pending: [UInt8] = []
    /// Asked for by steps, but not yet part of a whole request.
    private var taken: [UInt8] = []
    /// Nothing that comes is looked at any more.
    private var isCut = false
    private var isClosed = false

    init(steps: [WireStep], number: Int, _ connections: Watched<[WireConnection]>) {
        self.steps = steps[...]
        self.number = number
        self.connections = connections
    }

    func channelActive(context: ChannelHandlerContext) {
        self.begin(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = self.unwrapInboundIn(data).readableBytesView
        if self.isCut {
            self.throwAway(bytes)
        } else {
            self.pending += bytes
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if self.isCut { context.read() } else { self.goOn(context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.isClosed = true
        self.note { $0.isClosed = true }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Judges what is here so far, where the step is one that reads.
    private func goOn(_ context: ChannelHandlerContext) {
        switch self.steps.first {
        case .read(let count):
            // NIO rounds buffers up, so more may have come than was asked for.
            if self.pending.count >= count {
                self.take(count)
                self.end(context)
            } else {
                self.read(atMost: count - self.pending.count, context)
            }
        case .readRequest:
            if self.takeRequest() != nil {
                self.end(context)
            } else {
                self.read(atMost: Self.pieceMax, context)
            }
        case .serve(let answer):
            while let request = self.takeRequest() {
                context.writeAndFlush(
                    self.wrapOutboundOut(ByteBuffer(bytes: answer(request))),
                    promise: nil
                )
            }
            self.read(atMost: Self.pieceMax, context)
        case .send, .sendSingly, .pause, .finish, .reset, nil:
            break
        }
    }

    /// Begins the step that is first.
    private func begin(_ context: ChannelHandlerContext) {
        switch self.steps.first {
        case .read, .readRequest, .serve:
            self.goOn(context)
        case .send(let bytes):
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            self.end(context)
        case .sendSingly(let bytes):
            self.send(bytes[...], context)
        case .pause(let gate):
            gate.opened.hop(to: context.eventLoop).assumeIsolated().whenSuccess {
                self.end(context)
            }
        case .finish:
            self.isCut = true
            self.throwAway(self.pending)
            self.stepDone()
            context.close(mode: .output, promise: nil)
            self.read(atMost: Self.pieceMax, context)
        case .reset:
            self.isCut = true
            let socket = context.channel as? any SocketOptionProvider
            // On the channel's own loop this is done at once.
            _ = socket?.unsafeSetSocketOption(level: .socket, name: .so_linger, value: Linger())
            context.close(promise: nil)
            self.stepDone()
        case nil:
            break
        }
    }

    private func end(_ context: ChannelHandlerContext) {
        guard !self.isClosed else { return }
        self.stepDone()
        self.begin(context)
    }

    private func stepDone() {
        self.steps.removeFirst()
        self.note { $0.stepsDone += 1 }
    }

    /// Takes so many of the bytes that came.
    private func take(_ count: Int) {
        let bytes = self.pending.prefix(count)
        self.pending.removeFirst(count)
        self.taken += bytes
        self.note { $0.received += bytes }
    }

    /// Takes what is missing of a request, if all of that has come.
    private func takeRequest() -> WireRequest? {
        guard let (request, length) = WireRequest.first(in: self.taken + self.pending) else {
            return nil
        }
        self.take(length - self.taken.count)
        self.taken = []
        return request
    }

    private func throwAway(_ bytes: some Collection<UInt8>) {
        self.note { connection in
            connection.received += bytes
            connection.receivedAfterCut += bytes.count
        }
    }

    private func send(_ bytes: ArraySlice<UInt8>, _ context: ChannelHandlerContext) {
        guard let first = bytes.first else { return self.end(context) }
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: [first])), promise: nil)
        // A turn of the loop for each, so that others may read meanwhile.
        context.eventLoop.assumeIsolated().execute { self.send(bytes.dropFirst(), context) }
    }

    private func read(atMost count: Int, _ context: ChannelHandlerContext) {
        // Where it cannot be set, the connection is gone already.
        try? context.channel.syncOptions?.setOption(
            .recvAllocator,
            value: FixedSizeRecvByteBufferAllocator(capacity: count)
        )
        context.read()
    }

    private func note(_ change: (inout WireConnection) -> Void) {
        self.connections.update { change(&$0[self.number]) }
    }
}

/// C's `struct linger` that makes a close a reset.
private struct Linger: Sendable {
    var onOff: CInt = 1
    var seconds: CInt = 0
}
