/// What a caller may do.
package enum Permission: String, CaseIterable, Hashable, Sendable {
    /// Submit and cancel calls.
    case submit
    /// Get, list, wait for and subscribe to one's own calls.
    case read
    /// See collected digits.
    case digits
    /// Read the calls of every caller.
    case readAll = "read-all"
    /// Hand in Nexmo credentials with a call.
    case ownCredentials = "own-credentials"
    /// Deliver webhooks, as the sidecar does.
    case webhooks
    /// Everything else: drain, reload, backup and what an operator needs.
    case admin
}
