/// A statement's text and what it is for.
struct SQLQuery: Hashable, Sendable {
    /// Completes "SQLite could not …".
    let purpose: String
    let text: String

    init(_ purpose: String, _ text: String) {
        self.purpose = purpose
        self.text = text
    }
}

/// A value for a place in a statement that is made as it is needed.
enum SQLiteValue: Equatable, Sendable {
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
}
