/// Why the store of a data directory cannot be opened.
package struct StoreOpenError: Error, Sendable {
    package enum Code: Hashable, Sendable {
        /// The directory or a file in it cannot be made, read or written.
        case directoryUnusable
        /// Another daemon has the directory open.
        case locked
        /// The file is no database of promptcall.
        case notOurs
        /// The database was written by a later version.
        case tooNew
        /// The file has been damaged since it was written; nothing was changed.
        case damaged
        /// SQLite does not keep the setting that makes commits durable.
        case notDurable
        /// The key file cannot be read or made, or is no key.
        case keyFileUnusable
        /// The key file is not the one that the database was sealed with.
        case keyFileOther
        /// SQLite or the system failed; `cause` has the error where there is one.
        case failed
    }

    package var code: Code
    /// What was attempted, with paths; never key material.
    package var message: String
    package var cause: (any Error)?

    /// What to do about a damaged database, which is never repaired behind anyone's back.
    private static let damageAdvice = """
        Nothing was changed. Keep the files as they are and restore the last backup, or save what \
        can be read with "sqlite3 calls.db .dump" (docs/operating.md, "The database is damaged").
        """

    /// Says what of a database is damaged, in a sentence, and what to do.
    static func damaged(_ what: String, cause: (any Error)? = nil) -> StoreOpenError {
        StoreOpenError(.damaged, "\(what) \(self.damageAdvice)", cause: cause)
    }

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

extension StoreOpenError: CustomStringConvertible {
    package var description: String {
        self.cause.map { "\(self.message) (\($0))" } ?? self.message
    }
}
