import ArgumentParser
import PromptCallAPI

/// Lists calls, newest first.
struct ListCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List calls, newest first."
    )

    /// Most calls that a page holds (`ListRequest.page_size`).
    private static let pageSizeMax = 1_000

    @OptionGroup
    var filter: FilterOptions

    @Option(help: ArgumentHelp("Most calls to list.", valueName: "count"))
    var limit: Int = 50

    @OptionGroup
    var common: CommonOptions

    func validate() throws {
        if self.limit < 1 { throw ValidationError("--limit must be at least 1.") }
    }

    func run(in session: CommandSession) async throws -> ProgramStatus {
        var request = Promptcall_V1_ListRequest()
        request.filter = try self.filter.message(now: session.surroundings.now())
        return try await session.withClient { client in
            let calls = CallsClient(client)
            var left = self.limit
            repeat {
                request.pageSize = UInt32(min(left, Self.pageSizeMax))
                let page = try await calls.list(request, options: session.promptly)
                if left == self.limit, !page.calls.isEmpty, session.format == .text {
                    try session.surroundings.write(CallText.rowTitles + "\n")
                }
                for call in page.calls.prefix(left) {
                    try session.print(text: CallText.row(call), json: JSONLine.call(call))
                }
                left -= page.calls.count
                request.pageToken = page.nextPageToken
            } while left > 0 && !request.pageToken.isEmpty
            return .ok
        }
    }
}
