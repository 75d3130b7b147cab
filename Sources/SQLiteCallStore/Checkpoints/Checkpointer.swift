/// Copies the write-ahead log into the database on a thread of its own, beside the commits.
final class Checkpointer {
    private let connection: StoreConnection

    init(connection: StoreConnection) {
        self.connection = connection
    }

    /// Copies what no reader needs and syncs it.
    ///
    /// SQLite itself syncs the database only when it has copied all. That would be the writer,
    /// which would wait for everything that was copied here.
    ///
    /// - Returns: How many pages of the log have been copied; nil where that is not known.
    /// - Throws: ``SQLiteError`` or ``StoreOpenError``.
    func checkpoint() throws -> Int? {
        do {
            let connection = try self.connection.opened()
            let pages = try connection.checkpoint()
            try connection.syncDatabase()
            return pages
        } catch {
            self.connection.discard()
            throw error
        }
    }
}
