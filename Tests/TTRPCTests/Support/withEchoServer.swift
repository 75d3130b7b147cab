import Foundation
import Logging
import TTRPC

/// What a test has of a running server.
struct RunningEcho {
    let path: String
    let server: TTRPCServer
    let echo: EchoServer

    var journal: Journal { self.echo.journal }
}

/// Runs a server on a socket of its own while a test runs.
func withEchoServer(
    _ configure: (inout TTRPCServerConfiguration) -> Void = { _ in },
    _ body: (RunningEcho) async throws -> Void
) async throws {
    try await withTemporaryFolder { folder in
        let path = folder + "/echo.sock"
        var configuration = TTRPCServerConfiguration(address: .path(path))
        configuration.shutdownGrace = .seconds(5)
        configure(&configuration)
        let echo = EchoServer()
        let server = TTRPCServer(
            configuration: configuration,
            services: [.echo(echo)],
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await server.waitUntilListening()
            let result: Result<Void, any Error>
            do {
                result = .success(
                    try await body(RunningEcho(path: path, server: server, echo: echo))
                )
            } catch {
                result = .failure(error)
            }
            group.cancelAll()
            // Being cut is how the server was told to end.
            while let ended = await group.nextResult() {
                if case .failure(let error) = ended, !(error is CancellationError) { throw error }
            }
            try result.get()
        }
    }
}

/// Gives a test a folder whose path is short enough for a socket.
func withTemporaryFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/ttrpc-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}
