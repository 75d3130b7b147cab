internal import CSQLite

/// A connection to the database with its prepared statements.
///
/// It is used by one thread at a time; SQLite is told so.
final class SQLiteConnection {
    private let handle: OpaquePointer
    private var statements: [SQLQuery: SQLiteStatement] = [:]
    private let log = WriteAheadLog()
    private var interruption: Interruption?

    /// Whether SQLite keeps no accounts of its memory: set once, before the first connection.
    private static let sparesAccounts = promptcall_sqlite_spare_accounts() == SQLITE_OK

    /// Steps of a statement between two looks at an interruption.
    private static let stepsBetweenLooks: Int32 = 10_000

    /// Most statements kept prepared; beyond, all are given up, for few texts are made ad hoc.
    private static let statementsMax = 256

    /// What the hook behind a commit has been told.
    private final class WriteAheadLog {
        var pages = 0
    }

    /// Opens a database file, which must exist.
    ///
    /// - Parameters:
    ///   - path: Of the file.
    ///   - fileSystem: Name of the SQLite VFS that has it; nil for the system's files.
    /// - Throws: ``SQLiteError``.
    init(path: String, fileSystem: String? = nil) throws(SQLiteError) {
        _ = Self.sparesAccounts
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &handle, flags, fileSystem)
        guard code == SQLITE_OK, let handle else {
            let message = String(cString: sqlite3_errstr(code))
            sqlite3_close_v2(handle)
            throw SQLiteError(code: code, purpose: "open the database", message: message)
        }
        self.handle = handle
    }

    deinit {
        self.statements = [:]
        sqlite3_close_v2(self.handle)
    }

    /// Whether no transaction is open.
    var isIdle: Bool { sqlite3_get_autocommit(self.handle) != 0 }

    /// Rows that the last INSERT, UPDATE or DELETE changed.
    var changes: Int { Int(sqlite3_changes64(self.handle)) }

    /// The key of the row inserted last.
    var insertedKey: Int64 { sqlite3_last_insert_rowid(self.handle) }

    /// Pages in the write-ahead log behind the last commit of this connection; 0 where that is
    /// not watched.
    var logPages: Int { self.log.pages }

    /// Returns a statement that is ready to be bound.
    ///
    /// - Throws: ``SQLiteError``.
    func statement(_ query: SQLQuery) throws(SQLiteError) -> SQLiteStatement {
        if let statement = self.statements[query] {
            statement.reset()
            return statement
        }
        if self.statements.count >= Self.statementsMax { self.statements = [:] }
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(
            self.handle,
            query.text,
            -1,
            UInt32(SQLITE_PREPARE_PERSISTENT),
            &handle,
            nil
        )
        guard code == SQLITE_OK, let handle else { throw self.error(code, query.purpose) }
        let statement = SQLiteStatement(handle: handle, purpose: query.purpose)
        self.statements[query] = statement
        return statement
    }

    /// Runs a statement to its end.
    ///
    /// - Throws: ``SQLiteError``.
    func run(
        _ query: SQLQuery,
        _ bind: (SQLiteStatement) -> Void = { _ in }
    ) throws(SQLiteError) {
        let statement = try self.statement(query)
        defer { statement.reset() }
        bind(statement)
        try statement.finish()
    }

    /// Returns what is made of each row.
    func rows<Row>(
        _ query: SQLQuery,
        _ bind: (SQLiteStatement) -> Void = { _ in },
        _ row: (SQLiteStatement) throws -> Row
    ) throws -> [Row] {
        let statement = try self.statement(query)
        defer { statement.reset() }
        bind(statement)
        var rows: [Row] = []
        while try statement.step() {
            rows.append(try row(statement))
        }
        return rows
    }

    /// Returns what is made of the first row; nil where there is none.
    func first<Row>(
        _ query: SQLQuery,
        _ bind: (SQLiteStatement) -> Void = { _ in },
        _ row: (SQLiteStatement) throws -> Row
    ) throws -> Row? {
        let statement = try self.statement(query)
        defer { statement.reset() }
        bind(statement)
        return try statement.step() ? try row(statement) : nil
    }

    /// Runs statements that give no rows and are not used again.
    ///
    /// - Throws: ``SQLiteError``.
    func execute(_ text: String, purpose: String) throws(SQLiteError) {
        let code = sqlite3_exec(self.handle, text, nil, nil, nil)
        guard code == SQLITE_OK else { throw self.error(code, purpose) }
    }

    /// Does all of some changes or none.
    ///
    /// It is for what is done before and beside the load: how a commit failed is not told.
    func transaction(_ body: (SQLiteConnection) throws -> Void) throws {
        try self.execute("BEGIN IMMEDIATE", purpose: "begin a transaction")
        do {
            try body(self)
            try self.execute("COMMIT", purpose: "commit a transaction")
        } catch {
            // Where it fails as well, closing the connection does the same.
            try? self.execute("ROLLBACK", purpose: "roll a transaction back")
            throw error
        }
    }

    /// Has statements fail from the time on that their interruption is asked for.
    func interrupt(by interruption: Interruption) {
        self.interruption = interruption
        sqlite3_progress_handler(
            self.handle,
            Self.stepsBetweenLooks,
            { context in
                guard let context else { return 0 }
                let asked = Unmanaged<Interruption>.fromOpaque(context).takeUnretainedValue()
                return asked.isAsked ? 1 : 0
            },
            Unmanaged.passUnretained(interruption).toOpaque()
        )
    }

    /// Begins to copy the database into an empty file.
    ///
    /// - Throws: ``SQLiteError``.
    func copy(to path: String) throws(SQLiteError) -> PageCopy {
        try PageCopy(of: self.handle, to: path)
    }

    /// Returns the number that a pragma answers; nil where it answers nothing.
    ///
    /// - Throws: ``SQLiteError``.
    func pragma(_ text: String) throws(SQLiteError) -> Int64? {
        let statement = try self.statement(SQLQuery("read a setting", "PRAGMA \(text)"))
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : nil
    }

    /// Watches the length of the write-ahead log; its own checkpoints behind commits end.
    ///
    /// - Throws: ``SQLiteError``.
    func watchLog() throws(SQLiteError) {
        // First, for it uses the same hook.
        try self.execute("PRAGMA wal_autocheckpoint = 0", purpose: "end automatic checkpoints")
        sqlite3_wal_hook(
            self.handle,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                let log = Unmanaged<WriteAheadLog>.fromOpaque(context).takeUnretainedValue()
                log.pages = Int(pages)
                return SQLITE_OK
            },
            Unmanaged.passUnretained(self.log).toOpaque()
        )
    }

    /// Copies what no reader needs from the write-ahead log into the database, without waiting.
    ///
    /// - Returns: How many pages of the log have been copied since it began; nil where another
    ///   connection is about to copy them.
    /// - Throws: ``SQLiteError``.
    func checkpoint() throws(SQLiteError) -> Int? {
        var copied: Int32 = 0
        let code = sqlite3_wal_checkpoint_v2(
            self.handle,
            nil,
            SQLITE_CHECKPOINT_PASSIVE,
            nil,
            &copied
        )
        if code & 0xFF == SQLITE_BUSY { return nil }
        guard code == SQLITE_OK else { throw self.error(code, "write a checkpoint") }
        return Int(copied)
    }

    /// Waits until what was copied into the database is on the disk.
    ///
    /// - Throws: ``SQLiteError``.
    func syncDatabase() throws(SQLiteError) {
        let purpose = "sync the database"
        var file: UnsafeMutablePointer<sqlite3_file>?
        let found = sqlite3_file_control(self.handle, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        guard found == SQLITE_OK, let file, let sync = file.pointee.pMethods?.pointee.xSync else {
            throw self.error(found, purpose)
        }
        let code = sync(file, SQLITE_SYNC_NORMAL)
        guard code == SQLITE_OK else { throw self.error(code, purpose) }
    }

    private func error(_ code: Int32, _ purpose: String) -> SQLiteError {
        SQLiteError(
            code: code,
            purpose: purpose,
            message: String(cString: sqlite3_errmsg(self.handle))
        )
    }
}
