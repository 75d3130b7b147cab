import PromptCallAPI

/// What the exit code says of a call that was waited for.
enum Outcome {
    /// The exit code for a call; one whose PIN was verified ends well whatever comes later.
    ///
    /// - Throws: ``CommandFailure`` where the daemon returned a call without an outcome.
    static func exitStatus(_ call: Promptcall_V1_Call) throws -> ProgramStatus {
        switch call.status {
        case .ok: return .ok
        case .failed: return .callFailed
        case .error: return .callError
        case .unspecified where call.stage == .verified: return .ok
        case .unspecified, .UNRECOGNIZED:
            throw CommandFailure.unexpected("The daemon returned a call without an outcome.")
        }
    }
}
