/// A call whose placing is stopped, and what becomes of it then.
struct PlacementCall: Sendable {
    enum Fate: Equatable, Sendable {
        /// No sign of the leg ever comes.
        case silent
        /// The list of calls shows so many legs that might be it.
        case listed(Int)
        /// A webhook tells of the leg.
        case webhook
        /// The caller wants it rung again.
        case ringAgain
    }

    var stop: PlacementStop
    var fate: Fate
    /// Names its number, its leg and its profile.
    var index: Int

    var number: String { "1415555\(1000 + self.index)" }
    var uuid: String { "leg-\(1000 + self.index)" }
    var profile: String { "p\(self.index)" }
}
