/// By what a store and its key are known.
enum StoreIdentity {
    /// Brings a database, which may be empty, to the newest schema, and reads whose it is.
    ///
    /// - Parameters:
    ///   - connection: To the database; nothing of it is left open.
    ///   - seals: Of the key file, which must be the one that the database was sealed with.
    ///   - makeStoreID: Makes 64 random bits, by which a new store's cursors are known.
    /// - Returns: The identity of the store.
    /// - Throws: ``StoreOpenError``.
    static func prepare(
        _ connection: StoreConnection,
        _ seals: CallSeals,
        _ makeStoreID: () -> UInt64
    ) throws(StoreOpenError) -> UInt64 {
        // As the only connection it copies the whole log into the database and syncs that: what a
        // process left in the log that was killed behind a failed sync is not relied on.
        defer { connection.discard() }
        do {
            let opened = try connection.opened()
            try opened.migrate()
            return try self.read(opened, seals, makeStoreID)
        } catch let error as StoreOpenError {
            throw error
        } catch {
            throw StoreOpenError(.failed, "The database cannot be opened.", cause: error)
        }
    }

    /// Reads the identity; a new store is given one.
    ///
    /// - Throws: ``StoreOpenError`` with code `keyFileOther`, or ``SQLiteError``.
    private static func read(
        _ connection: SQLiteConnection,
        _ seals: CallSeals,
        _ makeStoreID: () -> UInt64
    ) throws -> UInt64 {
        let known = try connection.first(self.selectMeta) { row in
            (store: UInt64(bitPattern: row.integer(0)), check: row.bytes(1))
        }
        guard let known else {
            let store = makeStoreID()
            try connection.run(self.insertMeta) { statement in
                statement.bind(Int64(bitPattern: store))
                statement.bind(seals.check())
            }
            return store
        }
        guard seals.isCheck(known.check) else {
            throw StoreOpenError(
                .keyFileOther,
                "The key file is not the one that the database was sealed with."
            )
        }
        return known.store
    }

    private static let selectMeta = SQLQuery(
        "read by what the store is known",
        "SELECT store, key_check FROM meta"
    )

    private static let insertMeta = SQLQuery(
        "name the store",
        "INSERT INTO meta (single, store, key_check, pruned, fences) VALUES (1, ?, ?, 0, 0)"
    )
}
