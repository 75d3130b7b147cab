/// What lies around a run of the program: its streams, clock and signals.
package struct CommandSurroundings: Sendable {
    /// Variables of the environment.
    package var environment: [String: String]
    /// The absolute path of the directory that relative paths begin at.
    package var workingDirectory: @Sendable () -> String
    /// The next line of standard input without its newline; nil at the end.
    package var readLine: @Sendable () -> String?
    /// Writes to standard output; throws ``OutputError`` when that takes no more.
    package var write: @Sendable (String) throws -> Void
    /// Writes to standard error, as far as that takes it.
    package var writeError: @Sendable (String) -> Void
    /// The wall clock, as time since 1970-01-01T00:00:00Z.
    package var now: @Sendable () -> Duration
    /// Pauses; throws `CancellationError`.
    package var sleep: @Sendable (Duration) async throws -> Void
    /// Returns once the user asked the program to end, or when its task is cancelled.
    package var interruption: @Sendable () async -> Void

    package init(
        environment: [String: String],
        workingDirectory: @escaping @Sendable () -> String,
        readLine: @escaping @Sendable () -> String?,
        write: @escaping @Sendable (String) throws -> Void,
        writeError: @escaping @Sendable (String) -> Void,
        now: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        interruption: @escaping @Sendable () async -> Void
    ) {
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.readLine = readLine
        self.write = write
        self.writeError = writeError
        self.now = now
        self.sleep = sleep
        self.interruption = interruption
    }
}
