/// What Nexmo said of a leg, by a status webhook or as the answer to GET.
package struct LegReport: Equatable, Sendable {
    /// Nexmo's statuses, with those that differ only by their `detail` told apart.
    package enum Status: Equatable, Sendable {
        case started
        case ringing
        case answered
        case human
        /// A machine answered.
        case machine
        /// The machine's beep was heard, or waited for in vain.
        case beep
        case busy
        case cancelled
        /// `timeout` and `unanswered`.
        case unanswered
        case rejected(Rejection)
        case failed(Failure)
        case completed
    }

    /// The `detail` of `rejected`.
    package enum Rejection: Equatable, Sendable {
        case declined
        case invalidNumber
        case restricted
    }

    /// The `detail` of `failed`.
    package enum Failure: Equatable, Sendable {
        case unreachable
        case internalError
    }

    /// Where it came from.
    package enum Source: Equatable, Sendable {
        case webhook
        case fetch
    }

    package var status: Status
    package var source: Source
    package var uuid: String?
    package var conversationUUID: String?
    package var disconnectedBy: CallLeg.Disconnector?
    package var duration: Duration?
    package var price: Amount?
    package var rate: Amount?
    package var network: String?
    /// In words, for a person; empty where Nexmo said nothing.
    package var detail = ""

    package init(_ status: Status, source: Source = .webhook, uuid: String? = nil) {
        self.status = status
        self.source = source
        self.uuid = uuid
    }

    /// Whether the leg is over by this.
    package var isFinal: Bool {
        switch self.status {
        case .started, .ringing, .answered, .human, .machine, .beep: false
        case .busy, .cancelled, .unanswered, .rejected, .failed, .completed: true
        }
    }

    /// What a final status says of the leg's end (design, "One table maps Nexmo's statuses"); nil
    /// for `completed`, which says only that there was one.
    package var reason: CallReason? {
        switch self.status {
        case .started, .ringing, .answered, .human, .machine, .beep, .completed: nil
        case .busy: .busy
        case .cancelled, .unanswered: .unanswered
        case .rejected(.declined): .rejected
        case .rejected(.invalidNumber): .unreachable
        case .rejected(.restricted): .refusedByNexmo
        case .failed(.unreachable): .unreachable
        case .failed(.internalError): .nexmoUnavailable
        }
    }

    /// Whether the leg must have been answered for this to be said.
    package var provesAnswer: Bool {
        switch self.status {
        case .answered, .human, .machine, .beep: true
        case .completed: (self.duration ?? .zero) > .zero
        case .started, .ringing, .busy, .cancelled, .unanswered, .rejected, .failed: false
        }
    }
}
