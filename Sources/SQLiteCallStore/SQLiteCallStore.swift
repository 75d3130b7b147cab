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
    private let inspectors: WorkerPool<StoreInspector>
    private let copiers: WorkerPool<StoreCopier>
    private let health: StoreHealth
    private let interruption = Interruption()

    private static let readerCount = 2

    /// Opens the store of a data directory; both are made where they are missing.
    ///
    /// The header, the schema and every live call are looked through before it returns; the rest
    /// is for ``quickCheck()``.
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
        if let header = try DatabaseHeader(of: database) {
            if let problem = header.problem {
                throw StoreOpenError.damaged("The header of \(database) is damaged. \(problem)")
            }
            try held.checkLog(header)
        }
        let seals = CallSeals(key: key)
        let store = try StoreIdentity.prepare(
            StoreConnection(path: database, role: .writer),
            seals,
            makeStoreID
        )
        try held.noteDatabase()
        return try SQLiteCallStore(held, key, store, logger)
    }

    private init(
        _ directory: DataDirectory,
        _ key: SealingKey,
        _ store: UInt64,
        _ logger: Logger
    ) throws(StoreOpenError) {
        let path = directory.databasePath
        let health = StoreHealth()
        let checkpoints = try WorkerPool { () throws(StoreOpenError) in
            [Checkpointer(connection: StoreConnection(path: path, role: .checkpointer))]
        }
        let schedule = CheckpointSchedule(pool: checkpoints, logger: logger)
        self.checkpoints = checkpoints
        self.readers = try WorkerPool { () throws(StoreOpenError) in
            (0..<Self.readerCount).map { _ in
                StoreReader(
                    connection: StoreConnection(path: path, role: .reader),
                    seals: CallSeals(key: key),
                    store: store
                )
            }
        }
        self.writers = try WorkerPool { () throws(StoreOpenError) in
            [
                StoreWriter(
                    connection: StoreConnection(path: path, role: .writer),
                    seals: CallSeals(key: key),
                    store: store,
                    health: health
                )
            ]
        } afterEach: { writer in
            schedule.transactionEnded(writer)
        }
        let interruption = self.interruption
        self.inspectors = try WorkerPool { () throws(StoreOpenError) in
            [
                StoreInspector(
                    connection: StoreConnection(path: path, role: .reader),
                    seals: CallSeals(key: key),
                    interruption: interruption
                )
            ]
        }
        self.copiers = try WorkerPool { () throws(StoreOpenError) in
            [
                StoreCopier(
                    connection: StoreConnection(path: path, role: .reader),
                    interruption: interruption
                )
            ]
        }
        self.directory = directory
        self.health = health
    }

    /// Ends what has begun, and closes the database. A second call waits for the same.
    ///
    /// A check and a backup under way are interrupted and fail as `unavailable`.
    package func close() async {
        self.interruption.ask()
        await self.inspectors.close()
        await self.copiers.close()
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

    /// Keeps why nothing is to be placed, durably; nil where calls may be.
    ///
    /// - Throws: `StoreError` with code `unavailable`, or `unknownFate`.
    package func setPause(_ cause: PauseCause?) async throws(StoreError) {
        try await self.writers.run { writer throws(StoreError) in
            try writer.setPause(cause)
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

    /// Returns why nothing is to be placed; nil where calls may be.
    ///
    /// - Throws: `StoreError` with code `unavailable` or `damaged`.
    package func pauseCause() async throws(StoreError) -> PauseCause? {
        try await self.readers.run { reader throws(StoreError) in
            try reader.pauseCause()
        }
    }

    package func guardHistory(_ query: GuardQuery) async throws(StoreError) -> GuardHistory {
        try await self.readers.run { reader throws(StoreError) in
            try reader.guardHistory(query)
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

// What looks at all of it, beside what serves the daemon.
extension SQLiteCallStore {
    /// Looks through all of the database, and returns what is wrong, as sentences for a person.
    ///
    /// It takes seconds to minutes, and one core. Nothing waits for it; ``close()`` ends it.
    ///
    /// - Returns: Nothing where the database is sound, else at most 20 sentences.
    /// - Throws: `StoreError` with code `unavailable`.
    package func quickCheck() async throws(StoreError) -> [String] {
        try await self.inspectors.run { inspector throws(StoreError) in
            try inspector.quickCheck()
        }
    }

    /// Makes a copy of the store, as of one moment, from which it can be restored.
    ///
    /// The copy is paused as ``PauseCause/restoredCopy``, and becomes a store of its own when it is
    /// opened: cursors of this one are of another store there. One copy is made at a time.
    ///
    /// - Parameters:
    ///   - directory: Path of a directory that does not exist or is empty; its parent exists. It
    ///     gets `calls.db` and ``SealingKeyFile/name``, readable by the owner alone.
    ///   - key: Of the store's key file.
    /// - Throws: `StoreError` with code `directoryRefused`, `damaged`, or `unavailable` as when the
    ///   disk is full; nothing is left of the copy then.
    package func backup(to directory: String, key: SealingKey) async throws(StoreError) {
        try await self.copiers.run { copier throws(StoreError) in
            try copier.copy(to: directory, key: key)
        }
    }
}
