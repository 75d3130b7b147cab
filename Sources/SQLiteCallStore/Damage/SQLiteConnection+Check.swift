extension SQLiteConnection {
    private static let selectTables = SQLQuery(
        "look which tables there are",
        "SELECT name FROM sqlite_schema WHERE type = 'table' UNION ALL SELECT 'sqlite_schema'"
    )

    /// Has SQLite look through all pages (`quick_check`) and returns what is wrong, as sentences.
    ///
    /// It goes table by table, so that no snapshot is held for longer than one takes.
    ///
    /// - Throws: ``SQLiteError`` other than of damage.
    func problems(limit: Int) throws -> [String] {
        var problems: [String] = []
        do {
            let tables = try self.rows(Self.selectTables) { row in row.text(0) }
            for table in tables where problems.count < limit {
                let check = SQLQuery(
                    "check a table",
                    "PRAGMA quick_check(\"\(table.replacing("\"", with: "\"\""))\")"
                )
                let lines = try self.rows(check) { row in row.text(0) }
                problems += lines.filter { $0 != "ok" }.map { "\(table): \($0)" }
            }
        } catch let error as SQLiteError where error.isDamage {
            problems.append("\(error)")
        }
        return Array(problems.prefix(limit))
    }
}
