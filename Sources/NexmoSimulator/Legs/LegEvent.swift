/// Something that the event webhook is told (reference, sections 5.3 and 5.4).
package enum LegEvent: Equatable, Sendable {
    case started
    case ringing
    case answered
    case human
    /// `subState` is `beep_start` or `beep_timeout`.
    case machine(subState: String?)
    /// The end of a leg that was not answered; `completed` follows unless it was rejected.
    case unreached(CallStatus, detail: String?, sipCode: Int?)
    /// `duration` in whole seconds; 0 for a leg that was not answered.
    case completed(duration: Int, by: Party, sipCode: Int)
    case error(reason: String)
    case transfer
    case recorded(NCCOAction.Record)

    /// Who ended a leg.
    package enum Party: String, Equatable, Sendable {
        case platform
        case user
    }

    package var kind: WebhookKind {
        switch self {
        case .started: .started
        case .ringing: .ringing
        case .answered: .answered
        case .human: .human
        case .machine: .machine
        case .unreached(let status, _, _): WebhookKind(status)
        case .completed: .completed
        case .error: .error
        case .transfer: .transfer
        case .recorded: .record
        }
    }

    /// What `GET /v1/calls` shows from then on; nil where nothing changes.
    ///
    /// A leg that was not answered keeps the status that says why.
    package var status: CallStatus? {
        switch self {
        case .started: .started
        case .ringing: .ringing
        case .answered: .answered
        case .human, .error, .transfer, .recorded: nil
        case .machine: .machine
        case .unreached(let status, _, _): status
        case .completed(let duration, _, _): duration > 0 ? .completed : nil
        }
    }
}
