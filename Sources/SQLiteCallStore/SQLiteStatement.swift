internal import CSQLite

/// A prepared statement: values are bound in the order of its places, then it is stepped.
///
/// It is used by the thread of its connection alone.
final class SQLiteStatement {
    private let handle: OpaquePointer
    private let purpose: String
    private var bound: Int32 = 0
    private var isReset = true
    private var bindFailure = SQLITE_OK

    /// Takes a prepared statement over.
    init(handle: OpaquePointer, purpose: String) {
        self.handle = handle
        self.purpose = purpose
    }

    deinit {
        sqlite3_finalize(self.handle)
    }

    func bind(_ value: Int64?) {
        self.bindNext { index in
            guard let value else { return sqlite3_bind_null(self.handle, index) }
            return sqlite3_bind_int64(self.handle, index, value)
        }
    }

    func bind(_ value: Int) {
        self.bind(Int64(value))
    }

    func bind(_ value: String?) {
        self.bindNext { index in
            guard var value else { return sqlite3_bind_null(self.handle, index) }
            return value.withUTF8 { text in
                text.withMemoryRebound(to: CChar.self) { text in
                    sqlite3_bind_text64(
                        self.handle,
                        index,
                        text.baseAddress,
                        UInt64(text.count),
                        promptcall_sqlite_transient(),
                        UInt8(SQLITE_UTF8)
                    )
                }
            }
        }
    }

    func bind(_ value: [UInt8]?) {
        self.bindNext { index in
            guard let value else { return sqlite3_bind_null(self.handle, index) }
            // Without a byte there is no address, and without an address it would be NULL.
            guard !value.isEmpty else { return sqlite3_bind_zeroblob(self.handle, index, 0) }
            return sqlite3_bind_blob64(
                self.handle,
                index,
                value,
                UInt64(value.count),
                promptcall_sqlite_transient()
            )
        }
    }

    func bind(_ value: SQLiteValue) {
        switch value {
        case .integer(let integer): self.bind(integer)
        case .text(let text): self.bind(text)
        case .bytes(let bytes): self.bind(bytes)
        }
    }

    /// Goes to the next row; false where there is none.
    ///
    /// - Throws: ``SQLiteError``, also where a value could not be bound.
    func step() throws(SQLiteError) -> Bool {
        guard self.bindFailure == SQLITE_OK else { throw self.error(self.bindFailure) }
        self.isReset = false
        let code = sqlite3_step(self.handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw self.error(code)
        }
    }

    /// Runs to the end, whatever rows there are.
    ///
    /// - Throws: ``SQLiteError``.
    func finish() throws(SQLiteError) {
        while try self.step() {}
    }

    /// Ends the run and forgets what was bound.
    func reset() {
        guard !self.isReset || self.bound > 0 else { return }
        self.isReset = true
        // It answers the failure of the last step once more, which that step has thrown.
        sqlite3_reset(self.handle)
        sqlite3_clear_bindings(self.handle)
        self.bound = 0
        self.bindFailure = SQLITE_OK
    }

    /// The number in a column of the row; 0 where it is null.
    func integer(_ column: Int32) -> Int64 {
        sqlite3_column_int64(self.handle, column)
    }

    func optionalInteger(_ column: Int32) -> Int64? {
        self.isNull(column) ? nil : self.integer(column)
    }

    /// The text in a column of the row; empty where it is null.
    func text(_ column: Int32) -> String {
        guard let text = sqlite3_column_text(self.handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(self.handle, column))
        return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }

    func optionalText(_ column: Int32) -> String? {
        self.isNull(column) ? nil : self.text(column)
    }

    /// The bytes in a column of the row; none where it is null.
    func bytes(_ column: Int32) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(self.handle, column) else { return [] }
        let count = Int(sqlite3_column_bytes(self.handle, column))
        return Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    func optionalBytes(_ column: Int32) -> [UInt8]? {
        self.isNull(column) ? nil : self.bytes(column)
    }

    private func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(self.handle, column) == SQLITE_NULL
    }

    private func bindNext(_ bind: (Int32) -> Int32) {
        self.bound += 1
        let code = bind(self.bound)
        if code != SQLITE_OK, self.bindFailure == SQLITE_OK { self.bindFailure = code }
    }

    private func error(_ code: Int32) -> SQLiteError {
        SQLiteError(
            code: code,
            purpose: self.purpose,
            message: String(cString: sqlite3_errmsg(sqlite3_db_handle(self.handle)))
        )
    }
}
