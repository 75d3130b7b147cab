internal import CSQLite

/// Copies one state of a database into another file, page by page.
struct PageCopy: ~Copyable {
    private let handle: OpaquePointer
    private let target: OpaquePointer

    /// Pages copied in one step: 1 MiB of the usual ones.
    private static let stepPages: Int32 = 256

    /// Begins to copy what a connection sees.
    ///
    /// While it holds a snapshot open, the copy is of that; otherwise each commit of another
    /// connection would have the copy begin anew.
    ///
    /// - Throws: ``SQLiteError``.
    init(of source: OpaquePointer, to path: String) throws(SQLiteError) {
        var target: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &target, flags, nil)
        guard code == SQLITE_OK, let target else {
            let error = SQLiteError(
                code: code,
                purpose: Self.purpose,
                message: String(cString: sqlite3_errstr(code))
            )
            sqlite3_close_v2(target)
            throw error
        }
        // The file is thrown away if anything fails, so it needs neither a journal nor syncs.
        sqlite3_exec(target, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", nil, nil, nil)
        guard let handle = sqlite3_backup_init(target, "main", source, "main") else {
            let error = Self.error(of: target)
            sqlite3_close_v2(target)
            throw error
        }
        self.handle = handle
        self.target = target
    }

    deinit {
        sqlite3_backup_finish(self.handle)
        sqlite3_close_v2(self.target)
    }

    /// Copies some pages; false when all have been.
    ///
    /// - Throws: ``SQLiteError``.
    func step() throws(SQLiteError) -> Bool {
        let code = sqlite3_backup_step(self.handle, Self.stepPages)
        switch code {
        case SQLITE_OK: return true
        case SQLITE_DONE: return false
        default:
            throw SQLiteError(
                code: code,
                purpose: Self.purpose,
                message: String(cString: sqlite3_errstr(code))
            )
        }
    }

    private static let purpose = "copy the database"

    private static func error(of handle: OpaquePointer) -> SQLiteError {
        SQLiteError(
            code: sqlite3_extended_errcode(handle),
            purpose: self.purpose,
            message: String(cString: sqlite3_errmsg(handle))
        )
    }
}
