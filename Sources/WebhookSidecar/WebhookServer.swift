package import Logging
package import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import ServiceLifecycle

/// The HTTP server that Nexmo calls.
///
/// Every request but `GET /healthz` goes to the gateway as it is; what is too large, too slow or
/// of another method is answered here. On graceful shutdown it takes no more connections and lets
/// requests under way finish.
package struct WebhookServer: Service {
    /// Largest body taken, in bytes.
    package static let bodyBytesMax = 64 << 10
    /// Longest that a gateway may take; Nexmo waits 5 s and more (reference, 5.6).
    package static let answerTimeout: Duration = .seconds(2)
    /// Most webhooks that the gateway may have yet to answer; beyond, 503 is answered at once.
    package static let deliveriesMax = 1024

    /// Longest that a sender may take over a body.
    static let bodyTimeout: TimeAmount = .seconds(10)
    /// How long a refused sender may go on before its connection is closed.
    static let lingerTimeout: TimeAmount = .seconds(2)
    /// How long a connection may be idle.
    static let idleTimeout: TimeAmount = .seconds(60)
    /// Most connections; more wait in the backlog until one is free.
    private static let connectionsMax = 4096
    private static let backlog: CInt = 1024
    /// Largest head of a request, in bytes, and most fields in it.
    private static let headBytesMax = 32 << 10
    private static let headFieldsMax = 128

    private let judging: WebhookJudging
    private let address: ListenAddress
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let onBound: @Sendable (Int) -> Void

    /// Prepares a server.
    ///
    /// - Parameters:
    ///   - gateway: Judges the requests.
    ///   - address: Where to listen.
    ///   - answerTimeout: Longest that the gateway may take before 503 is answered.
    ///   - eventLoopGroup: What the connections run on, of NIOPosix.
    ///   - taskExecutor: What the gateway runs on when it has waited; it begins on the event loop.
    ///   - logger: Its log never has a path, a header or a body, for keys are in them.
    ///   - onBound: Called once it listens, with the port.
    package init(
        gateway: any WebhookGateway,
        address: ListenAddress,
        answerTimeout: Duration = WebhookServer.answerTimeout,
        eventLoopGroup: any EventLoopGroup,
        taskExecutor: (any TaskExecutor)? = nil,
        logger: Logger,
        onBound: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.judging = WebhookJudging(
            gateway: gateway,
            answerTimeout: TimeAmount(answerTimeout),
            taskExecutor: taskExecutor,
            logger: logger
        )
        self.address = address
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
        self.onBound = onBound
    }

    /// Serves until graceful shutdown or cancellation.
    ///
    /// - Throws: An `IOError` where the address cannot be bound; `CancellationError`.
    package func run() async throws {
        let connections = WebhookConnections(most: Self.connectionsMax)
        let channel = try await self.listen(connections)
        self.onBound(channel.localAddress?.port ?? 0)
        do {
            try await gracefulShutdown()
            // Closing fails only when it is closed already.
            try? await channel.close()
            connections.quiesce()
            try await connections.waitUntilEmpty()
        } catch {
            try? await channel.close()
            connections.cut()
            throw error
        }
    }

    private func listen(_ connections: WebhookConnections) async throws -> any Channel {
        try await ServerBootstrap(group: self.eventLoopGroup)
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        AcceptingHandler(connections: connections)
                    )
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.prepare(channel) }
            }
            .bind(host: self.address.host, port: self.address.port)
            .get()
    }

    private func prepare(_ channel: any Channel) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = Self.headBytesMax
        limits.maxHeaderListSize = Self.headBytesMax
        limits.maxHeaderFieldCount = Self.headFieldsMax
        let pipeline = channel.pipeline.syncOperations
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true,
            withErrorHandling: true,
            withOutboundHeaderValidation: true,
            withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: limits
        )
        try pipeline.addHandler(WebhookConnectionHandler(judging: self.judging))
    }
}
