/// What goes wrong with a request to place a call.
package enum CreationFault: Equatable, Sendable {
    /// No call is placed; the answer has this status and Nexmo's body for it.
    case status(Int, retryAfter: Int? = nil)
    /// No call is placed and the connection is reset.
    case reset
    /// A call is placed and the connection is reset after a simulated while.
    case lost(after: Duration = .zero)
    /// A call is placed and the answer has this status all the same.
    case denied(status: Int)
    /// A call is placed and the 201 comes after a simulated while.
    case late(by: Duration)
}
