extension SQLiteConnection {
    /// "PCLL", by which a file is known to be ours.
    private static let applicationID: Int64 = 0x5043_4C4C

    /// Brings the schema of a database, which may be empty, to the newest version.
    ///
    /// - Throws: ``StoreOpenError`` with code `notOurs`, `tooNew` or `damaged`, or
    ///   ``SQLiteError``.
    func migrate() throws {
        let version = try self.checkedVersion()
        for migration in Migration.all where migration.number > version {
            try self.apply(migration)
        }
    }

    /// Takes one step, or none of it.
    ///
    /// - Throws: ``SQLiteError``.
    func apply(_ migration: Migration) throws {
        try self.transaction { connection in
            try connection.execute(
                "\(migration.sql)\nPRAGMA user_version = \(migration.number);",
                purpose: "migrate the schema to version \(migration.number)"
            )
        }
    }

    /// Returns the version of the schema, which is as it was made; 0 where there is none yet.
    private func checkedVersion() throws -> Int {
        let version = Int(try self.pragma("user_version") ?? 0)
        let isOurs = try self.pragma("application_id") == Self.applicationID
        let schema = try Schema(of: self)
        guard isOurs || !schema.isEmpty || version != 0 else { return 0 }
        guard version <= Migration.newest else {
            guard isOurs else { throw Self.notOurs }
            throw StoreOpenError(
                .tooNew,
                """
                The database has the schema version \(version), and this daemon knows none later \
                than \(Migration.newest): it was written by a later version of promptcall.
                """
            )
        }
        let expected = try Schema.expected(version: max(version, 1))
        let differences = schema.differences(from: expected)
        guard isOurs || differences.isEmpty else { throw Self.notOurs }
        guard isOurs, version > 0 else {
            throw StoreOpenError.damaged("The header of calls.db is damaged.")
        }
        guard differences.isEmpty else {
            throw StoreOpenError.damaged(
                "The schema of calls.db is damaged: \(differences.joined(separator: ", "))."
            )
        }
        return version
    }

    private static var notOurs: StoreOpenError {
        StoreOpenError(.notOurs, "The file calls.db is not a database of promptcall.")
    }
}
