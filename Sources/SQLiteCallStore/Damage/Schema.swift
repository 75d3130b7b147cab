/// The tables and indexes of a database, as SQLite keeps their definitions.
struct Schema: Equatable, Sendable {
    /// Definitions by kind and name, such as `table calls`.
    private let definitions: [String: String]

    private static let query = SQLQuery(
        "read the schema",
        "SELECT type, name, tbl_name, sql FROM sqlite_schema"
    )

    /// Reads the schema of a database.
    init(of connection: SQLiteConnection) throws {
        let rows = try connection.rows(Self.query) { row in
            ("\(row.text(0)) \(row.text(1))", "\(row.text(2)) \(row.text(3))")
        }
        self.definitions = Dictionary(rows) { first, _ in first }
    }

    /// What the migrations up to a version make.
    static func expected(version: Int) throws -> Schema {
        let connection = try SQLiteConnection(path: ":memory:")
        for migration in Migration.all where migration.number <= version {
            try connection.execute(migration.sql, purpose: "make a schema to compare with")
        }
        return try Schema(of: connection)
    }

    /// Whether there is nothing.
    var isEmpty: Bool { self.definitions.isEmpty }

    /// What of another schema is missing here or differs. What is here beside it, such as an
    /// operator's own index, is none of it.
    func differences(from expected: Schema) -> [String] {
        expected.definitions.filter { self.definitions[$0.key] != $0.value }.keys.sorted()
    }
}
