package import PromptCallCore

/// What becomes of one ring: how Nexmo takes the order, and what the callee does.
package struct PhonePlan: Sendable {
    package var placing = Placing.placed
    /// What becomes of the ringing.
    package var pickUp = PickUp.answers(after: .seconds(4))
    /// What is keyed in, an entry a turn; nothing where it is empty or past the last.
    package var entries: [String] = []
    /// How long after the answer the callee hangs up, whatever is said; nil for never.
    package var hangsUpAfter: Duration?
    /// Every webhook is lost on its way.
    package var losesWebhooks = false
    /// A webhook comes twice.
    package var repeatsWebhooks = false

    /// How Nexmo takes an order to ring.
    package enum Placing: Equatable, Sendable {
        case placed
        /// It is surely not placed; it does not ring.
        case notPlaced(PlacementAnswer.NotPlaced)
        /// It is refused; it does not ring.
        case refused(PlacementAnswer.Refusal)
        /// The answer is lost; it rings where `rings`.
        case unknown(rings: Bool)
    }

    /// What becomes of the ringing.
    package enum PickUp: Equatable, Sendable {
        case answers(after: Duration)
        /// It ends unanswered with a status.
        case ends(LegReport.Status, after: Duration)
    }

    package init() {}

    /// Answered, and entries keyed in.
    package static func answering(_ entries: String...) -> Self {
        var plan = Self()
        plan.entries = entries
        return plan
    }

    /// It ends unanswered with a status after 3 s.
    package static func ending(_ status: LegReport.Status) -> Self {
        var plan = Self()
        plan.pickUp = .ends(status, after: .seconds(3))
        return plan
    }

    /// Nexmo answers the order in another way than by placing it.
    package static func placing(_ placing: Placing) -> Self {
        var plan = Self.answering("1234")
        plan.placing = placing
        return plan
    }

    /// How long words take, and whoever is to key something in.
    static let speech = Duration.seconds(3)
    static let thinking = Duration.seconds(2)
    static let silence = Duration.seconds(10)
}
