internal import Hummingbird
internal import HummingbirdCore
package import Logging
package import NIOCore
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
    private static let idleTimeout: TimeAmount = .seconds(60)
    /// Most connections; more wait in the backlog until one is free.
    private static let connectionsMax = 4096
    private static let backlog = 1024
    /// Largest head of a request, in bytes, and most fields in it.
    private static let headBytesMax = 32 << 10
    private static let headFieldsMax = 128

    private let gateway: any WebhookGateway
    private let address: ListenAddress
    private let answerTimeout: Duration
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let onBound: @Sendable (Int) -> Void

    /// Prepares a server.
    ///
    /// - Parameters:
    ///   - gateway: Judges the requests.
    ///   - address: Where to listen.
    ///   - answerTimeout: Longest that the gateway may take before 503 is answered.
    ///   - eventLoopGroup: What the connections run on.
    ///   - logger: Its log never has a path, a header or a body, for keys are in them.
    ///   - onBound: Called once it listens, with the port.
    package init(
        gateway: any WebhookGateway,
        address: ListenAddress,
        answerTimeout: Duration = WebhookServer.answerTimeout,
        eventLoopGroup: any EventLoopGroup,
        logger: Logger,
        onBound: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.gateway = gateway
        self.address = address
        self.answerTimeout = answerTimeout
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
        self.onBound = onBound
    }

    /// Serves until graceful shutdown or cancellation.
    ///
    /// - Throws: An `IOError` where the address cannot be bound.
    package func run() async throws {
        var limits = HTTP1Channel.Configuration(idleTimeout: Self.idleTimeout)
        limits.httpDecoder.maxHeaderFieldSize = Self.headBytesMax
        limits.httpDecoder.maxHeaderListSize = Self.headBytesMax
        limits.httpDecoder.maxHeaderFieldCount = Self.headFieldsMax
        let onBound = self.onBound
        let application = Application(
            responder: WebhookResponder(gateway: self.gateway, answerTimeout: self.answerTimeout),
            server: .http1(configuration: limits),
            configuration: ApplicationConfiguration(
                address: .hostname(self.address.host, port: self.address.port),
                backlog: Self.backlog,
                availableConnectionsDelegate: .maximum(Self.connectionsMax, logger: self.logger)
            ),
            onServerRunning: { channel in onBound(channel.localAddress?.port ?? 0) },
            eventLoopGroupProvider: .shared(self.eventLoopGroup),
            logger: self.logger
        )
        try await application.run()
    }
}
