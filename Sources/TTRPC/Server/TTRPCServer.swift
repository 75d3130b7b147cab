public import Logging
public import NIOCore
public import NIOPosix
import Synchronization

/// Serves ttrpc 1.2 on a Unix socket.
///
/// Handlers begin on the event loop of their connection, so that one that does not suspend answers
/// without a hop; one that computes for long should move elsewhere. A handler's task is cancelled
/// when its deadline passes, its stream ends or its connection closes.
public final class TTRPCServer: Sendable {
    private let configuration: TTRPCServerConfiguration
    private let handlers: HandlerTable
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let listening = OneShotEvent<Void>()
    private let shutdown = OneShotEvent<Void>()
    private let connections: ServerConnections

    /// A server that does not listen yet.
    ///
    /// - Parameters:
    ///   - configuration: Where to listen, and the bounds.
    ///   - services: What is served; no service twice.
    ///   - eventLoopGroup: Event loops of NIOPosix.
    ///   - logger: Where failures and cut connections are logged.
    public init(
        configuration: TTRPCServerConfiguration,
        services: [TTRPCService],
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger
    ) {
        self.configuration = configuration
        self.handlers = HandlerTable(services)
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
        self.connections = ServerConnections(connectionsMax: configuration.connectionsMax)
    }

    /// Listens and serves until a graceful shutdown is complete. To be called once.
    ///
    /// When the task is cancelled, everything is cut at once. Either way it returns only when no
    /// handler runs any more.
    ///
    /// - Throws: ``TTRPCError`` when it cannot listen; `CancellationError`.
    public func run() async throws {
        let channel: any Channel
        do {
            channel = try await self.listen()
        } catch {
            self.listening.fire(.failure(error))
            throw error
        }
        self.listening.fire()
        do {
            try await self.shutdown.wait()
            await self.stopListening(channel)
            try await self.drain()
        } catch {
            await self.stopListening(channel)
            self.connections.cutAll()
            await self.connections.empty.waitRegardless()
            throw error
        }
    }

    /// Returns once clients can connect.
    ///
    /// - Throws: What ``run()`` throws when it cannot listen; `CancellationError`.
    public func waitUntilListening() async throws {
        try await self.listening.wait()
    }

    /// Stops accepting connections and refuses new calls with `unavailable`; running ones may end
    /// within ``TTRPCServerConfiguration/shutdownGrace``, then ``run()`` returns.
    public func beginGracefulShutdown() {
        self.shutdown.fire()
    }

    private func listen() async throws -> any Channel {
        let descriptor: CInt
        switch self.configuration.address {
        case .path(let path):
            descriptor = try UnixSocketListener(path: path, configuration: self.configuration)
                .descriptor
        case .descriptor(let listening):
            descriptor = listening
        }
        let mark = OutboundQueue.waterMark(
            bytesMax: self.configuration.outboundBytesPerConnectionMax
        )
        return try await ServerBootstrap(group: self.eventLoopGroup)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.setBacklog(channel) }
            }
            .childChannelOption(.writeBufferWaterMark, value: mark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.accept(channel) }
            }
            .withBoundSocket(descriptor)
            .get()
    }

    /// Puts our backlog back: taking over a listening socket, NIO calls listen(2) with its own.
    private func setBacklog(_ channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { descriptor in
            try UnixSocketListener.setBacklog(self.configuration.backlog, of: descriptor)
        }
    }

    private func accept(_ channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let peer = try pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            PeerCredentials(ofSocket: $0)
        }
        guard let peer = peer ?? nil else { throw ChannelError.operationUnsupported }
        let connections = self.connections
        let connection = ServerConnection(
            channel: channel,
            peer: peer,
            handlers: self.handlers,
            configuration: self.configuration,
            logger: self.logger,
            onIdle: { connections.oneIsIdle() },
            onEnd: { connections.remove($0) }
        )
        guard connections.add(connection) else {
            self.logger.warning(
                "A connection was refused: too many are open",
                metadata: [LogKey.connectionsMax: "\(self.configuration.connectionsMax)"]
            )
            throw ChannelError.operationUnsupported
        }
        channel.closeFuture.whenComplete { _ in connection.closed() }
        try pipeline.addHandler(
            ServerConnectionHandler(connection: connection, logger: self.logger)
        )
    }

    private func stopListening(_ channel: any Channel) async {
        if case .path(let path) = self.configuration.address { UnixSocketListener.remove(path) }
        // Closing fails only when it is closed already.
        try? await channel.close()
    }

    /// Lets running calls end, then closes what is left.
    ///
    /// - Throws: `CancellationError`.
    private func drain() async throws {
        self.connections.shutdownBegan()
        try await self.withinGrace { try await self.connections.idle.wait() }
        self.connections.closeAll()
        try await self.withinGrace { try await self.connections.empty.wait() }
        self.connections.cutAll()
        await self.connections.empty.waitRegardless()
    }

    private func withinGrace(_ wait: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await wait() }
            group.addTask { try await Task.sleep(for: self.configuration.shutdownGrace) }
            try await group.next()
            group.cancelAll()
        }
    }
}
