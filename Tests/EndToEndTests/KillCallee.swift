import NexmoSimulator
import PromptCallAPI

/// Whom a call of the kill test rings, and how such a call may end.
enum KillCallee: String, CaseIterable, Sendable {
    case right = "00"
    case wrongOnce = "01"
    case wrong = "02"
    case silent = "03"
    case hangsUp = "04"
    case busy = "05"
    case absent = "06"
    case machine = "07"
    case rejects = "08"
    case unreachable = "09"

    /// What the callee is asked for.
    enum Prompt: CaseIterable, Sendable {
        case pin
        case digits
        case announcement
    }

    /// Draws one; the right ones are the most frequent, for they have the most to lose.
    static func random(using random: inout SeededRandom) -> KillCallee {
        let weighted =
            Self.allCases + Array(repeating: .right, count: 7)
            + [.wrongOnce, .wrong, .silent, .hangsUp]
        return weighted.randomElement(using: &random) ?? .right
    }

    /// Whether the phone is answered.
    var answers: Bool {
        switch self {
        case .right, .wrongOnce, .wrong, .silent, .hangsUp, .machine: true
        case .busy, .absent, .rejects, .unreachable: false
        }
    }

    /// Whether a call may end for a reason, by what the callee does and what became of us and
    /// Nexmo meanwhile.
    ///
    /// FAILED is for what the callee did alone; our outage is never booked as that.
    func allows(_ reason: Promptcall_V1_Reason, of prompt: Prompt) -> Bool {
        switch reason {
        case .interrupted:
            self.answers
        case .lost, .nexmoUnavailable:
            true
        case .pinMatched:
            prompt == .pin && (self == .right || self == .wrongOnce)
        case .digitsCollected:
            prompt == .digits && self == .right
        case .announced:
            prompt == .announcement && self == .right
        case .attemptsExhausted:
            self == .wrong
        case .noInput:
            self == .silent || self == .machine
        case .hungUp:
            self == .hangsUp
        case .busy:
            self == .busy
        case .unanswered:
            // Of a leg of which only the bare end was told, too.
            !self.answers
        case .rejected:
            self == .rejects
        case .unreachable:
            self == .unreachable
        case .unspecified, .messageLeft, .machine, .cancelled, .expired, .credentialsRefused,
            .credentialsLost, .refusedByNexmo, .guard, .internal, .UNRECOGNIZED:
            false
        }
    }
}
