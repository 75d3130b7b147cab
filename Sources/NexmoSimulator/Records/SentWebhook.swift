/// One attempt to deliver a webhook, or one that was lost on purpose.
package struct SentWebhook: Equatable, Sendable {
    package enum Result: Equatable, Sendable {
        /// The HTTP status of the answer.
        case status(Int)
        /// No connection, no answer in time, or a broken one.
        case noAnswer
        /// Never sent, because a fault wanted it so.
        case lost
    }

    package var kind: WebhookKind
    /// The leg it is about.
    package var uuid: String
    /// 1, or 2 for the second try of a webhook that wants an NCCO.
    package var attempt: Int
    package var result: Result
    /// When it was sent, by the wall clock.
    package var at: WallTime
    /// Until the answer was read, by the unscaled clock.
    package var took: Duration
}
