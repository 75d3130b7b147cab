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
    /// GET, PUT and DELETE in any second of the unscaled clock, more get 429; nil: no limit.
    package var requestsPerSecond: Int?
    /// File for one JSON line per request and webhook; nil: none.
    package var logPath: String?
    /// File for one JSON line per request with what it asked; nil: none.
    package var requestLogPath: String?
    /// Whether ``requestLogPath`` gets texts, keys, URLs and whole numbers; tokens never.
    package var logsSecrets = false
    /// Callees by number; those that are not here are picked by their last two digits.
    package var callees = NumberTable<CalleePlan>()
    /// What a minute costs by number, in hundred-millionths of a euro; else ``Money/rate``.
    package var rates = NumberTable<Int64>()
    package var webhookShape = WebhookShape.current
    package var bargeInTimer = BargeInTimer.promptEnd
    /// The application's `fallback_answer_url` (reference, section 5.7); nil: it has none.
    package var fallbackURL: String?
    /// The application's event URL: for error events, and for calls that name none; nil: the
    /// call's own gets them.
    package var eventURL: String?
    /// The host name under which calls live, as the answer webhook's `region_url` tells: requests
    /// for a call by any other name get 404. Nil: any name will do.
    package var regionHost: String?
    /// File for the bodies of requests and NCCOs, as ``RequestRecorder`` writes them; nil: none.
    package var recordPath: String?

    package init() {}
}
