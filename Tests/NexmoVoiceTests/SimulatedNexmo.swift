import Cryptography
import Foundation
import NexmoSimulator

/// The simulator, in a file of its own: it and NexmoVoice have types of the same names.
enum SimulatedNexmo {
    static let secret = "a signature secret of 32 bytes.."
    static let applicationID = "684027bc-a2e7-48b1-b4bd-adc02324e09c"
    static let account = "a1b2c3d4"

    /// Runs a body beside a simulator that checks tokens and signs webhooks, and returns what the
    /// simulator took amiss.
    static func run(
        key: RSAPublicKey,
        _ body: @escaping @Sendable (_ url: String) async throws -> Void
    ) async throws -> [String] {
        var configuration = SimulatorConfiguration()
        configuration.publicKeys = [key]
        configuration.applicationID = self.applicationID
        configuration.speed = 100
        configuration.recordPath = RecordedRequests.path(
            "whole-road",
            in: ProcessInfo.processInfo.environment
        )
        configuration.signature = WebhookSignature(
            secret: self.secret,
            apiKey: self.account,
            applicationID: self.applicationID
        )
        return try await withNexmoSimulator(configuration) { url, simulator in
            try await body(url)
            return Array(simulator.records.value.objections)
        }
    }
}
