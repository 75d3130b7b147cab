/// One action of an NCCO, as far as a callee can notice it.
package enum NCCOAction: Equatable, Sendable {
    case talk(Talk)
    case stream(Stream)
    case input(Input)
    case notify(Notify)
    case wait(Duration)
    case record(Record)
    /// An action that Nexmo has and this simulator has not, such as `connect`.
    case unsupported(String)

    package struct Talk: Equatable, Sendable {
        /// What is spoken; SSML tags are gone.
        package var words: String
        package var bargeIn = false
        /// How often it is spoken; 0 for ever.
        package var loop = 1

        package init(_ words: String, bargeIn: Bool = false, loop: Int = 1) {
            self.words = words
            self.bargeIn = bargeIn
            self.loop = loop
        }
    }

    package struct Stream: Equatable, Sendable {
        package var bargeIn = false
        /// How often it is played; 0 for ever.
        package var loop = 1
    }

    package struct Input: Equatable, Sendable {
        /// How long silence may last before the entry ends, 0 to 10 s (30 in the legacy shape).
        package var timeOut: Duration = .seconds(3)
        /// Keys that make an entry complete, 1 to 20.
        package var maxDigits = 4
        package var submitOnHash = false
        /// Nil: the event URL of the call.
        package var webhook: WebhookAddress?
        /// The flat shape without `type`, answered by the flat webhook (reference, section 4.2).
        package var isLegacy = false
        /// Whether keys are listened to; not for `type` `speech` alone.
        package var takesKeys = true

        package init(
            timeOut: Duration = .seconds(3),
            maxDigits: Int = 4,
            submitOnHash: Bool = false,
            webhook: WebhookAddress?,
            isLegacy: Bool = false,
            takesKeys: Bool = true
        ) {
            self.timeOut = timeOut
            self.maxDigits = maxDigits
            self.submitOnHash = submitOnHash
            self.webhook = webhook
            self.isLegacy = isLegacy
            self.takesKeys = takesKeys
        }
    }

    package struct Notify: Equatable, Sendable {
        package var payload: JSON
        package var webhook: WebhookAddress

        package init(payload: JSON, webhook: WebhookAddress) {
            self.payload = payload
            self.webhook = webhook
        }
    }

    package struct Record: Equatable, Sendable {
        /// How long it blocks; nil where no condition ends it and the next action begins at once.
        package var length: Duration?
        package var format: String
        package var webhook: WebhookAddress?
    }

    /// Whether a key press may cut it short.
    var isInterruptible: Bool {
        switch self {
        case .talk(let talk): talk.bargeIn
        case .stream(let stream): stream.bargeIn
        case .input, .notify, .wait, .record, .unsupported: false
        }
    }
}
