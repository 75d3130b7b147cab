/// The outcome of an ended call, in one word.
///
/// The raw values are those of `promptcall.v1.Status`, and are stored.
package enum CallStatus: Int, CaseIterable, Sendable {
    /// Completed, and the callee did what was asked.
    case ok = 1
    /// Answered, and the callee did not.
    case failed = 2
    /// Never answered, or could not be placed or followed.
    case error = 3

    /// The lower-case name that callbacks and scripts see.
    package var name: String {
        switch self {
        case .ok: "ok"
        case .failed: "failed"
        case .error: "error"
        }
    }
}
