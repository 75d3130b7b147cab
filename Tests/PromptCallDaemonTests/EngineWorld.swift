import CallEngine
import Cryptography
import DaemonConfiguration
import EngineTestSupport
import Logging
import NexmoVoice
import PromptCallAPI
import PromptCallCore
import Synchronization

@testable import PromptCallDaemon

/// The daemon's inside around a real engine, over a store in memory and a clock that stands still.
final class EngineWorld: Sendable {
    static let secret = Array("signature secret".utf8)

    let store = AsyncMemoryStore()
    let clock = ManualClock(now: Fixture.now)
    let engine: CallEngine
    let handler: CallsHandler
    let judge: WebhookJudge
    let urls = WebhookURLs(base: "https://hooks.example/nexmo", sealing: Fixture.key)

    init(signs: Bool = false) throws {
        let configuration = try Fixture.configuration()
        let clock = self.clock
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        self.engine = CallEngine(
            configuration: EngineConfiguration(
                profiles: DaemonParts.profiles(configuration),
                callsPerSecond: 1000,
                liveCallsMax: 1000,
                guardRules: configuration.guard.map(GuardRules.init),
                incarnation: 1,
                seed: 1
            ),
            store: self.store,
            provider: StubNexmo(),
            sender: StubReceiver(),
            clock: clock,
            logger: logger
        )
        let made = Mutex<UInt64>(0)
        self.handler = CallsHandler(
            engine: self.engine,
            callers: Callers(configuration, daemonUID: Fixture.daemonUID) { clock.now },
            key: Fixture.key,
            voices: VoiceNotices(logger: logger),
            now: { clock.now },
            makeCallID: {
                let number = made.withLock { count in
                    count += 1
                    return count
                }
                return CallID(time: clock.now, random: (0, number))
            }
        )
        let signature = WebhookSignature(
            secrets: [Self.secret],
            applicationID: Fixture.applicationID,
            account: "abcd1234"
        )
        self.judge = WebhookJudge(
            engine: self.engine,
            urls: self.urls,
            regions: LegRegions(),
            signatures: signs ? ["default": signature] : [:],
            now: { clock.now },
            logger: logger
        )
    }

    /// Runs the engine for as long as a body takes; calls are placed, or stay queued.
    func run(places: Bool = true, _ body: () async throws -> Void) async throws {
        let engine = self.engine
        engine.pause(!places)
        let running = Task { await engine.run() }
        defer { running.cancel() }
        try await engine.recover()
        try await body()
        running.cancel()
        await running.value
    }

    /// How many calls are stored.
    var storedCalls: Int {
        get throws { try self.store.with { store throws(StoreError) in store.calls.count } }
    }
}
