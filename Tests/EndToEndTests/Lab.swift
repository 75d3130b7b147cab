import Cryptography
import Foundation
import NexmoSimulator
import PromptCallAPI
import TTRPC

/// A daemon of its own with its files, a simulated Nexmo and a client.
struct Lab: Sendable {
    static let application = "684027bc-a2e7-48b1-b4bd-adc02324e09c"
    static let speed = 25.0

    let directory: URL
    let simulator: NexmoSimulator
    let nexmoURL: String
    let webhookPort: Int

    var socket: String { self.directory.appendingPathComponent("p.sock").path }
    var data: URL { self.directory.appendingPathComponent("data") }
    var privateKey: URL { self.directory.appendingPathComponent("private.key") }

    /// Runs a body with a laboratory, which is gone afterwards.
    static func run(
        lostWebhooks: Double = 0,
        simulated change: (inout SimulatorConfiguration) -> Void = { _ in },
        _ body: @Sendable (Lab) async throws -> Void
    ) async throws {
        let directory = URL(fileURLWithPath: NSTemporaryDirectory())
            .appendingPathComponent("promptcall-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (privatePEM, publicPEM) = try TestKeys.make()
        let secret = "a signature secret of this test alone"
        try Data(privatePEM.utf8).write(to: directory.appendingPathComponent("private.key"))
        try Data("\(secret)\n".utf8).write(to: directory.appendingPathComponent("signature.secret"))
        var simulated = SimulatorConfiguration()
        simulated.publicKeys = [try RSAPublicKey(pem: publicPEM)]
        simulated.signature = WebhookSignature(
            secret: secret,
            apiKey: "abcd1234",
            applicationID: Self.application
        )
        simulated.speed = Self.speed
        simulated.recordPath = RecordedRequests.path(
            "end-to-end",
            in: ProcessInfo.processInfo.environment
        )
        simulated.faults.lostWebhooks = lostWebhooks
        change(&simulated)
        let port = try FreePort.pick()
        try await withNexmoSimulator(simulated) { url, simulator in
            try await body(
                Lab(
                    directory: directory,
                    simulator: simulator,
                    nexmoURL: url,
                    webhookPort: port
                )
            )
        }
    }

    /// Starts the daemon and returns once it is ready.
    func start(
        configuration more: String = "",
        webhookListen: String? = nil,
        environment: [String: String] = [:]
    ) async throws -> RunningProgram {
        let daemon = try self.launch(
            configuration: more,
            webhookListen: webhookListen,
            environment: environment
        )
        try await daemon.logged("ready")
        return daemon
    }

    /// Starts the daemon and returns at once.
    func launch(
        configuration more: String = "",
        webhookListen: String? = nil,
        environment: [String: String] = [:]
    ) throws -> RunningProgram {
        let file = self.directory.appendingPathComponent("c.yaml")
        let profile = """
            profiles:
              default:
                application-id: \(Self.application)
                private-key-file: \(self.privateKey.path)
                signature-secret-file: \(self.directory.path)/signature.secret
                calls-per-second: 100
                from: "14155550199"
            \(more)
            """
        try Data(profile.utf8).write(to: file)
        return try RunningProgram(
            "promptcalld",
            [
                "--config", file.path, "--socket", self.socket, "--data-dir", self.data.path,
                "--webhook-listen", webhookListen ?? "127.0.0.1:\(self.webhookPort)",
                "--webhook-url", "http://127.0.0.1:\(self.webhookPort)",
                "--nexmo-url", self.nexmoURL, "--log-level", "debug",
            ],
            environment: environment
        )
    }

    /// Runs a body with a client of the daemon.
    func withClient<Result>(
        _ body: (CallsClient) async throws -> Result
    ) async throws -> Result {
        try await withTTRPCClient(TTRPCClientConfiguration(socketPath: self.socket)) { client in
            try await body(CallsClient(client))
        }
    }

    /// A call that asks for the PIN 1234.
    static func request(to number: String) -> Promptcall_V1_SubmitRequest {
        var request = Promptcall_V1_SubmitRequest()
        request.to = number
        request.text = "Please key in your PIN"
        request.pinCode = "1234"
        request.byeText = "Goodbye"
        request.failedText = "That was wrong"
        return request
    }

    /// Whether any file of the data directory holds a text in clear.
    func filesHold(_ text: String) throws -> [String] {
        let files = try FileManager.default.subpathsOfDirectory(atPath: self.data.path)
        return try files.filter { file in
            let path = self.data.appendingPathComponent(file)
            guard try path.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile ?? false
            else { return false }
            return try Data(contentsOf: path).range(of: Data(text.utf8)) != nil
        }
    }
}

extension CallsClient {
    /// Submits a call and returns its tid.
    func submitted(_ request: Promptcall_V1_SubmitRequest) async throws -> String {
        try await self.submit(request).tid
    }

    /// The call once it has come to a stage.
    func reached(
        _ stage: Promptcall_V1_Stage = .ended,
        _ tid: String,
        within seconds: Int64 = 60
    ) async throws -> Promptcall_V1_Call {
        var request = Promptcall_V1_WaitRequest()
        request.tid = tid
        request.until = stage
        return try await self.wait(request, options: TTRPCCallOptions(timeout: .seconds(seconds)))
    }
}
