/// The asking on a call's latest leg: what is open, and what was answered to whom.
package struct Dialogue: Equatable, Sendable {
    /// The open turn, 1, 2, …; 0 before a leg was placed.
    package var turn = 0
    /// What the open turn was asked with, or what was said last; nil while that is the opening.
    package var directive: Directive?
    /// When the open turn's words can have begun to play; nil while nobody has answered.
    package var openedAt: Timestamp?
    /// What was entered, a turn each: turn n is at n - 1.
    package var entries: [JudgedEntry] = []
    /// Rounds of asking used up, over all legs.
    package var rounds = 0
    /// Entries of this round that used nothing up, at most ``gracesMax``.
    package var graces = 0
    /// How often the text was played in this round.
    package var played = 0
    /// What has become of the message for a machine; nil where none was asked for.
    package var message: Message?
    /// How often Nexmo was asked to play it.
    package var messagesAsked = 0

    /// Entries of a round that may go uncounted: a stray `#`, or one too early to be meant.
    package static let gracesMax = 2

    /// Most often that Nexmo is asked to play a message.
    package static let messagesMax = 5

    package init() {}

    /// The raw values are stored.
    package enum Message: UInt8, Sendable {
        /// Nexmo was asked to play it, and may or may not do so.
        case asked = 1
        case playing = 2
        /// To its end.
        case played = 3
    }

    /// Whether an entry is awaited.
    package var isOpen: Bool { self.turn > self.entries.count }
}

/// An entry and what was answered to it; never its digits.
package struct JudgedEntry: Equatable, Sendable {
    package var verdict: Verdict
    /// What its webhook was answered, and is answered again when it is repeated.
    package var answer: Directive

    package init(verdict: Verdict, answer: Directive) {
        self.verdict = verdict
        self.answer = answer
    }

    /// The raw values are stored.
    package enum Verdict: UInt8, CaseIterable, Sendable {
        case right = 1
        case wrong = 2
        /// Nobody keyed anything; it used up a try.
        case silent = 3
        /// Nobody keyed anything, and the text is played once more in the same round.
        case replayed = 4
        /// A `#` behind the last entry, or silence before the text can have been heard.
        case uncounted = 5
    }
}

/// What the callee is to hear and do next.
package enum Directive: Equatable, Sendable {
    /// Say something, then listen for the entry of a turn. Without words: listen at once.
    ///
    /// Where the words may not be cut short, the time to answer starts behind them for certain.
    case ask(Spoken?, turn: Int, plays: Int, bargeIn: Bool)
    /// Say the text as often as the terms want, and report when the first time is over.
    case announce
    /// Say last words; the leg ends behind them.
    case say(Spoken)
    /// Say nothing; the leg ends.
    case silence
}
