internal import PromptCallCore

/// What a callee does with one ring.
enum Callee: Equatable, Sendable {
    /// Answers, and keys entries in, one a turn; an empty one is silence, and so is what is past
    /// the last.
    case answers(entries: [String])
    /// Answers, and hangs up in the middle of what is said, having keyed some entries in.
    case hangsUp(entries: [String])
    /// A machine answers, which beeps or does not, and takes what it is told.
    case machine(beeps: Bool)
    /// Does not answer: the leg ends with a status.
    case doesNotAnswer(LegReport.Status)

    static let rightPIN = "1234"

    /// Draws one.
    static func draw(_ random: inout SplitMix64) -> Self {
        switch random.number(0...21) {
        case 0...6: .answers(entries: [rightPIN])
        case 7, 8: .answers(entries: ["0000", rightPIN])
        case 9: .answers(entries: ["", "99", rightPIN])
        case 10: .answers(entries: ["1", "22", "333", "4444"])
        case 11: .answers(entries: [])
        case 12: .answers(entries: ["#", "", rightPIN + "#"])
        case 13: .hangsUp(entries: [])
        case 14: .hangsUp(entries: ["0000"])
        case 15: .doesNotAnswer(.busy)
        case 16: .doesNotAnswer(random.one(of: [.unanswered, .cancelled]))
        case 17:
            .doesNotAnswer(
                .rejected(random.one(of: [.declined, .invalidNumber, .restricted]))
            )
        case 19: .machine(beeps: true)
        case 20: .machine(beeps: random.chance(0.5))
        case 18: .doesNotAnswer(.failed(random.one(of: [.unreachable, .internalError])))
        default: .answers(entries: ["12", "", "1234"])
        }
    }
}
