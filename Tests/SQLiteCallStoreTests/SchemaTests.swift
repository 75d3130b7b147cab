import PromptCallCore
import Testing

@testable import SQLiteCallStore

@Suite("Schema")
struct SchemaTests {
    /// Makes an empty database and gives a connection as the writer has it.
    private func connection(_ directory: TemporaryDirectory) throws -> SQLiteConnection {
        let held = try DataDirectory(path: directory.path)
        try held.makeDatabaseFile()
        return try StoreConnection(path: held.databasePath, role: .writer).opened()
    }

    @Test("An empty file becomes the newest schema, and stays it")
    func migrates() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        for _ in 1...2 {
            let connection = try self.connection(directory)
            try connection.migrate()
            #expect(try connection.pragma("user_version") == Int64(Migration.newest))
            #expect(try connection.pragma("application_id") == 0x5043_4C4C)
            #expect(try connection.pragma("synchronous") == 2)
            #expect(try connection.pragma("foreign_keys") == 1)
            #expect(try connection.pragma("secure_delete") == 1)
            #expect(try connection.pragma("wal_autocheckpoint") == 0)
        }
        #expect(Migration.all.map(\.number) == Array(1...Migration.newest))
    }

    @Test("A database of a later version, or of another program, is refused")
    func refused() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let connection = try self.connection(directory)
        try connection.migrate()
        try connection.execute("PRAGMA user_version = 99", purpose: "pretend")
        #expect { try connection.migrate() } throws: { error in
            (error as? StoreOpenError)?.code == .tooNew
        }
        let otherDirectory = try TemporaryDirectory()
        defer { otherDirectory.remove() }
        let other = try self.connection(otherDirectory)
        try other.execute("CREATE TABLE things (name TEXT)", purpose: "pretend")
        #expect { try other.migrate() } throws: { error in
            (error as? StoreOpenError)?.code == .notOurs
        }
    }

    @Test("What is asked for while calls wait is found by an index")
    func plans() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let connection = try self.connection(directory)
        try connection.migrate()
        var filters = [CallFilter](repeating: CallFilter(), count: 6)
        filters[1].caller = "tester"
        filters[2].labels = [CallLabel(name: "a", value: "1")]
        filters[3].stages = [.ringing]
        filters[4].requestID = "order"
        filters[5].submittedAfter = Timestamp(milliseconds: 1_800_000_000_000)
        for filter in filters {
            let list = ListQuery(ListPage(filter: filter, after: nil, limit: 10))
            let plan = try connection.rows(
                SQLQuery("explain", "EXPLAIN QUERY PLAN \(list.query.text)")
            ) { row in
                row.text(3)
            }
            #expect(!plan.contains { $0.contains("TEMP B-TREE") || $0 == "SCAN c" }, "\(plan)")
        }
    }

    @Test("Values of each kind come back from a statement, and an error names its purpose")
    func values() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let connection = try self.connection(directory)
        let query = SQLQuery("echo", "SELECT ?, ?, ?, ?, ?")
        for _ in 1...2 {
            let statement = try connection.statement(query)
            statement.bind(Int64.min)
            statement.bind("äß")
            statement.bind([UInt8]())
            statement.bind([1, 0, 2] as [UInt8])
            statement.bind(nil as String?)
            #expect(try statement.step())
            #expect(statement.integer(0) == .min)
            #expect(statement.text(1) == "äß")
            #expect(statement.optionalBytes(2) == [])
            #expect(statement.bytes(3) == [1, 0, 2])
            #expect(statement.optionalText(4) == nil)
            #expect(try !statement.step())
        }
        // Together more than a statement keeps, each less.
        let texts = ["a", "b", "c", ""].map { String(repeating: $0, count: 500) }
        let longer = String(repeating: "d", count: 100_000)
        for _ in 1...2 {
            let statement = try connection.statement(query)
            for text in texts {
                statement.bind(text)
            }
            statement.bind(longer)
            #expect(try statement.step())
            #expect((0..<4).map { statement.text($0) } == texts)
            #expect(statement.text(4) == longer)
            #expect(try !statement.step())
        }
        let wrong = SQLQuery("ask for what is not there", "SELECT nothing")
        #expect { try connection.statement(wrong) } throws: { error in
            "\(error)".contains("ask for what is not there")
        }
        #expect(throws: SQLiteError.self) {
            try connection.run(SQLQuery("bind too much", "SELECT ?")) { statement in
                statement.bind(1)
                statement.bind(2)
            }
        }
    }
}
