import ArgumentParser
import PromptCallAPI
import SwiftProtobuf

/// Ends a call early.
struct CancelCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a call early: a queued one is never placed, a live one is hung up.",
        discussion: "Shows the call as it is then. Cancelling an ended call changes nothing."
    )

    @Argument(help: "The call.")
    var tid: String

    @OptionGroup
    var common: CommonOptions

    func run(in session: CommandSession) async throws -> ProgramStatus {
        try await session.withClient { client in
            let call = try await CallsClient(client)
                .cancel(.with { $0.tid = self.tid }, options: session.promptly)
            try session.print(call)
            return .ok
        }
    }
}
