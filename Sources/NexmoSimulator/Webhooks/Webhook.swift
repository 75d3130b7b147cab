/// A webhook ready to be sent.
struct Webhook: Sendable {
    var kind: WebhookKind
    var address: WebhookAddress
    var body: JSON
    /// The leg it is about.
    var uuid: String
    /// The last two digits of the callee's number, for the log.
    var numberEnd: String
    /// Whether it is only recorded, as one that never arrived.
    var isLost = false
}
