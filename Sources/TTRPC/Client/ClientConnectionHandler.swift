import NIOCore

/// Moves bytes between a channel and its ``ClientConnection``.
///
/// While a stream has too much unread, neither the socket nor what was read already is looked at.
final class ClientConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let connection: ClientConnection
    private var decoder = FrameDecoder()
    private var isReadPending = false

    init(connection: ClientConnection) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.decoder.append(self.unwrapInboundIn(data))
        self.handleFrames(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.connection.outbound.flush()
    }

    func read(context: ChannelHandlerContext) {
        if self.connection.isReadable {
            context.read()
        } else {
            self.isReadPending = true
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ClientConnection.ReadsAgain else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        self.handleFrames(context)
        if self.isReadPending, self.connection.isReadable {
            self.isReadPending = false
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.connection.outbound.writabilityChanged(context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.connection.closed()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Every call under way learns of it when the channel becomes inactive.
        context.close(promise: nil)
    }

    private func handleFrames(_ context: ChannelHandlerContext) {
        do {
            while self.connection.isReadable, let frame = try self.decoder.next() {
                self.connection.frameReceived(frame)
            }
        } catch {
            context.close(promise: nil)
        }
    }
}
