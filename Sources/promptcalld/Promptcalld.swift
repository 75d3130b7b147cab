import ArgumentParser
import DaemonConfiguration
import Foundation
import Logging
import PromptCallDaemon
import StructuredLog

/// The daemon's command line.
@main
struct Promptcalld: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promptcalld",
        abstract: "Rings phones, asks for PINs, and tells how it ended.",
        discussion: """
            Flags win over environment variables, and those over the file. See promptcalld(8) and \
            docs/configuration.md for every setting.
            """,
        version: DaemonVersion.text
    )

    @Option(help: "The YAML file.") var config: String?
    @Flag(help: "Check the configuration and every file it names, then exit.")
    var checkConfig = false
    @Option(help: "Path of the RPC socket.") var socket: String?
    @Option(help: "Directory of the store and the made keys.") var dataDir: String?
    @Option(help: "HOST:PORT for Nexmo's webhooks, or off.") var webhookListen: String?
    @Option(name: .customLong("webhook-url"), help: "What Nexmo is told to call.")
    var webhookURL: String?
    @Option(name: .customLong("nexmo-url"), help: "Where Nexmo's Voice API is.")
    var nexmoURL: String?
    @Option(help: "Most calls placed in any rolling second.") var callsPerSecond: String?
    @Option(help: "How long live calls are followed after SIGTERM, such as 10s.")
    var drainGrace: String?
    @Option(help: "trace, debug, info, notice, warning, error or critical.") var logLevel: String?
    @Option(help: "text or json.") var logFormat: String?

    func run() async throws {
        ProcessLimits.apply()
        do {
            try await self.start()
        } catch let error as ConfigurationError {
            throw Self.exit("\(error)", error.code.exitCode)
        } catch let failure as DaemonFailure {
            throw Self.exit(failure.description, failure.exitCode)
        }
    }

    private func start() async throws {
        let environment = ProcessInfo.processInfo.environment
        let flags = self.flags
        let read: @Sendable () throws -> DaemonConfiguration = {
            try DaemonConfiguration.load(flags: flags, environment: environment) {
                try DiskFile.text(at: $0)
            }
        }
        let configuration = try read()
        let daemon = Daemon(
            configuration: configuration,
            environment: environment,
            userID: geteuid(),
            reload: read,
            logger: Self.logger(configuration.log)
        )
        if self.checkConfig {
            try daemon.checkFiles()
        } else {
            try await daemon.run()
        }
    }

    private var flags: FlagValues {
        FlagValues(
            configPath: self.config,
            socket: self.socket,
            dataDirectory: self.dataDir,
            webhookListen: self.webhookListen,
            webhookURL: self.webhookURL,
            nexmoURL: self.nexmoURL,
            callsPerSecond: self.callsPerSecond,
            drainGrace: self.drainGrace,
            logLevel: self.logLevel,
            logFormat: self.logFormat
        )
    }

    private static func logger(_ log: LogConfiguration) -> Logger {
        let format = log.format(onTerminal: isatty(STDERR_FILENO) == 1)
        return Logger(label: "promptcalld") { label in
            StructuredLogHandler(
                label: label,
                level: log.level,
                format: format == .json ? .json : .text
            )
        }
    }

    private static func exit(_ message: String, _ code: Int32) -> ExitCode {
        FileHandle.standardError.write(Data("promptcalld: \(message)\n".utf8))
        return ExitCode(code)
    }
}
