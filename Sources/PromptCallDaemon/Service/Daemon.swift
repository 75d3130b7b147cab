internal import AsyncHTTPClient
internal import CallEngine
internal import Cryptography
package import DaemonConfiguration
package import Logging
internal import NIOCore
internal import NIOPosix
internal import NexmoVoice
internal import PromptCallCore
internal import SQLiteCallStore
internal import ServiceLifecycle
internal import TTRPC
internal import UnixSignals

/// `promptcalld` put together: the parts, in the order in which they start.
package struct Daemon: Sendable {
    private let configuration: DaemonConfiguration
    private let environment: [String: String]
    private let reload: @Sendable () throws -> DaemonConfiguration
    private let userID: UInt32
    private let logger: Logger

    /// Prepares a daemon.
    ///
    /// - Parameters:
    ///   - configuration: As it was read.
    ///   - environment: The process's variables.
    ///   - userID: Whom the daemon runs as.
    ///   - reload: Reads the configuration anew, when SIGHUP asks for it.
    ///   - logger: Where everything is logged.
    package init(
        configuration: DaemonConfiguration,
        environment: [String: String],
        userID: UInt32,
        reload: @escaping @Sendable () throws -> DaemonConfiguration,
        logger: Logger
    ) {
        self.configuration = configuration
        self.environment = environment
        self.userID = userID
        self.reload = reload
        self.logger = logger
    }

    /// Reads every file that the configuration names, and changes nothing.
    ///
    /// - Throws: `ConfigurationError`.
    package func checkFiles() throws(ConfigurationError) {
        _ = try DaemonSecrets(self.configuration, files: self.files)
        if let file = self.configuration.keyFile {
            _ = try DaemonSecrets.sealingKey(file, self.files)
        }
    }

    /// Runs until a signal has ended it and what is live was followed as long as configured.
    ///
    /// - Throws: `ConfigurationError` and ``DaemonFailure``, which have an exit code, or what else
    ///   ended it.
    package func run() async throws {
        let secrets = try DaemonSecrets(self.configuration, files: self.files)
        let configuration: DaemonConfiguration
        do {
            configuration = try self.withFreePort(self.configuration)
        } catch {
            throw DaemonFailure(error)
        }
        let (store, key) = try self.openStore()
        // Callers have a thread of their own, and all that has to do with Nexmo and receivers has
        // another, tasks included: what they share there is handed over without a wake-up.
        let rpcLoop = MultiThreadedEventLoopGroup.singleton.next()
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let http = HTTPClient(
            eventLoopGroupProvider: .shared(loop),
            configuration: Self.callbackHTTP
        )
        let nexmo = NexmoClient(
            authorities: secrets.authorities,
            proxy: configuration.nexmo.proxy.map { proxy in
                NexmoClient.Proxy(host: proxy.host.text, port: proxy.port)
            },
            eventLoopGroup: loop,
            logger: self.logger
        )
        let clock = SystemClock()
        let parts = DaemonParts(
            configuration: configuration,
            secrets: secrets,
            store: store,
            key: key,
            userID: self.userID,
            eventLoop: loop,
            rpcEventLoop: rpcLoop,
            callbackHTTP: http,
            nexmo: nexmo,
            clock: clock,
            logger: self.logger
        )
        do {
            try await withTaskExecutorPreference(EventLoopTaskExecutor(loop)) {
                try await self.run(parts) { await self.close(store, http, nexmo) }
            }
        } catch {
            throw DaemonFailure(error)
        }
    }

    /// Serves until a signal has ended it. From the moment it is ready, the whole store is checked
    /// beside it; closing the store ends that early.
    private func run(_ parts: DaemonParts, closing close: () async -> Void) async throws {
        let (ready, isReady) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let check = StoreCheck(store: parts.store, engine: parts.engine, logger: self.logger)
        let result: Result<Void, any Error> = await withDiscardingTaskGroup { group in
            group.addTask {
                // Nothing comes where it never gets ready.
                for await _ in ready { await check.run() }
            }
            let result: Result<Void, any Error>
            do {
                try await parts.pausing.restore()
                try await parts.engine.recover()
                try await self.serve(parts) { isReady.yield() }
                result = .success(())
            } catch {
                result = .failure(error)
            }
            isReady.finish()
            group.cancelAll()
            await close()
            return result
        }
        try result.get()
    }

    private func serve(
        _ parts: DaemonParts,
        onReady: @escaping @Sendable () -> Void
    ) async throws {
        let rpc = RPCService(parts.rpcServer(descriptor: self.activatedSocket))
        let (bound, isBound) = AsyncStream<Never>.makeStream()
        let webhooks = parts.webhookServer { isBound.finish() }
        if webhooks == nil { isBound.finish() }
        let ready = Readiness(
            rpc: rpc,
            webhooksBound: bound,
            engine: parts.engine,
            drainGrace: parts.configuration.drainGrace,
            notifier: SystemdNotifier(environment: self.environment),
            logger: self.logger,
            onReady: onReady
        )
        let reloading = Reloading(
            parts: parts,
            files: self.files,
            read: self.reload,
            logger: self.logger
        )
        // Started in this order, stopped in reverse: live calls are followed to their end before
        // the servers go, and those before the engine.
        var services: [any Service] = [EngineService(parts), rpc]
        if let webhooks { services.append(webhooks) }
        let wallClock = WallClockWatch(engine: parts.engine, clock: parts.clock)
        services += [wallClock, reloading, ready] as [any Service]
        var group = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: self.logger
        )
        group.maximumGracefulShutdownDuration =
            parts.configuration.drainGrace + Self.shutdownMargin
        try await ServiceGroup(configuration: group).run()
    }

    private var files: SecretFiles {
        SecretFiles(environment: self.environment) { try DiskFile.bytes(at: $0) }
    }

    private var activatedSocket: Int32? {
        SocketActivation.descriptor(environment: self.environment)
    }

    private func openStore() throws -> (SQLiteCallStore, SealingKey) {
        do {
            let key = try self.sealingKey()
            let store = try SQLiteCallStore.open(
                directory: self.configuration.dataDirectory,
                key: key,
                makeStoreID: {
                    var random = SystemRandomNumberGenerator()
                    return random.next()
                },
                logger: self.logger
            )
            return (store, key)
        } catch {
            throw DaemonFailure(error)
        }
    }

    /// The key that is configured, or the one in the data directory, which is made at the first
    /// start.
    private func sealingKey() throws -> SealingKey {
        guard let file = self.configuration.keyFile else {
            return try SealingKeyFile.readOrMake(directory: self.configuration.dataDirectory)
        }
        return try DaemonSecrets.sealingKey(file, self.files)
    }

    private func close(
        _ store: SQLiteCallStore,
        _ http: HTTPClient,
        _ nexmo: NexmoClient
    ) async {
        // What fails here fails at the end of the process.
        try? await http.shutdown()
        try? await nexmo.shutdown()
        await store.close()
    }

    /// Port 0 picks a free one now, for Nexmo must be told it from the first call on.
    private func withFreePort(
        _ configuration: DaemonConfiguration
    ) throws -> DaemonConfiguration {
        guard let listen = configuration.webhook.listen, listen.port == 0 else {
            return configuration
        }
        let port = try FreePort.pick(on: listen.host.text)
        var configuration = configuration
        configuration.webhook.url = configuration.webhook.url(boundPort: port)
        configuration.webhook.listen = ListenAddress(host: listen.host, port: port)
        return configuration
    }

    private static let shutdownMargin = Duration.seconds(15)

    private static var callbackHTTP: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(5), read: .seconds(15)),
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }
}
