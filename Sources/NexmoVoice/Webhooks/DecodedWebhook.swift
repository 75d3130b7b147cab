package import PromptCallCore

/// What a webhook says, and of whom.
package struct DecodedWebhook: Equatable, Sendable {
    package var event: LegEvent
    /// Nexmo's name of the leg, where it is told.
    package var uuid: String?
    /// Nexmo's name of the conversation; error events of an application tell nothing else.
    package var conversationUUID: String?
    /// Where Nexmo says that the leg lives; only an answer webhook tells it, and it is not to be
    /// believed as it is.
    package var regionURL: String?
}
