import ArgumentParser
import PromptCallAPI
import SwiftProtobuf

/// Copies the daemon's store and key while it runs.
struct BackupCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the daemon's store and key into a directory, while it runs.",
        discussion: """
            The daemon writes the copy, as its own user and on its own host. The directory is made, \
            or is empty.
            """
    )

    @Argument(
        help: ArgumentHelp("Where the copy goes.", valueName: "dir"),
        completion: .directory
    )
    var directory: String

    @OptionGroup
    var common: CommonOptions

    func validate() throws {
        if self.directory.isEmpty { throw ValidationError("The directory has no name.") }
    }

    func run(in session: CommandSession) async throws -> ProgramStatus {
        let request = Promptcall_V1_BackupRequest.with {
            $0.directory = Self.absolute(
                self.directory,
                in: session.surroundings.workingDirectory()
            )
        }
        return try await session.withClient { client in
            // No timeout: how long it takes depends on what is stored.
            let response = try await OperationsClient(client).backup(request)
            try session.print(
                text: Self.text(response),
                json: JSONLine.message(response)
            )
            return .ok
        }
    }

    /// The path from the root, for the daemon works in another directory.
    static func absolute(_ path: String, in workingDirectory: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        let parts = path.split(separator: "/").filter { $0 != "." }
        let base = workingDirectory.split(separator: "/")
        return "/" + (base + parts).joined(separator: "/")
    }

    private static func text(_ response: Promptcall_V1_BackupResponse) -> String {
        var block = FieldBlock()
        block.add("backup", response.directory)
        return block.text()
    }
}
