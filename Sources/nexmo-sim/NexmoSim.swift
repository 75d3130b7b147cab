import ArgumentParser
import Cryptography
import Foundation
import Logging
import NexmoScenario
import NexmoSimulator
import ServiceLifecycle
import UnixSignals

/// Runs the simulator until a signal ends it.
@main
struct NexmoSim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nexmo-sim",
        abstract: "A Nexmo Voice API that runs on this machine.",
        discussion: """
            The last two digits of a number pick the callee: 00 enters the right PIN (the first \
            3 to 10 digits spoken, else 1234), 01 is wrong once, 02 always, 03 stays silent, \
            04 hangs up during the prompt, 05 is busy, 06 does not answer, 07 is an answering \
            machine, 08 rejects, 09 cannot be reached. Others are as 00.
            """
    )

    @Option(
        help: ArgumentHelp("Address to listen on; port 0 picks a free one.", valueName: "host:port")
    )
    var listen = "127.0.0.1:9191"

    @Option(
        name: .customLong("public-key"),
        help: ArgumentHelp(
            "PEM file with a key that signs callers' JWTs; none: any bearer token will do.",
            valueName: "file"
        )
    )
    var publicKeys: [String] = []

    @Option(
        help: ArgumentHelp("File with the secret that signs webhooks.", valueName: "file")
    )
    var signatureSecret: String?

    @Option(
        help: ArgumentHelp(
            "YAML file with callees, prices and faults; flags win over it.",
            valueName: "file"
        )
    )
    var scenario: String?

    @Option(help: "How many times faster than life calls pass. (default: 1.0)")
    var speed: Double?

    @Option(help: "Where UUIDs and chance come from; picked by chance if left out.")
    var seed: UInt64?

    @Option(
        help: "Calls in any second, more get 429; 0 for no limit. (default: \(Self.callsDefault))"
    )
    var callsPerSecond: Int?

    @Option(
        help: """
            Other requests in any second, more get 429; 0 for no limit. (default: \
            \(Self.requestsDefault))
            """
    )
    var requestsPerSecond: Int?

    @Option(
        help: ArgumentHelp("File for one JSON line per request and webhook.", valueName: "file")
    )
    var log: String?

    @Option(
        help: ArgumentHelp(
            "File for one JSON line per request with what it asked, secrets left out.",
            valueName: "file"
        )
    )
    var logRequests: String?

    @Flag(help: "Also tell --log-requests texts, keys, URLs and whole numbers, never tokens.")
    var logSecrets = false

    @OptionGroup(title: "What is not certain of Nexmo")
    var variants: VariantOptions

    @OptionGroup(title: "Faults, each a share from 0 to 1")
    var faults: FaultOptions

    @Option(help: "The claim api_key of signed webhooks.")
    var apiKey = "a1b2c3d4"

    @Option(
        name: .customLong("application-id"),
        help: "The application of callers' JWTs and signed webhooks; any if left out."
    )
    var applicationID: String?

    /// Nexmo's own limits (reference, section 1.4).
    private static let callsDefault = 3
    private static let requestsDefault = 15

    func validate() throws {
        guard self.speed.map({ $0 > 0 && $0 <= 10_000 }) ?? true else {
            throw ValidationError("--speed must be above 0 and at most 10000.")
        }
        guard self.callsPerSecond.map({ $0 >= 0 }) ?? true else {
            throw ValidationError("--calls-per-second must be 0 or more.")
        }
        guard self.requestsPerSecond.map({ $0 >= 0 }) ?? true else {
            throw ValidationError("--requests-per-second must be 0 or more.")
        }
        guard self.logRequests != nil || !self.logSecrets else {
            throw ValidationError("--log-secrets goes with --log-requests.")
        }
        _ = try self.address()
    }

    func run() async throws {
        let simulator = NexmoSimulator(configuration: try self.settings())
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: simulator)],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "nexmo-sim") { _ in SwiftLogNoOpLogHandler() }
        )
        configuration.maximumGracefulShutdownDuration = .seconds(5)
        let group = ServiceGroup(configuration: configuration)
        async let announcing: Void = Self.announce(simulator)
        try await group.run()
        await announcing
    }

    private static func announce(_ simulator: NexmoSimulator) async {
        do {
            let url = try await simulator.listeningURL()
            FileHandle.standardOutput.write(Data("listening on \(url)\n".utf8))
        } catch {
            // It never listened; its own error says why.
        }
    }

    private func address() throws -> (host: String, port: Int) {
        guard let colon = self.listen.lastIndex(of: ":"), colon != self.listen.startIndex,
            let port = UInt16(self.listen[self.listen.index(after: colon)...])
        else { throw ValidationError("--listen must be host:port.") }
        return (String(self.listen[..<colon]), Int(port))
    }

    private func settings() throws -> SimulatorConfiguration {
        var settings = try self.scenarioSettings()
        (settings.host, settings.port) = try self.address()
        settings.publicKeys = try self.publicKeys.map { try RSAPublicKey(pem: Self.text(of: $0)) }
        settings.applicationID = self.applicationID
        settings.signature = try self.signatureSecret.map { path in
            WebhookSignature(
                secret: try Self.text(of: path).trimmingCharacters(in: .newlines),
                apiKey: self.apiKey,
                applicationID: self.applicationID ?? "684027bc-a2e7-48b1-b4bd-adc02324e09c"
            )
        }
        if let speed = self.speed { settings.speed = speed }
        if let seed = self.seed { settings.seed = seed }
        settings.faults = try self.faults.laid(over: settings.faults)
        self.variants.lay(over: &settings)
        // None is written 0, for that can be told from a flag that is left out.
        if let rate = self.callsPerSecond { settings.callsPerSecond = rate == 0 ? nil : rate }
        if let rate = self.requestsPerSecond {
            settings.requestsPerSecond = rate == 0 ? nil : rate
        }
        settings.logPath = self.log
        settings.requestLogPath = self.logRequests
        settings.logsSecrets = self.logSecrets
        return settings
    }

    /// What holds where no flag says otherwise.
    private func scenarioSettings() throws -> SimulatorConfiguration {
        var settings = SimulatorConfiguration()
        settings.seed = .random(in: .min ... .max)
        settings.callsPerSecond = Self.callsDefault
        settings.requestsPerSecond = Self.requestsDefault
        guard let path = self.scenario else { return settings }
        do {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            return try ScenarioFile(text, file: path, over: settings).settings
        } catch let error as ScenarioError {
            throw Self.unusable(error.description)
        } catch {
            throw Self.unusable("\(path): cannot be read")
        }
    }

    /// Says why a file cannot be used and gives the exit code for that (sysexits.h: `EX_CONFIG`).
    private static func unusable(_ message: String) -> ExitCode {
        FileHandle.standardError.write(Data("nexmo-sim: \(message)\n".utf8))
        return ExitCode(78)
    }

    private static func text(of path: String) throws -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ValidationError("\(path) cannot be read.")
        }
    }
}
