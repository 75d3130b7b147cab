package import Cryptography

/// Settings of a simulator.
package struct SimulatorConfiguration: Sendable {
    /// Address to listen on.
    package var host = "127.0.0.1"
    /// Port to listen on; 0 picks a free one.
    package var port = 0
    /// Keys of which one must have signed a caller's JWT; none: any bearer token will do.
    package var publicKeys: [RSAPublicKey] = []
    /// The claim `application_id` that a caller's JWT must have; nil: any.
    package var applicationID: String?
    /// Signs webhooks; nil: they go out unsigned.
    package var signature: WebhookSignature?
    /// How many times faster than life calls pass, more than 0. Timeouts of HTTP stay as they are.
    package var speed = 1.0
    /// Where UUIDs and chance come from; the same seed gives the same UUIDs.
    package var seed: UInt64 = 1
    /// What goes wrong by chance.
    package var faults = FaultShares()
    /// Calls placed in any second of the unscaled clock, more get 429; nil: no limit.
    package var callsPerSecond: Int?
    /// File for one JSON line per request and webhook; nil: none.
    package var logPath: String?
    /// File for the bodies of requests and NCCOs, as ``RequestRecorder`` writes them; nil: none.
    package var recordPath: String?

    package init() {}
}
