import AsyncHTTPClient
import CallEngine
import Cryptography
import DaemonConfiguration
import EngineTestSupport
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NexmoVoice
import PromptCallAPI
import PromptCallCore
import SQLiteCallStore
import TTRPC
import WebhookSidecar

@testable import PromptCallDaemon

/// The daemon's inside over a real store in a directory of its own, reached by its socket and by
/// HTTP; only Nexmo and the receivers of results are made up.
final class StoreWorld: Sendable {
    let store: SQLiteCallStore
    let engine: CallEngine
    let log = RecordingLog()
    private let socketPath: String
    private let pausing: PauseSwitch
    private let server: TTRPCServer
    private let judge: WebhookJudge
    private let urls = WebhookURLs(base: "https://hooks.example", sealing: Fixture.key)

    /// Opens a world over a data directory, with its socket beside it.
    init(directory: String) throws {
        let configuration = try DaemonConfiguration.load(
            flags: FlagValues(configPath: "promptcall.yaml"),
            environment: [:]
        ) { _ in Self.file }
        let clock = SystemClock()
        let logger = self.log.logger
        self.socketPath = "\(directory).sock"
        self.store = try SQLiteCallStore.open(
            directory: directory,
            key: Fixture.key,
            makeStoreID: { UInt64.random(in: 1 ... .max) },
            logger: logger
        )
        self.engine = CallEngine(
            configuration: EngineConfiguration(
                profiles: DaemonParts.profiles(configuration),
                callsPerSecond: 1000,
                liveCallsMax: 1000,
                incarnation: 1,
                seed: 1
            ),
            store: self.store,
            provider: StubNexmo(),
            sender: StubReceiver(),
            clock: clock,
            logger: logger
        )
        self.pausing = PauseSwitch(engine: self.engine, store: self.store, logger: logger)
        self.judge = WebhookJudge(
            engine: self.engine,
            urls: self.urls,
            regions: LegRegions(),
            signatures: [:],
            now: { clock.wallTime },
            logger: logger
        )
        // Without callers the daemon's own user may do everything.
        let callers = Callers(configuration, daemonUID: getuid()) { clock.now }
        let status = StatusReport(
            engine: self.engine,
            pausing: self.pausing,
            clock: clock,
            startedAt: clock.now
        )
        self.server = TTRPCServer(
            configuration: TTRPCServerConfiguration(address: .path(self.socketPath)),
            services: [
                .calls(
                    CallsHandler(
                        engine: self.engine,
                        callers: callers,
                        key: Fixture.key,
                        voices: VoiceNotices(logger: logger),
                        now: { clock.now },
                        makeCallID: {
                            let random = (0...1).map { _ in UInt64.random(in: 0 ... .max) }
                            return CallID(time: clock.now, random: (random[0], random[1]))
                        }
                    )
                ),
                .operations(
                    OperationsHandler(
                        engine: self.engine,
                        store: self.store,
                        key: Fixture.key,
                        pausing: self.pausing,
                        callers: callers,
                        status: status,
                        liveCallsMax: 1000,
                        logger: logger
                    )
                ),
            ],
            logger: logger
        )
    }

    private static let file = """
        nexmo: {url: "http://127.0.0.1:9191"}
        profiles:
          default:
            application-id: 684027bc-a2e7-48b1-b4bd-adc02324e09c
            private-key-file: /etc/promptcall/private.key
            calls-per-second: 1000
            from: "14155550101"
        """

    /// Runs everything for as long as a body takes, then closes the store.
    func run(_ body: (_ client: TTRPCClient, _ port: Int) async throws -> Void) async throws {
        let (ports, port) = AsyncStream<Int>.makeStream()
        let webhooks = WebhookServer(
            gateway: self.judge,
            address: WebhookSidecar.ListenAddress(host: "127.0.0.1", port: 0),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: self.log.logger,
            onBound: { port.yield($0) }
        )
        try await self.pausing.restore()
        try await self.engine.recover()
        try await withThrowingTaskGroup { group in
            group.addTask { await self.engine.run() }
            group.addTask { try await self.server.run() }
            group.addTask { try await webhooks.run() }
            try await self.server.waitUntilListening()
            let configuration = TTRPCClientConfiguration(socketPath: self.socketPath)
            try await withTTRPCClient(configuration) { client in
                for await port in ports {
                    try await body(client, port)
                    break
                }
            }
            group.cancelAll()
            // They throw that they were cancelled.
            while await group.nextResult() != nil {}
        }
        await self.store.close()
    }

    /// Sends a webhook of a call's first leg over HTTP, and returns the status of its answer.
    func post(
        _ body: String,
        _ kind: WebhookPath.Kind,
        turn: Int? = nil,
        of call: CallID,
        port: Int
    ) async throws -> UInt {
        let url = self.urls.url(kind, of: call, leg: 1, turn: turn)
        let path = url.dropFirst("https://hooks.example".count)
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: body))
        return try await HTTPClient.shared.execute(request, timeout: .seconds(10)).status.code
    }
}
