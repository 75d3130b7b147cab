import ArgumentParser
import Glibc

/// The program `promptcall`, apart from its process.
package enum PromptCallProgram {
    /// Reads the arguments, does what they ask, and says what went wrong on standard error.
    ///
    /// Does not exit, and touches nothing of the process but what it is given, files that the
    /// arguments name, and the daemon's socket.
    ///
    /// - Parameters:
    ///   - arguments: The arguments without the program's name.
    ///   - surroundings: What the program reads, writes and waits for.
    /// - Returns: What the exit code is to say.
    package static func run(
        arguments: [String],
        in surroundings: CommandSurroundings
    ) async -> ProgramStatus {
        let command: any ParsableCommand
        do {
            command = try PromptCall.parseAsRoot(arguments)
        } catch {
            return self.report(parsing: error, arguments, surroundings)
        }
        guard let command = command as? any DaemonCommand else {
            return self.runBuiltIn(command, arguments, surroundings)
        }
        let session = CommandSession(
            surroundings: surroundings,
            format: command.common.output,
            socketPath: command.common.socketPath(surroundings.environment)
        )
        do {
            return try await command.run(in: session)
        } catch let error as OutputError where error.errorNumber == EPIPE {
            // Whoever read has what it wanted, as with `| head`; a complaint would be noise.
            return .unexpected
        } catch {
            let failure = CommandFailure(error, socketPath: session.socketPath)
            surroundings.writeError(failure.written(as: session.format) + "\n")
            return failure.status
        }
    }

    /// Runs what the argument parser brings along: help, and the root without a command.
    private static func runBuiltIn(
        _ command: any ParsableCommand,
        _ arguments: [String],
        _ surroundings: CommandSurroundings
    ) -> ProgramStatus {
        var command = command
        do {
            if command is PromptCall { throw ValidationError("Missing a command.") }
            try command.run()
            return .ok
        } catch {
            return self.report(parsing: error, arguments, surroundings)
        }
    }

    /// Writes the help that was asked for, or what is wrong with the arguments.
    private static func report(
        parsing error: any Error,
        _ arguments: [String],
        _ surroundings: CommandSurroundings
    ) -> ProgramStatus {
        guard !PromptCall.exitCode(for: error).isSuccess else {
            do {
                try surroundings.write(PromptCall.fullMessage(for: error) + "\n")
                return .ok
            } catch {
                return .unexpected
            }
        }
        switch self.statedFormat(arguments) {
        case .text:
            surroundings.writeError(PromptCall.fullMessage(for: error) + "\n")
        case .json:
            let failure = CommandFailure.badArguments(PromptCall.message(for: error))
            surroundings.writeError(failure.written(as: .json) + "\n")
        }
        return .badArguments
    }

    /// The format that arguments ask for which as a whole cannot be read.
    private static func statedFormat(_ arguments: [String]) -> OutputFormat {
        let isJSON =
            arguments.contains("--output=json")
            || zip(arguments, arguments.dropFirst()).contains { $0 == ("--output", "json") }
        return isJSON ? .json : .text
    }
}
