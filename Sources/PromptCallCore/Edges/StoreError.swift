/// Why the call store refused or failed an operation.
package struct StoreError: Error, Sendable {
    package enum Code: Hashable, Sendable {
        /// Events after the cursor were pruned; `oldest` of the range is where to go on.
        case cursorExpired
        /// The cursor is no text of a cursor, or of another store.
        case cursorForeign
        /// The store cannot be used now, as when the disk is full; nothing was changed.
        case unavailable
        /// So much is being read or written that no more may wait; nothing was changed.
        case overloaded
        /// It is not known whether the batch was written; it is to be read back.
        case unknownFate
        /// A stored value cannot be read.
        case damaged
        /// The directory cannot take a backup: it is in use, or cannot be made or written.
        case directoryRefused
    }

    package var code: Code
    /// What was attempted, with IDs; never digits, phone numbers or secrets.
    package var message: String
    package var cause: (any Error)?
    /// With `damaged`: it is not one value but the database that is broken.
    package var isOfDatabase = false

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        self.cause.map { "\(self.message) (\($0))" } ?? self.message
    }
}
