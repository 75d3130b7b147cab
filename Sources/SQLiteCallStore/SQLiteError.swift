internal import CSQLite

/// What SQLite answered instead of doing as it was told.
struct SQLiteError: Error, Equatable, Sendable {
    /// The extended result code.
    let code: Int32
    /// What the statement was for; never what was bound to it.
    let purpose: String
    /// SQLite's own words, which may name tables and columns but no values.
    let message: String

    /// The result code without its extension.
    var primary: Int32 { self.code & 0xFF }

    /// Whether the database itself is broken.
    var isDamage: Bool { self.primary == SQLITE_CORRUPT || self.primary == SQLITE_NOTADB }

    /// Whether a connection may hold a wrong view of its files after it.
    var isFailureOfFiles: Bool {
        switch self.primary {
        case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_PROTOCOL, SQLITE_CORRUPT, SQLITE_NOTADB: true
        default: false
        }
    }
}

extension SQLiteError: CustomStringConvertible {
    var description: String {
        "SQLite could not \(self.purpose): \(self.message), code \(self.code)"
    }
}
