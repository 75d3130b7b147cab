internal import CSQLite

/// A connection in one of its roles, made anew after a failure of the files.
final class StoreConnection {
    enum Role: Sendable {
        /// The only one that changes anything.
        case writer
        case reader
        /// Copies the write-ahead log into the database, beside the writer.
        case checkpointer
    }

    let path: String
    private let fileSystem: String?
    private let role: Role
    private var connection: SQLiteConnection?
    private var pagesMax: Int?

    /// How long a lock of a foreign process, such as a shell's, is waited for.
    private static let busyTimeoutMilliseconds = 5000
    /// To which the write-ahead log is cut when it begins anew.
    private static let logBytesMax = 64 << 20
    /// Memory for pages of each connection, in KiB.
    private static let cacheKibibytes = 8192

    init(path: String, fileSystem: String? = nil, role: Role) {
        self.path = path
        self.fileSystem = fileSystem
        self.role = role
    }

    /// Returns the connection, opened if need be.
    ///
    /// - Throws: ``SQLiteError``, or ``StoreOpenError`` with code `notDurable`.
    func opened() throws -> SQLiteConnection {
        if let connection = self.connection { return connection }
        let connection = try SQLiteConnection(path: self.path, fileSystem: self.fileSystem)
        try connection.execute(
            """
            PRAGMA busy_timeout = \(Self.busyTimeoutMilliseconds);
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA foreign_keys = ON;
            PRAGMA secure_delete = ON;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -\(Self.cacheKibibytes);
            PRAGMA journal_size_limit = \(Self.logBytesMax);
            """,
            purpose: "set a connection up"
        )
        switch self.role {
        case .writer:
            // FULL is 2; builds and wrappers are known to lower it.
            guard try connection.pragma("synchronous") == 2 else {
                throw StoreOpenError(.notDurable, "SQLite does not keep synchronous=FULL.")
            }
            guard try connection.pragma("foreign_keys") == 1 else {
                throw StoreOpenError(.notDurable, "SQLite does not keep foreign_keys=ON.")
            }
            try connection.watchLog()
        case .reader:
            try connection.execute("PRAGMA query_only = ON", purpose: "make a connection read")
        case .checkpointer:
            break
        }
        try self.limit(connection)
        self.connection = connection
        return connection
    }

    /// Gives the connection up; the next use opens another.
    func discard() {
        self.connection = nil
    }

    /// Lets the database have so many pages and no more, as if the disk were full then.
    ///
    /// - Throws: ``SQLiteError``.
    func limitPages(_ pagesMax: Int) throws(SQLiteError) {
        self.pagesMax = pagesMax
        guard let connection = self.connection else { return }
        try self.limit(connection)
    }

    private func limit(_ connection: SQLiteConnection) throws(SQLiteError) {
        guard let pagesMax = self.pagesMax else { return }
        try connection.execute("PRAGMA max_page_count = \(pagesMax)", purpose: "limit the pages")
    }
}
