internal import CallRecordCoding
internal import PromptCallCore

/// Reads a record from a row that begins with the columns of a call.
struct CallRow {
    /// The columns, of `calls` under the name `c`.
    static let columns = """
        c.id, c.caller, c.version, c.event_count, c.terms, c.state, c.expected, c.collected
        """

    /// How many there are: what else a row has comes behind.
    static let columnCount: Int32 = 8

    private let seals: CallSeals

    init(seals: CallSeals) {
        self.seals = seals
    }

    /// Reads the record of a row.
    ///
    /// - Throws: `StoreError` with code `damaged`.
    func record(_ row: SQLiteStatement) throws -> CallRecord {
        let id = try self.id(row, 0)
        do {
            let state = try CallRecordCoding.state(row.bytes(5))
            var record = CallRecord(
                id: id,
                caller: row.text(1),
                terms: try CallRecordCoding.terms(row.bytes(4)),
                expected: try row.optionalBytes(6).map { try self.seals.expected($0, of: id) }
                    ?? [],
                submittedAt: state.progress.submittedAt
            )
            record.version = row.integer(2)
            record.eventCount = Int(row.integer(3))
            record.collected = try row.optionalBytes(7).flatMap {
                try self.seals.collected($0, of: id)
            }
            state.restore(&record)
            return record
        } catch {
            throw StoreError(.damaged, "The call \(id) cannot be read.", cause: error)
        }
    }

    /// Reads an identifier.
    ///
    /// - Throws: `StoreError` with code `damaged`.
    func id(_ row: SQLiteStatement, _ column: Int32) throws -> CallID {
        guard let id = CallID(bytes: row.bytes(column)) else {
            throw StoreError(.damaged, "The identifier of a call cannot be read.")
        }
        return id
    }
}
