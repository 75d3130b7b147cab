import AsyncHTTPClient
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle

/// A Nexmo Voice API that runs on this machine: judges requests, plays callees, posts webhooks.
///
/// Timestamps are the wall clock's; durations and prices of calls are in simulated time, so with
/// a speed above 1 a call is billed for longer than its timestamps say.
package final class NexmoSimulator: Service {
    /// Idle connections are closed after this many seconds.
    private static let idleSeconds: Int64 = 60
    /// Connections that may wait to be accepted.
    private static let backlog = 1024

    /// What has happened so far.
    package let records: Watched<Records>

    private let configuration: SimulatorConfiguration
    private let switchboard: Switchboard
    let logger: Logger

    /// - Parameters:
    ///   - configuration: Settings.
    ///   - clock: What simulated time is made of.
    ///   - wallClock: What timestamps and the ages of tokens are made of.
    ///   - logger: For the HTTP server.
    package init(
        configuration: SimulatorConfiguration,
        clock: some Clock<Duration> = ContinuousClock(),
        wallClock: WallClock = .system,
        logger: Logger = Logger(label: "nexmo-sim") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.switchboard = Switchboard(
            configuration: configuration,
            time: SimulatedTime(clock: clock, speed: configuration.speed),
            wallClock: wallClock
        )
        self.records = self.switchboard.records
    }

    /// Serves until graceful shutdown; live legs are dropped then.
    ///
    /// - Throws: What kept the server from listening, or `CocoaError` for the log file.
    package func run() async throws {
        let log = try self.configuration.logPath.map(SimulatorLog.init(path:))
        let client = WebhookSender.makeClient()
        do {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask {
                    // However the server ends, so does the playing.
                    defer { self.switchboard.close() }
                    try await self.serve(log: log)
                }
                await self.play(sendingWith: client, log: log, in: &group)
                group.cancelAll()
            }
        } catch {
            self.records.update { $0.hasStopped = true }
            try await client.shutdown()
            throw error
        }
        self.records.update { $0.hasStopped = true }
        try await client.shutdown()
    }

    private func serve(log: SimulatorLog?) async throws {
        let tokens = TokenCheck(
            publicKeys: self.configuration.publicKeys,
            applicationID: self.configuration.applicationID
        )
        let application = Application(
            responder: VoiceAPI(switchboard: self.switchboard, tokens: tokens, log: log),
            server: .http1(
                configuration: HTTP1Channel.Configuration(idleTimeout: .seconds(Self.idleSeconds))
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(self.configuration.host, port: self.configuration.port),
                backlog: Self.backlog
            ),
            onServerRunning: { channel in
                self.records.update { $0.port = channel.localAddress?.port }
            },
            logger: self.logger
        )
        try await application.run()
    }

    private func play(
        sendingWith client: HTTPClient,
        log: SimulatorLog?,
        in group: inout ThrowingDiscardingTaskGroup<any Error>
    ) async {
        let sender = WebhookSender(
            client: client,
            signature: self.configuration.signature,
            time: self.switchboard.time,
            wallClock: self.switchboard.wallClock,
            random: self.switchboard.random,
            records: self.records,
            log: log
        )
        for await leg in self.switchboard.arrivals {
            let player = LegPlayer(
                time: self.switchboard.time,
                wallClock: self.switchboard.wallClock,
                sender: sender,
                records: self.records,
                recorder: self.switchboard.recorder,
                regionURL: self.regionURL
            )
            group.addTask {
                await player.play(leg)
                self.records.update { $0.legsAtWork -= 1 }
            }
        }
    }

    private var regionURL: String {
        "http://\(self.configuration.host):\(self.records.read { $0.port } ?? 0)"
    }

    // MARK: Steering and watching

    /// The base URL once the server listens, such as `http://127.0.0.1:9191`.
    ///
    /// - Throws: `CancellationError`, also when the simulator stopped before it listened.
    package func listeningURL() async throws -> String {
        try await self.records.wait { $0.port != nil || $0.hasStopped }
        guard self.records.read({ $0.port != nil }) else { throw CancellationError() }
        return self.regionURL
    }

    /// Sets the plan for calls to a number that are placed from now on.
    package func setPlan(_ plan: CalleePlan, for number: String) {
        self.switchboard.setPlan(plan, for: number)
    }

    /// Calls placed so far, oldest first.
    package var placements: [Placement] { Array(self.records.value.placements) }

    /// Webhook attempts so far, oldest first, perhaps of one leg only.
    package func webhooks(of uuid: String? = nil) -> [SentWebhook] {
        self.records.value.webhooks.filter { uuid == nil || $0.uuid == uuid }
    }

    /// Waits until a number of calls were placed.
    ///
    /// - Returns: Those calls.
    /// - Throws: `CancellationError`.
    @discardableResult
    package func placements(
        of number: String? = nil,
        count: Int
    ) async throws -> [Placement] {
        let isMatch: @Sendable (Placement) -> Bool = { number == nil || $0.number == number }
        try await self.records.wait { $0.placements.lazy.filter(isMatch).count >= count }
        return self.placements.filter(isMatch)
    }

    /// Waits until no leg is live and every webhook is through.
    ///
    /// - Throws: `CancellationError`.
    package func settled() async throws {
        try await self.records.wait { $0.legsAtWork == 0 }
    }
}
