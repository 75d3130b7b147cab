internal import CSQLite
package import Cryptography
package import Logging
package import PromptCallCore
internal import Synchronization

/// The store of one daemon, in a SQLite database of its own.
///
/// Commits are made one after another on a thread; readers run beside them on others. It serves
/// one daemon alone, so a lease arbitrates nothing. After ``close()`` no thread is left and every
/// operation fails as `unavailable`.
package final class SQLiteCallStore: CallStore {
    private let directory: DataDirectory
    private let writers: WorkerPool<StoreWriter>
    private let readers: WorkerPool<StoreReader>
    private let checkpoints: WorkerPool<Checkpointer>
    private let health: StoreHealth

    private static let readerCount = 2

    /// Opens the store of a data directory; both are made where they are missing.
    ///
    /// - Parameters:
    ///   - directory: Path of the data directory, whose parent exists.
    ///   - key: Of the directory's key file.
    ///   - makeStoreID: Makes 64 random bits, by which a new store's cursors are known.
    ///   - logger: For what goes wrong beside the operations.
    /// - Returns: The store, which is to be closed.
    /// - Throws: ``StoreOpenError``.
    package static func open(
        directory: String,
        key: SealingKey,
        makeStoreID: () -> UInt64,
        logger: Logger
    ) throws(StoreOpenError) -> SQLiteCallStore {
        let held = try DataDirectory(path: directory)
        try held.makeDatabaseFile()
        let database = held.databasePath
        let seals = CallSeals(key: key)
        let store = try StoreIdentity.prepare(
            StoreConnection(path: database, role: .writer),
            seals,
            makeStoreID
        )
        return try SQLiteCallStore(held, seals, store, logger)
    }

    private init(
        _ directory: DataDirectory,
        _ seals: CallSeals,
        _ store: UInt64,
        _ logger: Logger
    ) throws(StoreOpenError) {
        let path = directory.databasePath
        let health = StoreHealth()
        let checkpoints = try WorkerPool { () throws(StoreOpenError) in
            [Checkpointer(connection: StoreConnection(path: path, role: .checkpointer), logger)]
        }
        let schedule = CheckpointSchedule(pool: checkpoints, logger: logger)
        self.checkpoints = checkpoints
        self.readers = try WorkerPool { () throws(StoreOpenError) in
            (0..<Self.readerCount).map { _ in
                StoreReader(
                    connection: StoreConnection(path: path, role: .reader),
                    seals: seals,
                    store: store
                )
            }
        }
        self.writers = try WorkerPool { () throws(StoreOpenError) in
            [
                StoreWriter(
                    connection: StoreConnection(path: path, role: .writer),
                    seals: seals,
                    store: store,
                    health: health
                )
            ]
        } afterEach: { writer in
            schedule.transactionEnded(writer)
        }
        self.directory = directory
        self.health = health
    }

    /// Ends what has begun, and closes the database. A second call waits for the same.
    package func close() async {
        await self.writers.close()
        await self.readers.close()
        await self.checkpoints.close()
        self.directory.unlock()
    }

    /// Lets the database have so many pages and no more, as if the disk were full then.
    ///
    /// - Throws: ``StoreError`` with code `unavailable`.
    package func limitPages(_ pagesMax: Int) async throws(StoreError) {
        try await self.writers.run { writer throws(StoreError) in
            try writer.limitPages(pagesMax)
        }
    }
}

// What changes the database.
extension SQLiteCallStore {
    package func commit(_ batch: CommitBatch) async throws(StoreError) -> CommitAnswer {
        try await self.writers.run { writer throws(StoreError) in
            try writer.commit(batch)
        }
    }

    package func prune(
        _ cut: RetentionCut,
        limit: Int
    ) async throws(StoreError) -> PruneCount {
        try await self.writers.run { writer throws(StoreError) in
            try writer.prune(cut, limit: limit)
        }
    }
}

// What reads it.
extension SQLiteCallStore {
    package func load(_ ids: [CallID]) async throws(StoreError) -> [CallRecord?] {
        if !self.health.isSound {
            // A batch of unknown fate may be about to be read back: its fate is settled first.
            try await self.writers.run { writer throws(StoreError) in
                try writer.recover()
            }
        }
        return try await self.readers.run { reader throws(StoreError) in
            try reader.load(ids)
        }
    }

    package func script(of id: CallID) async throws(StoreError) -> CallScript? {
        try await self.readers.run { reader throws(StoreError) in
            try reader.script(of: id)
        }
    }

    package func claimQueued(_ claim: QueueClaim) async throws(StoreError) -> [QueuedCall] {
        try await self.readers.run { reader throws(StoreError) in
            try reader.claimQueued(claim)
        }
    }

    package func claimDue(_ claim: DueClaim) async throws(StoreError) -> [DueCall] {
        try await self.readers.run { reader throws(StoreError) in
            try reader.claimDue(claim)
        }
    }

    package func claimLive(
        after: CallID?,
        limit: Int,
        lease _: StoreLease
    ) async throws(StoreError) -> [CallRecord] {
        try await self.readers.run { reader throws(StoreError) in
            try reader.claimLive(after: after, limit: limit)
        }
    }

    package func lanes() async throws(StoreError) -> [QueueLane] {
        try await self.readers.run { reader throws(StoreError) in
            try reader.lanes()
        }
    }

    package func list(_ page: ListPage) async throws(StoreError) -> [CallRecord] {
        try await self.readers.run { reader throws(StoreError) in
            try reader.list(page)
        }
    }

    package func counts() async throws(StoreError) -> StoreCounts {
        try await self.readers.run { reader throws(StoreError) in
            try reader.counts()
        }
    }

    package func events(
        after cursor: EventCursor,
        matching filter: EventFilter,
        limit: Int
    ) async throws(StoreError) -> EventPage {
        try await self.readers.run { reader throws(StoreError) in
            try reader.events(after: cursor, matching: filter, limit: limit)
        }
    }

    package func eventRange() async throws(StoreError) -> EventRange {
        try await self.readers.run { reader throws(StoreError) in
            try reader.eventRange()
        }
    }

    package func subscription(
        _ key: SubscriptionKey
    ) async throws(StoreError) -> SubscriptionRecord? {
        try await self.readers.run { reader throws(StoreError) in
            try reader.subscription(key)
        }
    }
}
