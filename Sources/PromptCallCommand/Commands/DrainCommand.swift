import ArgumentParser
import PromptCallAPI

/// Lets the daemon finish its live calls and take no new ones.
struct DrainCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Take no new calls, and return when the live ones have ended.",
        discussion: "The daemon stays, and what is queued stays stored. Resume undoes it."
    )

    @Option(
        help: ArgumentHelp(
            "How long live calls may go on. (default: 150s)",
            valueName: "duration"
        ),
        transform: DurationArgument.init(reading:)
    )
    var grace: DurationArgument?

    @OptionGroup
    var common: CommonOptions

    func run(in session: CommandSession) async throws -> ProgramStatus {
        var request = Promptcall_V1_DrainRequest()
        if let grace = self.grace { request.grace = grace.message }
        return try await session.withClient { client in
            // No timeout of ours: how long it takes is the daemon's to say.
            let status = try await DaemonClient(client).drain(request)
            try session.print(text: StatusText.block(status), json: JSONLine.message(status))
            return .ok
        }
    }
}
