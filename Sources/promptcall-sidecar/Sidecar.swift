import ArgumentParser
import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import StructuredLog
import UnixSignals
import WebhookSidecar

/// The webhook sidecar as a process of its own: HTTP in, `Webhooks/Deliver` out; no secret, no
/// state.
@main
struct Sidecar: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promptcall-sidecar",
        abstract: "Takes Nexmo's webhooks and hands them to a promptcalld."
    )

    @Option(help: "Path of the daemon's RPC socket (PROMPTCALL_SOCKET).") var socket: String?
    @Option(help: "HOST:PORT to listen on.") var listen: ListenOption
    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: LogLevelOption = .info
    @Option(help: "text or json; by default text on a terminal.") var logFormat: LogFormatOption?

    private static let socketDefault = "/run/promptcall/promptcall.sock"
    /// 69: an address is in use; 70: anything else.
    private static let addressInUse: Int32 = 69
    private static let other: Int32 = 70

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let path = self.socket ?? environment["PROMPTCALL_SOCKET"] ?? Self.socketDefault
        let isText = self.logFormat.map { $0 == .text } ?? (isatty(STDERR_FILENO) == 1)
        let level = self.logLevel.level
        let logger = Logger(label: "promptcall-sidecar") { label in
            StructuredLogHandler(label: label, level: level, format: isText ? .text : .json)
        }
        let gateway = SocketGateway(path: path, logger: logger)
        let server = WebhookServer(
            gateway: gateway,
            address: ListenAddress(host: self.listen.host, port: self.listen.port),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger,
            onBound: { logger.notice("ready", metadata: ["webhook.port": "\($0)"]) }
        )
        let group = ServiceGroup(
            services: [server],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        do {
            try await group.run()
        } catch {
            logger.error("cannot serve", metadata: ["error": "\(error)"])
            await gateway.close()
            let isInUse = (error as? IOError)?.errnoCode == EADDRINUSE
            throw ExitCode(isInUse ? Self.addressInUse : Self.other)
        }
        await gateway.close()
    }
}
