/// What a webhook tells, by which faults and records name it.
package enum WebhookKind: String, CaseIterable, Sendable {
    case answer
    case input
    case notify
    /// To the application's fallback URL, where one of the three above failed.
    case fallback
    case started
    case ringing
    case answered
    case human
    case machine
    case busy
    case cancelled
    case unanswered
    case timeout
    case rejected
    case failed
    case completed
    case transfer
    case record
    case error

    /// The kind of a status event.
    init(_ status: CallStatus) {
        self =
            switch status {
            case .started: .started
            case .ringing: .ringing
            case .answered: .answered
            case .human: .human
            case .machine: .machine
            case .busy: .busy
            case .cancelled: .cancelled
            case .unanswered: .unanswered
            case .timeout: .timeout
            case .rejected: .rejected
            case .failed: .failed
            case .completed: .completed
            }
    }
}
