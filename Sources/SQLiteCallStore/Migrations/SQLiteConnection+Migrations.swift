extension SQLiteConnection {
    /// "PCLL", by which a file is known to be ours.
    private static let applicationID: Int64 = 0x5043_4C4C

    /// Brings the schema of a database, which may be empty, to the newest version.
    ///
    /// - Throws: ``StoreOpenError`` with code `notOurs` or `tooNew`, or ``SQLiteError``.
    func migrate() throws {
        let version = Int(try self.pragma("user_version") ?? 0)
        let applicationID = try self.pragma("application_id") ?? 0
        let isEmpty =
            try self.first(SQLQuery("look for tables", "SELECT 1 FROM sqlite_schema")) { _ in true }
            == nil
        guard isEmpty && version == 0 || applicationID == Self.applicationID else {
            throw StoreOpenError(.notOurs, "The file calls.db is not a database of promptcall.")
        }
        guard version <= Migration.newest else {
            throw StoreOpenError(
                .tooNew,
                """
                The database has the schema version \(version), and this daemon knows none later \
                than \(Migration.newest): it was written by a later version of promptcall.
                """
            )
        }
        for migration in Migration.all where migration.number > version {
            try self.execute(
                """
                BEGIN IMMEDIATE;
                \(migration.sql)
                PRAGMA user_version = \(migration.number);
                COMMIT;
                """,
                purpose: "migrate the schema to version \(migration.number)"
            )
        }
    }
}
