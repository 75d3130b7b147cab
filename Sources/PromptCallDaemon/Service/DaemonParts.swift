internal import AsyncHTTPClient
internal import CallEngine
internal import Cryptography
internal import DaemonConfiguration
internal import Logging
internal import NIOCore
internal import NexmoVoice
internal import PromptCallAPI
internal import PromptCallCore
internal import SQLiteCallStore
internal import TTRPC
internal import WebhookSidecar

internal import struct Foundation.UUID

/// The daemon's parts, each made with what it needs.
struct DaemonParts: Sendable {
    let configuration: DaemonConfiguration
    let store: SQLiteCallStore
    let engine: CallEngine
    let pausing: PauseSwitch
    let callers: Callers
    let judge: WebhookJudge
    let sender: HTTPCallbackSender
    let mint: TokenMint
    let voices: VoiceNotices
    let clock: SystemClock
    private let key: SealingKey
    private let eventLoop: any EventLoop
    private let rpcEventLoop: any EventLoop
    private let startedAt: Timestamp
    let logger: Logger

    init(
        configuration: DaemonConfiguration,
        secrets: DaemonSecrets,
        store: SQLiteCallStore,
        key: SealingKey,
        userID: UInt32,
        eventLoop: any EventLoop,
        rpcEventLoop: any EventLoop,
        callbackHTTP: HTTPClient,
        nexmo: NexmoClient,
        clock: SystemClock,
        logger: Logger
    ) {
        let now: @Sendable () -> Timestamp = { clock.now }
        let wallTime: @Sendable () -> Timestamp = { clock.wallTime }
        let urls = WebhookURLs(base: configuration.webhook.url.description, sealing: key)
        self.configuration = configuration
        self.store = store
        self.key = key
        self.eventLoop = eventLoop
        self.rpcEventLoop = rpcEventLoop
        self.clock = clock
        self.startedAt = clock.now
        self.logger = logger
        self.mint = TokenMint(profiles: secrets.profiles) { UUID().uuidString.lowercased() }
        self.voices = VoiceNotices(logger: logger)
        // What webhooks tell of regions, requests go by.
        let regions = LegRegions()
        self.sender = HTTPCallbackSender(
            client: callbackHTTP,
            secret: secrets.callbackSecret,
            now: wallTime,
            logger: logger
        )
        var random = SystemRandomNumberGenerator()
        self.engine = CallEngine(
            configuration: EngineConfiguration(
                profiles: Self.profiles(configuration),
                callsPerSecond: configuration.nexmo.callsPerSecond,
                liveCallsMax: configuration.queue.liveCallsMax,
                guardRules: configuration.guard.map(GuardRules.init),
                incarnation: random.next(),
                seed: random.next()
            ),
            store: store,
            provider: NexmoVoice(
                client: nexmo,
                mint: self.mint,
                urls: urls,
                regions: regions,
                defaultURL: configuration.nexmo.url.description,
                now: wallTime
            ),
            sender: self.sender,
            clock: clock,
            logger: logger
        )
        self.pausing = PauseSwitch(engine: self.engine, store: store, logger: logger)
        self.callers = Callers(configuration, daemonUID: userID, now: now)
        self.judge = WebhookJudge(
            engine: self.engine,
            urls: urls,
            regions: regions,
            signatures: secrets.signatures,
            now: wallTime,
            logger: logger
        )
    }

    /// What the engine needs to know of the profiles.
    static func profiles(
        _ configuration: DaemonConfiguration
    ) -> [String: EngineConfiguration.ProfileSettings] {
        var profiles: [String: EngineConfiguration.ProfileSettings] = [:]
        for profile in configuration.profiles {
            profiles[profile.name] = EngineConfiguration.ProfileSettings(
                account: profile.account,
                callsPerSecond: profile.callsPerSecond,
                hours: profile.callingWindow
            )
        }
        return profiles
    }

    /// The server of the RPC socket, on a descriptor that systemd handed over or on its own.
    func rpcServer(descriptor: Int32?) -> TTRPCServer {
        let address = descriptor.map(TTRPCServerConfiguration.Address.descriptor)
        var server = TTRPCServerConfiguration(
            address: address ?? .path(self.configuration.socketPath)
        )
        // Waits and streams never end by themselves; everything else is done by then.
        server.shutdownGrace = .seconds(1)
        return TTRPCServer(
            configuration: server,
            services: [
                .calls(self.callsHandler),
                .daemon(
                    DaemonHandler(
                        engine: self.engine,
                        callers: self.callers,
                        judge: self.judge,
                        pausing: self.pausing,
                        status: self.status
                    )
                ),
                .operations(self.operationsHandler),
                .webhooks(WebhooksHandler(gateway: self.judge, callers: self.callers)),
            ],
            eventLoopGroup: self.rpcEventLoop,
            logger: self.logger
        )
    }

    /// The HTTP server for Nexmo, which tells when it listens; nil where a sidecar runs apart.
    func webhookServer(onBound: @escaping @Sendable () -> Void) -> WebhookServer? {
        self.configuration.webhook.listen.map { listen in
            WebhookServer(
                gateway: self.judge,
                address: WebhookSidecar.ListenAddress(host: listen.host.text, port: listen.port),
                eventLoopGroup: self.eventLoop,
                taskExecutor: EventLoopTaskExecutor(self.eventLoop),
                logger: self.logger,
                onBound: { _ in onBound() }
            )
        }
    }

    private var status: StatusReport {
        StatusReport(
            engine: self.engine,
            pausing: self.pausing,
            clock: self.clock,
            startedAt: self.startedAt
        )
    }

    private var operationsHandler: OperationsHandler {
        OperationsHandler(
            engine: self.engine,
            store: self.store,
            key: self.key,
            pausing: self.pausing,
            callers: self.callers,
            status: self.status,
            liveCallsMax: self.configuration.queue.liveCallsMax,
            logger: self.logger
        )
    }

    private var callsHandler: CallsHandler {
        let clock = self.clock
        let identifiers = CallIDSource()
        return CallsHandler(
            engine: self.engine,
            callers: self.callers,
            key: self.key,
            voices: self.voices,
            now: { clock.now },
            makeCallID: { identifiers.next(at: clock.now) }
        )
    }
}
