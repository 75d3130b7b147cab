import Glibc
import PromptCallCommand
import UnixSignals

let errors = OutputDescriptor(STDERR_FILENO)
let surroundings = CommandSurroundings(
    environment: environment(),
    workingDirectory: { workingDirectory() },
    readLine: { readLine() },
    write: { try OutputDescriptor(STDOUT_FILENO).write($0) },
    // There is nobody left to tell.
    writeError: { try? errors.write($0) },
    now: { wallClock() },
    sleep: { try await Task.sleep(for: $0) },
    interruption: {
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
    }
)
let status = await PromptCallProgram.run(
    arguments: Array(CommandLine.arguments.dropFirst()),
    in: surroundings
)
exit(status.rawValue)
