internal import PromptCallCore

/// Reads all there is of calls that have not ended, to find what cannot be read.
struct RecordCheck {
    private let row: CallRow
    private let seals: CallSeals

    /// Most problems told of: they are for a person.
    static let problemsMax = 20
    /// Rows looked at in one snapshot.
    private static let page: Int64 = 5000

    init(seals: CallSeals) {
        self.row = CallRow(seals: seals)
        self.seals = seals
    }

    /// Reads the live calls, and returns what is wrong with them, as sentences.
    ///
    /// - Throws: ``SQLiteError``.
    func liveProblems(_ connection: SQLiteConnection) throws -> [String] {
        let problems = try connection.rows(Self.selectLive) { row in self.problem(row) }
        return Array(problems.lazy.compactMap(\.self).prefix(Self.problemsMax))
    }

    /// Reads the queued calls, and returns what is wrong with them, as sentences.
    ///
    /// - Throws: ``SQLiteError``.
    func queuedProblems(_ connection: SQLiteConnection) throws -> [String] {
        let newest = try connection.first(Self.selectNewest) { row in row.integer(0) } ?? 0
        var problems: [String] = []
        var key: Int64 = 0
        while key < newest, problems.count < Self.problemsMax {
            let page = try connection.rows(Self.selectQueued) { statement in
                statement.bind(key)
                statement.bind(key + Self.page)
            } _: { row in
                self.problem(row)
            }
            problems += page.compactMap(\.self)
            key += Self.page
        }
        return Array(problems.prefix(Self.problemsMax))
    }

    private func problem(_ row: SQLiteStatement) -> String? {
        let id: CallID
        do {
            id = try self.row.record(row).id
        } catch {
            return "\(error)"
        }
        guard let sealed = row.optionalBytes(CallRow.columnCount) else {
            return "The script of call \(id) is missing."
        }
        do {
            _ = try self.seals.script(sealed, of: id)
        } catch {
            return "The script of call \(id) cannot be read. (\(error))"
        }
        return nil
    }

    private static let selectLive = SQLQuery(
        "look through live calls",
        """
        SELECT \(CallRow.columns), s.sealed
        FROM calls AS c INDEXED BY calls_live LEFT JOIN scripts AS s ON s.call = c.key
        WHERE c.stage > 1 AND c.stage < 7
        """
    )

    private static let selectNewest = SQLQuery(
        "look which call is the newest",
        "SELECT coalesce(max(key), 0) FROM calls"
    )

    /// By `key`, so that a call whose place in the queue moves meanwhile is seen all the same.
    private static let selectQueued = SQLQuery(
        "look through queued calls",
        """
        SELECT \(CallRow.columns), s.sealed
        FROM calls AS c NOT INDEXED LEFT JOIN scripts AS s ON s.call = c.key
        WHERE c.key > ? AND c.key <= ? AND c.stage = 1
        """
    )
}
