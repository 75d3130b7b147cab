internal import Logging
internal import Synchronization

/// Says when the write-ahead log is copied into the database.
final class CheckpointSchedule: Sendable {
    private let pool: WorkerPool<Checkpointer>
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var isRunning = false
        /// Length of the log when it was copied last.
        var copiedPages = 0
    }

    /// Each time that the log has grown by so many pages, they are copied beside the commits.
    private static let pages = 1000
    /// From so many on, the writer waits for it: under a load without a pause, copying beside the
    /// commits never reaches the log's end, and only then can it begin anew.
    private static let pagesMax = 8000

    init(pool: WorkerPool<Checkpointer>, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    /// The writer has nothing open, and whoever waited for it has been answered.
    func transactionEnded(_ writer: StoreWriter) {
        let pages = writer.logPages
        guard self.begin(pages) else { return }
        guard pages < Self.pagesMax else {
            self.copyNow(writer)
            return self.end()
        }
        let isTaken = self.pool.post { checkpointer in
            checkpointer.checkpoint()
            self.end()
        }
        if !isTaken { self.end() }
    }

    private func copyNow(_ writer: StoreWriter) {
        do {
            try writer.checkpoint()
        } catch {
            self.logger.warning("checkpoint failed", metadata: [LogKey.error: "\(error)"])
        }
    }

    private func begin(_ pages: Int) -> Bool {
        self.state.withLock { state in
            // Where it is shorter than it was, it has begun anew.
            if pages < state.copiedPages { state.copiedPages = 0 }
            let isDue = pages >= state.copiedPages + Self.pages || pages >= Self.pagesMax
            guard isDue, !state.isRunning else { return false }
            state = State(isRunning: true, copiedPages: pages)
            return true
        }
    }

    private func end() {
        self.state.withLock { $0.isRunning = false }
    }
}
