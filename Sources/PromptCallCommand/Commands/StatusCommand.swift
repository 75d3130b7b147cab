import ArgumentParser
import PromptCallAPI

/// Shows how the daemon is doing.
struct StatusCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the daemon is doing."
    )

    @OptionGroup
    var common: CommonOptions

    func run(in session: CommandSession) async throws -> ProgramStatus {
        try await session.withClient { client in
            let status = try await DaemonClient(client)
                .getStatus(.init(), options: session.promptly)
            try session.print(text: StatusText.block(status), json: JSONLine.message(status))
            return .ok
        }
    }
}
