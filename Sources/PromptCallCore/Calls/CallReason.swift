/// Why a call, or a leg of it, ended as it did.
///
/// The raw values are those of `promptcall.v1.Reason`, and are stored.
package enum CallReason: Int, CaseIterable, Sendable {
    case pinMatched = 1
    case digitsCollected = 2
    case announced = 3
    case messageLeft = 4

    case attemptsExhausted = 10
    case hungUp = 11
    case noInput = 12
    case machine = 13

    case busy = 20
    case unanswered = 21
    case rejected = 22
    /// Nexmo: `failed`.
    case unreachable = 23
    case cancelled = 24
    case expired = 25
    /// Nexmo: 401, for credentials given with the call.
    case credentialsRefused = 26
    /// Given with the call, and the daemon restarted before placing it.
    case credentialsLost = 27
    /// Nexmo: any other 4xx but 429.
    case refusedByNexmo = 28
    /// Unknown whether it was placed, and no sign of it came.
    case nexmoUnavailable = 29
    /// Placed, and then nothing more could be learned.
    case lost = 30
    /// Answered, and cut short by Nexmo or by us, not by the callee.
    case interrupted = 31
    /// The fraud guard closed while it was queued.
    case `guard` = 32
    /// Our own fault, such as a record that cannot be read.
    case `internal` = 33

    /// What the callback states.
    package var status: CallStatus {
        switch self {
        case .pinMatched, .digitsCollected, .announced, .messageLeft:
            .ok
        case .attemptsExhausted, .hungUp, .noInput, .machine:
            .failed
        case .busy, .unanswered, .rejected, .unreachable, .cancelled, .expired,
            .credentialsRefused, .credentialsLost, .refusedByNexmo, .nexmoUnavailable, .lost,
            .interrupted, .guard, .internal:
            .error
        }
    }

    /// The lower-case name that callbacks and scripts see, such as `attempts_exhausted`.
    package var name: String {
        switch self {
        case .pinMatched: "pin_matched"
        case .digitsCollected: "digits_collected"
        case .announced: "announced"
        case .messageLeft: "message_left"
        case .attemptsExhausted: "attempts_exhausted"
        case .hungUp: "hung_up"
        case .noInput: "no_input"
        case .machine: "machine"
        case .busy: "busy"
        case .unanswered: "unanswered"
        case .rejected: "rejected"
        case .unreachable: "unreachable"
        case .cancelled: "cancelled"
        case .expired: "expired"
        case .credentialsRefused: "credentials_refused"
        case .credentialsLost: "credentials_lost"
        case .refusedByNexmo: "refused_by_nexmo"
        case .nexmoUnavailable: "nexmo_unavailable"
        case .lost: "lost"
        case .interrupted: "interrupted"
        case .guard: "guard"
        case .internal: "internal"
        }
    }
}
