internal import PromptCallCore

/// One ring of a phone, as it really is.
struct SimulatedLeg: Sendable {
    let uuid: String
    let call: CallID
    /// Of the call, 1, 2, …
    let number: Int
    let to: PhoneNumber
    let from: PhoneNumber
    let terms: CallTerms
    let placedAt: Timestamp
    let callee: Callee
    var state = State.started
    /// What it still has to do of the NCCO that it obeys.
    var actions: [Action] = []
    /// Counts the NCCOs obeyed, so that what an older one planned is known to be void.
    var obeyed = 0
    /// What the callee keyed in so far, in order.
    var entered: [Entry] = []
    /// The callee heard the announcement to its end.
    var heardAnnouncement = false
    /// A machine, or whoever was taken for one, heard its message to its end.
    var heardMessage = false
    /// Nexmo took whoever answered for a machine.
    var isTakenForMachine = false
    var endedAt: Timestamp?
    var end: LegReport?
    var endedBy: Ender?
    /// What GET would have answered, oldest first.
    var history: [LegReport] = []

    enum State: Int, Comparable, Sendable {
        case started
        case ringing
        case answered
        case over

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Who ended an answered leg.
    enum Ender: Equatable, Sendable {
        case callee
        /// We asked for it.
        case hangUp
        /// There was nothing more to say.
        case playedOut
        /// Nexmo got no instructions, or failed.
        case nexmo
    }

    /// A step of an NCCO.
    enum Action: Equatable, Sendable {
        case talk(Duration)
        case input(turn: Int, isRepeat: Bool)
        case notify
        case notifyMessage
    }

    /// An entry that the callee made.
    struct Entry: Equatable, Sendable {
        var turn: Int
        /// The turn was asked for before, and no answer came.
        var isRepeat: Bool
        var digits: String
        var at: Timestamp
        /// Its webhook was answered with instructions.
        var isServed = false
    }

    var wasAnswered: Bool { self.history.contains { $0.status == .answered } }

    /// What the callee keys in next; nil where nothing is left.
    var nextEntry: String? {
        let entries =
            switch self.callee {
            case .answers(let entries), .hangsUp(let entries): entries
            case .doesNotAnswer, .machine: [String]()
            }
        return self.entered.count < entries.count ? entries[self.entered.count] : nil
    }

    /// How long an input waits in vain.
    func silence(timerBeginsWithWords: Bool) -> Duration {
        guard timerBeginsWithWords else { return self.terms.inputTimeout }
        return max(self.terms.inputTimeout - self.terms.speech.text, .milliseconds(100))
    }
}
