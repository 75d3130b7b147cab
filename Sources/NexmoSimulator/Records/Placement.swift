/// A call that was placed.
package struct Placement: Equatable, Sendable {
    package var uuid: String
    package var conversationUUID: String
    /// Whom it rang.
    package var number: String
    package var from: String
    /// By the wall clock.
    package var at: WallTime
    /// By the unscaled clock, since the simulator began.
    package var elapsed: Duration
}
