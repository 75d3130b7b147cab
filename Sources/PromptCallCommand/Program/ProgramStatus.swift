/// What the program's exit code says to a script.
package enum ProgramStatus: Int32, CaseIterable, Hashable, Sendable {
    /// Done; where a call was waited for, the callee did what was asked.
    case ok = 0
    /// The call that was waited for was answered, and the callee did not do what was asked.
    case callFailed = 1
    /// The call that was waited for was never answered, or could not be placed or followed.
    case callError = 2
    /// The arguments cannot be used; the daemon was not asked.
    case badArguments = 64
    /// The daemon refused the input.
    case refused = 65
    /// The daemon cannot be reached.
    case unreachable = 69
    /// Anything else.
    case unexpected = 70
    /// Not now; trying again can help.
    case tryAgain = 75
    /// The daemon does not permit it to this user.
    case notPermitted = 77
}
