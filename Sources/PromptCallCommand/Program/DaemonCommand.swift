import ArgumentParser

/// A command that asks the daemon.
protocol DaemonCommand: ParsableCommand {
    /// Where the daemon is and how its answers are written.
    var common: CommonOptions { get }

    /// Does what was asked.
    ///
    /// - Returns: What the exit code says.
    /// - Throws: Whatever ``CommandFailure`` can translate.
    func run(in session: CommandSession) async throws -> ProgramStatus
}
