/// What all legs of a simulator have in common, held once.
final class LegSettings: Sendable {
    /// What befalls webhooks by chance.
    let faults: FaultShares
    let shape: WebhookShape
    let bargeInTimer: BargeInTimer
    /// The application's event URL: for error events, and for calls that name none.
    let applicationEvents: WebhookAddress?

    init(_ configuration: SimulatorConfiguration) {
        self.faults = configuration.faults
        self.shape = configuration.webhookShape
        self.bargeInTimer = configuration.bargeInTimer
        self.applicationEvents = configuration.eventURL.map {
            WebhookAddress(url: $0, method: .post)
        }
    }
}
