internal import NIOCore

/// Counts the connections that a server accepts, and accepts none while there are too many: those
/// wait in the backlog.
final class AcceptingHandler: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    private let connections: WebhookConnections

    init(connections: WebhookConnections) {
        self.connections = connections
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.connections.add(self.unwrapInboundIn(data))
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        let loop = NIOLoopBound(context, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        let hasRoom = self.connections.hasRoom { eventLoop.execute { loop.value.read() } }
        if hasRoom { context.read() }
    }
}
