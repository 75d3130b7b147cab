import ArgumentParser
import PromptCallAPI

/// Shows the fraud guard, and resets it.
struct GuardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guard",
        abstract: "Show the fraud guard and the worst that fraud could cost, or reset it.",
        subcommands: [GuardShowCommand.self, GuardResetCommand.self],
        defaultSubcommand: GuardShowCommand.self
    )
}

/// Shows what the guard goes by.
struct GuardShowCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the rules, how much of each is used, and the worst-case loss."
    )

    @OptionGroup
    var common: CommonOptions

    func run(in session: CommandSession) async throws -> ProgramStatus {
        try await session.withClient { client in
            let guarding = try await OperationsClient(client)
                .getGuard(.init(), options: session.promptly)
            try session.print(text: GuardText.block(guarding), json: JSONLine.message(guarding))
            return .ok
        }
    }
}

/// Closes the breaker.
struct GuardResetCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Close the guard's breaker, so that calls are taken and placed again.",
        discussion: """
            What was spent before no longer counts towards spend-per-hour. Counts of calls to \
            numbers and ranges stay.
            """
    )

    @OptionGroup
    var common: CommonOptions

    func run(in session: CommandSession) async throws -> ProgramStatus {
        try await session.withClient { client in
            let guarding = try await OperationsClient(client)
                .resetGuard(.init(), options: session.promptly)
            try session.print(text: GuardText.block(guarding), json: JSONLine.message(guarding))
            return .ok
        }
    }
}
