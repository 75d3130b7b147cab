import PromptCallAPI
import SwiftProtobuf
import TTRPC

/// What a running command works with: the way to the daemon and the way to its user.
struct CommandSession: Sendable {
    /// How long the daemon may take to answer what needs no waiting.
    static let answerTimeout: Duration = .seconds(30)

    let surroundings: CommandSurroundings
    let format: OutputFormat
    let socketPath: String

    /// Options of a call whose answer needs no waiting.
    var promptly: TTRPCCallOptions { TTRPCCallOptions(timeout: Self.answerTimeout) }

    /// Gives a closure a client of the daemon.
    func withClient<Result>(_ body: (TTRPCClient) async throws -> Result) async throws -> Result {
        try await withTTRPCClient(TTRPCClientConfiguration(socketPath: self.socketPath), body)
    }

    /// Writes an answer as its format asks, on lines of its own.
    ///
    /// - Parameters:
    ///   - text: For people; ends without a newline.
    ///   - json: For scripts; one line.
    /// - Throws: ``OutputError``, or why the answer cannot be written as JSON.
    func print(
        text: @autoclosure () -> String,
        json: @autoclosure () throws -> String
    ) throws {
        switch self.format {
        case .text: try self.surroundings.write(text() + "\n")
        case .json: try self.surroundings.write(json() + "\n")
        }
    }

    /// Writes one call.
    func print(_ call: Promptcall_V1_Call) throws {
        try self.print(text: CallText.block(call), json: JSONLine.call(call))
    }
}
