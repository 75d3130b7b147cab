import CSQLite
import CallSimulation

/// A database of one table on a simulated disk, reached through SQLite itself.
final class Database {
    private var handle: OpaquePointer?

    struct Failure: Error {
        let code: Int32
    }

    init(_ disk: MountedDisk) throws {
        disk.disk.makeFile(disk.path)
        let flags = SQLITE_OPEN_READWRITE
        let code = sqlite3_open_v2(disk.path, &self.handle, flags, MountedDisk.fileSystem)
        guard code == SQLITE_OK else { throw Failure(code: code) }
        try self.execute(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS rows (value INTEGER, filler BLOB);
            """
        )
    }

    deinit {
        self.close()
    }

    func close() {
        sqlite3_close_v2(self.handle)
        self.handle = nil
    }

    /// Commits one row; false where that fails.
    func insert(_ value: Int) -> Bool {
        let text = "INSERT INTO rows VALUES (\(value), randomblob(3000))"
        if (try? self.execute(text)) != nil { return true }
        // A failed commit may leave its transaction open.
        try? self.execute("ROLLBACK")
        return false
    }

    /// How many rows there are.
    func rows() throws -> Int {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        let code = sqlite3_prepare_v2(self.handle, "SELECT count(*) FROM rows", -1, &statement, nil)
        guard code == SQLITE_OK, sqlite3_step(statement) == SQLITE_ROW else {
            throw Failure(code: code)
        }
        return Int(sqlite3_column_int64(statement, 0))
    }

    private func execute(_ text: String) throws {
        let code = sqlite3_exec(self.handle, text, nil, nil, nil)
        guard code == SQLITE_OK else { throw Failure(code: code) }
    }
}
