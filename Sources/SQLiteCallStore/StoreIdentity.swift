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
            let store = try self.read(opened, seals, makeStoreID)
            let problems = try RecordCheck(seals: seals).liveProblems(opened)
            guard problems.isEmpty else {
                throw StoreOpenError.damaged(
                    "Calls under way are damaged. \(problems.joined(separator: " "))"
                )
            }
            return store
        } catch let error as StoreOpenError {
            throw error
        } catch let error as SQLiteError where error.isDamage {
            throw StoreOpenError.damaged(
                "The database \(connection.path) is damaged.",
                cause: error
            )
        } catch {
            throw StoreOpenError(
                .failed,
                "The database \(connection.path) cannot be opened.",
                cause: error
            )
        }
    }

    /// Reads the identity; a new store is given one, and a restored copy another.
    ///
    /// - Throws: ``StoreOpenError`` with code `keyFileOther` or `damaged`, or ``SQLiteError``.
    private static func read(
        _ connection: SQLiteConnection,
        _ seals: CallSeals,
        _ makeStoreID: () -> UInt64
    ) throws -> UInt64 {
        let known = try connection.first(self.selectMeta) { row in
            (
                store: UInt64(bitPattern: row.integer(0)),
                check: row.bytes(1),
                isNewCopy: row.integer(2) == 1
            )
        }
        guard let known else {
            let call = try connection.first(self.selectAny) { row in row.integer(0) }
            guard call == nil else {
                throw StoreOpenError.damaged("The database does not say which store it is of.")
            }
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
        guard known.isNewCopy else { return known.store }
        let copy = RestoredCopy(original: known.store, name: makeStoreID())
        try copy.rename(connection)
        return copy.name
    }

    private static let selectMeta = SQLQuery(
        "read by what the store is known",
        "SELECT store, key_check, copy_of IS store FROM meta"
    )

    private static let selectAny = SQLQuery("look for calls", "SELECT key FROM calls LIMIT 1")

    private static let insertMeta = SQLQuery(
        "name the store",
        "INSERT INTO meta (single, store, key_check, pruned, fences) VALUES (1, ?, ?, 0, 0)"
    )
}
