import Foundation
import PromptCallAPI
import SwiftProtobuf
import TTRPC

/// A daemon with its files that places each call with a Nexmo of its own.
struct PlacementLab: Sendable {
    static let from = "14155550199"

    let directory: URL
    let webhookPort: Int

    private var socket: String { self.directory.appendingPathComponent("p.sock").path }

    /// Runs a body with a laboratory, which is gone afterwards.
    static func run(
        with nexmos: [PlacementNexmo],
        _ body: @Sendable (PlacementLab) async throws -> Void
    ) async throws {
        let directory = URL(fileURLWithPath: NSTemporaryDirectory())
            .appendingPathComponent("promptcall-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let key = directory.appendingPathComponent("private.key")
        try Data(try TestKeys.make().privatePEM.utf8).write(to: key)
        let profiles = nexmos.map { nexmo in
            """
              \(nexmo.call.profile):
                application-id: \(Lab.application)
                private-key-file: \(key.path)
                calls-per-second: 100
                from: "\(Self.from)"
                url: \(nexmo.url)
            """
        }
        let configuration = "profiles:\n" + profiles.joined(separator: "\n")
        try Data(configuration.utf8).write(to: directory.appendingPathComponent("c.yaml"))
        try await body(Self(directory: directory, webhookPort: FreePort.pick()))
    }

    /// Starts the daemon and returns once it is ready.
    func start() async throws -> RunningProgram {
        let daemon = try RunningProgram(
            "promptcalld",
            [
                "--config", self.directory.appendingPathComponent("c.yaml").path,
                "--socket", self.socket,
                "--data-dir", self.directory.appendingPathComponent("data").path,
                "--webhook-listen", "127.0.0.1:\(self.webhookPort)",
                // Of no profile; nobody is there.
                "--nexmo-url", "http://127.0.0.1:9", "--log-level", "debug",
            ]
        )
        try await daemon.logged("ready")
        return daemon
    }

    /// Runs a body with a client of the daemon.
    func withClient<Result>(
        _ body: (CallsClient) async throws -> Result
    ) async throws -> Result {
        try await withTTRPCClient(TTRPCClientConfiguration(socketPath: self.socket)) { client in
            try await body(CallsClient(client))
        }
    }

    /// The order of a call that rings for as short as can be.
    static func request(_ call: PlacementCall) -> Promptcall_V1_SubmitRequest {
        var request = Lab.request(to: call.number)
        request.ringTimeout.seconds = 1
        if call.fate == .ringAgain { request.ifPlacementUnknown = .ringAgain }
        request.credentials.profile = call.profile
        return request
    }
}
