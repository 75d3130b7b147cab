import ArgumentParser
import PromptCallAPI

/// Places nothing from now on.
struct PauseCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Place nothing from now on, also after a restart, until resume.",
        discussion: "New calls are taken and wait; live ones go on; times run out as usual."
    )

    @OptionGroup
    var common: CommonOptions

    func run(in session: CommandSession) async throws -> ProgramStatus {
        try await session.withClient { client in
            let status = try await OperationsClient(client)
                .pause(.init(), options: session.promptly)
            try session.print(text: StatusText.block(status), json: JSONLine.message(status))
            return .ok
        }
    }
}
