import ArgumentParser
import PromptCallAPI
import SwiftProtobuf

/// Ends a call early, or all that match.
struct CancelCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End calls early: a queued one is never placed, a live one is hung up.",
        discussion: """
            With a TID, shows the call as it is then; cancelling an ended call changes nothing. With \
            options instead, cancels every call that matches them and says how many those were; \
            that needs the permission admin. --all cancels every call there is.
            """
    )

    @Argument(help: "The call.")
    var tid: String?

    @OptionGroup
    var filter: FilterOptions

    @Flag(help: "Cancel every call, of all callers.")
    var all = false

    @OptionGroup
    var common: CommonOptions

    func validate() throws {
        switch (self.tid == nil, self.filter.isEmpty, self.all) {
        case (false, true, false), (true, false, false), (true, true, true):
            return
        case (true, true, false):
            throw ValidationError("State a TID, or which calls: --label, --stage, … or --all.")
        case (false, _, _), (true, false, true):
            throw ValidationError("A TID, options that choose calls, and --all exclude each other.")
        }
    }

    func run(in session: CommandSession) async throws -> ProgramStatus {
        guard let tid = self.tid else { return try await self.cancelMany(in: session) }
        return try await session.withClient { client in
            let call = try await CallsClient(client)
                .cancel(.with { $0.tid = tid }, options: session.promptly)
            try session.print(call)
            return .ok
        }
    }

    private func cancelMany(in session: CommandSession) async throws -> ProgramStatus {
        let filter = try self.filter.message(now: session.surroundings.now())
        return try await session.withClient { client in
            // Of a long queue it takes minutes, so nothing but the user ends it.
            let response = try await OperationsClient(client).cancelMany(
                .with {
                    $0.filter = filter
                    $0.all = self.all
                }
            )
            try session.print(
                text: "cancelled: \(response.cancelled)",
                json: JSONLine.message(response)
            )
            return .ok
        }
    }
}
