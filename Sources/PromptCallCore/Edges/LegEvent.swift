/// A webhook about a leg, decoded. Its URL says which call, leg and turn it is about.
package enum LegEvent: Equatable, Sendable {
    /// The status of the leg changed.
    case report(LegReport)
    /// The callee's entry for a turn is over; its answer is a directive.
    case entry(Entry)
    /// The leg was answered and asks what to do; its answer is a directive.
    case opening(uuid: String?)
    /// The words in front of it were played to their end.
    case played
    /// The message for a machine was played to its end.
    case messagePlayed
    /// Nexmo could not do what we told it, in its words.
    case fault(String)
    /// Something else that needs no more than an acknowledgement.
    case other

    /// What the callee keyed in.
    package struct Entry: Equatable, Sendable {
        /// Of the webhook's URL, 1, 2, …
        package var turn: Int
        /// Empty where nothing was keyed.
        package var digits: DTMFDigits
        /// The time ran out; true also where digits came (reference, 5.5).
        package var timedOut: Bool
        package var uuid: String?
        /// The turn was asked for once more, which Nexmo does only where the webhook of an entry
        /// before was lost.
        package var isRepeat: Bool

        package init(
            turn: Int,
            digits: DTMFDigits,
            timedOut: Bool,
            uuid: String? = nil,
            isRepeat: Bool = false
        ) {
            self.turn = turn
            self.digits = digits
            self.timedOut = timedOut
            self.uuid = uuid
            self.isRepeat = isRepeat
        }
    }
}
