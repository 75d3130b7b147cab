/// Which of the shapes seen over the years webhooks have (reference, sections 5.1, 5.3 and 5.5).
package enum WebhookShape: String, CaseIterable, Sendable {
    case current
    /// Every input is answered by the flat shape, `completed` says neither who ended the call nor
    /// a SIP code, and answer webhooks name no region.
    case older
}
