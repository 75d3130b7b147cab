/// A webhook that wants an NCCO.
package enum LegQuestion: Equatable, Sendable {
    case answer(WebhookAddress)
    case input(NCCOAction.Input, digits: String, timedOut: Bool)
    case notify(NCCOAction.Notify)
    /// The NCCO that a transfer by URL names.
    case transfer(WebhookAddress)
}
