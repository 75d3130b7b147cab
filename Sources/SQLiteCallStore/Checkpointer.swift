internal import Logging

/// Copies the write-ahead log into the database on a thread of its own, beside the commits.
final class Checkpointer {
    private let connection: StoreConnection
    private let logger: Logger

    init(connection: StoreConnection, _ logger: Logger) {
        self.connection = connection
        self.logger = logger
    }

    func checkpoint() {
        do {
            try self.connection.opened().checkpoint()
        } catch {
            // The log grows until a later one succeeds; nothing is lost.
            self.connection.discard()
            self.logger.warning("checkpoint failed", metadata: [LogKey.error: "\(error)"])
        }
    }
}
