import ArgumentParser
import PromptCallAPI
import SwiftProtobuf

/// Shows one call.
struct GetCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show a call."
    )

    @Argument(help: "The call.")
    var tid: String

    @OptionGroup
    var common: CommonOptions

    func run(in session: CommandSession) async throws -> ProgramStatus {
        try await session.withClient { client in
            let call = try await CallsClient(client)
                .get(.with { $0.tid = self.tid }, options: session.promptly)
            try session.print(call)
            return .ok
        }
    }
}
