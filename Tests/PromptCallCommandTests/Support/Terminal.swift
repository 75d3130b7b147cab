import PromptCallCommand
import Synchronization

/// Where the program runs in a test: what it reads, and what it wrote.
final class Terminal: Sendable {
    /// 2026-01-31T09:00:00Z.
    static let now: Duration = .seconds(1_769_850_000)

    private let input: Mutex<[String]>
    private let output = Journal<String>()
    private let errors = Journal<String>()

    private let onWrite: @Sendable () -> Void

    /// A terminal with lines to read, and what happens behind each write to standard output.
    init(input: [String] = [], onWrite: @escaping @Sendable () -> Void = {}) {
        self.input = Mutex(input)
        self.onWrite = onWrite
    }

    /// What was written to standard output.
    var written: String { self.output.entries.joined() }
    /// What was written to standard error.
    var complaints: String { self.errors.entries.joined() }

    /// Lines of standard input that nobody has read.
    var unread: [String] { self.input.withLock { $0 } }

    /// Runs the program.
    func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in },
        interruption: @escaping @Sendable () async -> Void = { await Gate().wait() }
    ) async -> ProgramStatus {
        let surroundings = CommandSurroundings(
            environment: environment,
            workingDirectory: { "/home/operator" },
            readLine: { self.input.withLock { $0.isEmpty ? nil : $0.removeFirst() } },
            write: {
                self.output.add($0)
                self.onWrite()
            },
            writeError: { self.errors.add($0) },
            now: { Self.now },
            sleep: sleep,
            interruption: interruption
        )
        return await PromptCallProgram.run(arguments: arguments, in: surroundings)
    }
}
