/// One ring of a call: Nexmo's side of it, as far as it is known.
package struct CallLeg: Equatable, Sendable {
    /// 1, 2, …
    package let number: Int
    /// When PLACING was written, before Nexmo was asked.
    package let placingAt: Timestamp
    package var placement: Placement = .asking
    /// Nexmo's name of the leg, opaque.
    package var uuid: String?
    /// Nexmo's name of the conversation, opaque; some webhooks carry nothing else.
    package var conversationUUID: String?
    package var placedAt: Timestamp?
    package var ringingAt: Timestamp?
    package var answeredAt: Timestamp?
    package var endedAt: Timestamp?
    /// Billed.
    package var duration: Duration?
    package var price: Amount?
    /// EUR a minute.
    package var rate: Amount?
    /// MCCMNC, or a label such as `GB-FIXED`.
    package var network: String?
    /// How this leg ended, by Nexmo's account; nil while that is open.
    package var reason: CallReason?
    /// `completed` was told, by a webhook or by GET.
    package var completed = false
    /// The end is known from GET alone, which does not say who ended it.
    package var endFetched = false
    /// When GET last showed it alive.
    package var seenAliveAt: Timestamp?
    /// Who ended it, where Nexmo said so.
    package var disconnectedBy: Disconnector?
    /// A webhook of it has come.
    package var webhookSeen = false
    /// What failed since the callee was last served; nil where nothing is known to have.
    package var fault: Fault?
    /// We asked Nexmo to end it.
    package var hangUpAsked = false
    /// Who is taken to have answered; nil where nothing says so.
    package var callee: Callee?

    /// Most legs of a call that are rung although an earlier one may ring.
    package static let unknownMax = 10

    package init(number: Int, placingAt: Timestamp) {
        self.number = number
        self.placingAt = placingAt
    }

    /// Whether it was placed at all, as far as is known.
    package enum Placement: UInt8, Sendable {
        /// Nexmo is being asked.
        case asking = 1
        /// Nexmo's answer was lost.
        case unknown = 2
        case placed = 3
        /// Rung again as another leg, or its call has ended; whatever comes of it is hung up.
        case gaveUp = 4
    }

    /// Why the end of a leg may not be the callee's doing.
    package enum Fault: UInt8, Sendable {
        /// A webhook was not answered, or the daemon was not there to answer it.
        case outage = 1
        /// Nexmo could not do what it was told.
        case instructions = 2
    }

    /// Who ended a leg.
    package enum Disconnector: UInt8, Sendable {
        /// The NCCO was at its end, or somebody asked for a hang-up.
        case platform = 1
        /// The callee hung up.
        case user = 2
    }

    /// Who is at the other end.
    package enum Callee: UInt8, Sendable {
        /// Nexmo suspects a machine, and no key has come.
        case machine = 1
        /// A key came, or Nexmo says so.
        case human = 2
    }

    /// Whether Nexmo has said that it is over.
    package var isOver: Bool { self.completed || self.reason != nil }

    /// Whether somebody may still be on it. The reason of a leg that was given up may be ours.
    package var mayBeAlive: Bool {
        self.placement == .gaveUp ? !self.completed : !self.isOver
    }
}
