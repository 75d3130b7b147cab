/// Whoever judges webhooks: an engine in the same process, or a daemon behind a socket.
package protocol WebhookGateway: Sendable {
    /// Judges a request and says what to answer.
    ///
    /// Where this takes longer than ``WebhookServer/answerTimeout``, 503 is answered for it and
    /// what it returns is dropped; its task is cancelled then, which it may heed.
    func deliver(_ request: DeliveredWebhook) async -> WebhookAnswer

    /// Tells whether webhooks can be served now.
    func isServing() async -> Bool
}
