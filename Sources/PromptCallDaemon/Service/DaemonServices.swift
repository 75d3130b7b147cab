internal import CallEngine
internal import DaemonConfiguration
internal import Logging
internal import NexmoVoice
internal import PromptCallCore
internal import ServiceLifecycle
internal import TTRPC
internal import UnixSignals

/// The engine and retention, until the servers are gone.
struct EngineService: Service {
    private let parts: DaemonParts

    init(_ parts: DaemonParts) {
        self.parts = parts
    }

    func run() async throws {
        let kept = self.parts.configuration.retention
        let retention = Retention(calls: kept.calls, events: kept.events)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.parts.engine.run() }
                group.addTask {
                    await retention.run(
                        self.parts.store,
                        clock: self.parts.clock,
                        logger: self.parts.logger
                    )
                }
            }
        }
    }
}

/// The RPC server.
struct RPCService: Service {
    let server: TTRPCServer

    init(_ server: TTRPCServer) {
        self.server = server
    }

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await self.server.run()
        } onGracefulShutdown: {
            self.server.beginGracefulShutdown()
        }
    }
}

/// Says when the daemon is ready; at the end it is stopped first, and lets live calls end.
struct Readiness: Service {
    let rpc: RPCService
    /// Ends when webhooks can come.
    let webhooksBound: AsyncStream<Never>
    let engine: CallEngine
    let drainGrace: Duration
    let notifier: SystemdNotifier
    let logger: Logger
    /// Called once everything is served.
    let onReady: @Sendable () -> Void

    func run() async throws {
        try await self.rpc.server.waitUntilListening()
        for await _ in self.webhooksBound {}
        self.logger.notice("ready")
        self.notifier.notify("READY=1\n")
        self.onReady()
        do {
            try await gracefulShutdown()
        } catch {
            // Cancelled, because another part failed: there is nobody left to wait for.
            return
        }
        self.logger.notice("draining", metadata: ["live.calls": "\(self.engine.liveCalls)"])
        self.notifier.notify("STOPPING=1\n")
        await self.engine.stop(grace: self.drainGrace)
        self.logger.notice("stopping", metadata: ["live.calls": "\(self.engine.liveCalls)"])
    }
}

/// Reads profiles, callers and secrets anew on SIGHUP.
struct Reloading: Service {
    let parts: DaemonParts
    let files: SecretFiles
    let read: @Sendable () throws -> DaemonConfiguration
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        for await _ in signals.cancelOnGracefulShutdown() { self.reload() }
    }

    /// Goes by the new configuration, or keeps the old one whole.
    private func reload() {
        do {
            let configuration = try self.read()
            let secrets = try DaemonSecrets(configuration, files: self.files)
            self.parts.mint.replace(profiles: secrets.profiles)
            self.parts.judge.replace(secrets.signatures)
            self.parts.sender.replace(secrets.callbackSecret)
            self.parts.callers.replace(configuration)
            self.parts.engine.reconfigure(
                DaemonParts.profiles(configuration),
                guardRules: configuration.guard.map(GuardRules.init)
            )
            self.logger.notice("configuration read anew")
        } catch {
            self.logger.error("configuration kept as it was", metadata: ["error": "\(error)"])
        }
    }
}
