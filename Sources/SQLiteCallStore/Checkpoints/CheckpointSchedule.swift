internal import Logging
internal import Synchronization

/// Has the write-ahead log copied into the database, off the path of the commits.
final class CheckpointSchedule: Sendable {
    private let pool: WorkerPool<Checkpointer>
    private let logger: Logger
    private let plan = Mutex(CheckpointPlan())
    /// Held while a log is copied: SQLite refuses a second one at a time.
    private let copying = Mutex(())

    init(pool: WorkerPool<Checkpointer>, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    /// The writer has nothing open, and whoever waited for it has been answered.
    func transactionEnded(_ writer: StoreWriter) {
        let length = writer.logPages
        switch self.plan.withLock({ $0.committed(length: length) }) {
        case .nothing:
            break
        case .copyNow:
            self.copy { try writer.checkpoint() }
        case .copyBeside:
            let isTaken = self.pool.post { checkpointer in
                self.copy { try checkpointer.checkpoint() }
            }
            if !isTaken { self.plan.withLock { $0.copied(pages: nil) } }
        }
    }

    private func copy(_ checkpoint: () throws -> Int?) {
        var pages: Int?
        do {
            pages = try self.copying.withLock { _ in try checkpoint() }
        } catch {
            // The log grows until a later one succeeds; nothing is lost.
            self.logger.warning("checkpoint failed", metadata: [LogKey.error: "\(error)"])
        }
        self.plan.withLock { $0.copied(pages: pages) }
    }
}
