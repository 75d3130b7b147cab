import ArgumentParser
import PromptCallAPI

/// Places calls again.
struct ResumeCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract:
            "Place calls again and take new ones: undo pause, drain and a restored copy's pause.",
        discussion: "What else keeps calls from being placed goes on; status shows it."
    )

    @OptionGroup
    var common: CommonOptions

    func run(in session: CommandSession) async throws -> ProgramStatus {
        try await session.withClient { client in
            let status = try await OperationsClient(client)
                .resume(.init(), options: session.promptly)
            try session.print(text: StatusText.block(status), json: JSONLine.message(status))
            return .ok
        }
    }
}
