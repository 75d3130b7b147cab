internal import Logging
internal import NIOCore

/// What all connections share: who judges their webhooks, and within which bounds.
struct WebhookJudging: Sendable {
    let gateway: any WebhookGateway
    let answerTimeout: TimeAmount
    let taskExecutor: (any TaskExecutor)?
    let logger: Logger
    let deliveries = DeliveryCount()
}
