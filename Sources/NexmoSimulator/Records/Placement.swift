/// A call that was placed.
package struct Placement: Equatable, Sendable {
    package var uuid: String
    package var conversationUUID: String
    /// Whom it rang.
    package var number: String
    package var from: String
    /// Where its events go, as the request named it; a secret of the caller.
    package var eventURL: String?
    /// By the wall clock.
    package var at: WallTime
    /// By the unscaled clock, since the simulator began.
    package var elapsed: Duration
}
