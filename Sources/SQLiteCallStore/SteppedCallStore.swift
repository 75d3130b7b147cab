package import Cryptography
package import PromptCallCore

/// The store without its threads: each operation is done where it is asked for.
///
/// It is for whoever drives everything on one thread, as a simulation does, over a file system of
/// its own. What it does and how it fails are those of ``SQLiteCallStore``, operation by operation.
package final class SteppedCallStore {
    private let writer: StoreWriter
    private let reader: StoreReader
    private let checkpointer: Checkpointer
    private let health: StoreHealth

    /// Opens a database, which must exist and may be empty.
    ///
    /// - Parameters:
    ///   - path: Of the database file.
    ///   - fileSystem: Name of the SQLite VFS that has it.
    ///   - key: Of the key file.
    ///   - storeID: By which the cursors of a new store are known.
    /// - Throws: ``StoreOpenError``.
    package init(
        path: String,
        fileSystem: String,
        key: SealingKey,
        storeID: UInt64
    ) throws(StoreOpenError) {
        func connection(_ role: StoreConnection.Role) -> StoreConnection {
            StoreConnection(path: path, fileSystem: fileSystem, role: role)
        }
        let seals = CallSeals(key: key)
        let store = try StoreIdentity.prepare(connection(.writer), seals) { storeID }
        self.health = StoreHealth()
        self.writer = StoreWriter(
            connection: connection(.writer),
            seals: seals,
            store: store,
            health: self.health
        )
        self.reader = StoreReader(connection: connection(.reader), seals: seals, store: store)
        self.checkpointer = Checkpointer(connection: connection(.checkpointer))
    }

    /// Copies the write-ahead log into the database, beside the commits or by the writer.
    ///
    /// A failure shows in what comes after it.
    package func checkpoint(byWriter: Bool) {
        _ = byWriter ? try? self.writer.checkpoint() : try? self.checkpointer.checkpoint()
    }

    package func commit(_ batch: CommitBatch) throws(StoreError) -> CommitAnswer {
        try self.writer.commit(batch)
    }

    package func prune(_ cut: RetentionCut, limit: Int) throws(StoreError) -> PruneCount {
        try self.writer.prune(cut, limit: limit)
    }

    package func load(_ ids: [CallID]) throws(StoreError) -> [CallRecord?] {
        if !self.health.isSound { try self.writer.recover() }
        return try self.reader.load(ids)
    }

    package func script(of id: CallID) throws(StoreError) -> CallScript? {
        try self.reader.script(of: id)
    }

    package func claimQueued(_ claim: QueueClaim) throws(StoreError) -> [QueuedCall] {
        try self.reader.claimQueued(claim)
    }

    package func claimDue(_ claim: DueClaim) throws(StoreError) -> [DueCall] {
        try self.reader.claimDue(claim)
    }

    package func claimLive(after: CallID?, limit: Int) throws(StoreError) -> [CallRecord] {
        try self.reader.claimLive(after: after, limit: limit)
    }

    package func lanes() throws(StoreError) -> [QueueLane] {
        try self.reader.lanes()
    }

    package func list(_ page: ListPage) throws(StoreError) -> [CallRecord] {
        try self.reader.list(page)
    }

    package func guardHistory(_ query: GuardQuery) throws(StoreError) -> GuardHistory {
        try self.reader.guardHistory(query)
    }

    package func counts() throws(StoreError) -> StoreCounts {
        try self.reader.counts()
    }

    package func events(
        after cursor: EventCursor,
        matching filter: EventFilter,
        limit: Int
    ) throws(StoreError) -> EventPage {
        try self.reader.events(after: cursor, matching: filter, limit: limit)
    }

    package func eventRange() throws(StoreError) -> EventRange {
        try self.reader.eventRange()
    }

    package func subscription(
        _ key: SubscriptionKey
    ) throws(StoreError) -> SubscriptionRecord? {
        try self.reader.subscription(key)
    }
}
