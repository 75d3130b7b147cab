import Logging
import PromptCallAPI
import TTRPC

/// Runs a fake daemon on a socket of its own while a closure runs.
func withDaemon<Result: Sendable>(
    _ daemon: FakeDaemon,
    _ body: (_ socketPath: String) async throws -> Result
) async throws -> Result {
    try await withTemporaryDirectory { directory in
        let path = "\(directory)/daemon.sock"
        return try await serving(daemon, at: path) { try await body(path) }
    }
}

/// Runs a fake daemon on a socket while a closure runs.
func serving<Result: Sendable>(
    _ daemon: FakeDaemon,
    at path: String,
    _ body: () async throws -> Result
) async throws -> Result {
    let server = TTRPCServer(
        configuration: .init(address: .path(path)),
        services: [.calls(daemon), .daemon(daemon), .operations(daemon)],
        logger: Logger(label: "fake-daemon") { _ in SwiftLogNoOpLogHandler() }
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        try await server.waitUntilListening()
        let result = try await body()
        group.cancelAll()
        // It throws that it was cancelled.
        _ = await group.nextResult()
        return result
    }
}
