/// A statement's text and what it is for.
struct SQLQuery: Sendable {
    /// Completes "SQLite could not …".
    let purpose: String
    let text: String
    /// Of the text, made once: a statement is looked up for every row that is written.
    private let textHash: Int

    init(_ purpose: String, _ text: String) {
        self.purpose = purpose
        self.text = text
        self.textHash = text.hashValue
    }
}

extension SQLQuery: Hashable {
    static func == (left: Self, right: Self) -> Bool {
        left.textHash == right.textHash && left.text == right.text
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(self.textHash)
    }
}

/// A value for a place in a statement that is made as it is needed.
enum SQLiteValue: Equatable, Sendable {
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
}
