import CallStoreConformance
import Foundation
import PromptCallCore
import Testing

@testable import SQLiteCallStore

/// Opens databases as earlier versions left them.
///
/// Before a new migration is added, the schema that it starts from gets its fixture:
/// `PROMPTCALL_FIXTURE=DIR swift test --filter writesFixture`, then
/// `sqlite3 DIR/calls.db .dump`, headed by the two pragmas that a dump leaves out.
@Suite("Migrations")
struct MigrationTests {
    private static let released = Array(1..<Migration.newest)

    private static func fixture(_ version: Int) -> String? {
        Bundle.module.path(forResource: "Fixtures/schema-\(version)", ofType: "sql")
    }

    /// Makes a database of a fixture in an empty directory.
    private static func load(_ version: Int, into directory: TemporaryDirectory) throws {
        let text = try String(contentsOfFile: try #require(fixture(version)), encoding: .utf8)
        let held = try DataDirectory(path: directory.path)
        try held.makeDatabaseFile()
        try SQLiteConnection(path: held.databasePath).execute(text, purpose: "load a fixture")
    }

    @Test("Each schema that a migration starts from has a fixture", arguments: released)
    func hasFixture(version: Int) {
        #expect(Self.fixture(version) != nil, "schema \(version) needs a fixture, see above")
    }

    @Test("Everything of an earlier schema reads as it was written", arguments: released)
    func reads(version: Int) async throws {
        try await StoreFiles.withDirectory { directory in
            try Self.load(version, into: directory)
            let history = StoredHistory.first
            try await StoreFiles.withStore(directory.path, storeID: 1) { store in
                #expect(try await store.load(history.samples.map(\.id)) == history.records)
                for (sample, record) in zip(history.samples, history.records) {
                    let script = try await store.script(of: sample.id)
                    #expect(script == (record.stage == .ended ? nil : sample.script))
                }
                let range = try await store.eventRange()
                #expect(range.newest.store == StoredHistory.store)
                let page = try await store.events(
                    after: range.oldest,
                    matching: EventFilter(kinds: CallEvent.Kind.allCases),
                    limit: 100
                )
                #expect(page.events.map(\.event) == history.events)
                for subscription in history.subscriptions {
                    #expect(try await store.subscription(subscription.key) == subscription)
                }
                #expect(try await store.pauseCause() == nil)
                #expect(try await store.quickCheck() == [])
                // What was submitted under an earlier schema is known when it is repeated.
                let again = try await store.submit([history.samples[1]])
                #expect(
                    again.submissions == [.existed(history.samples[1].id, sameRequest: true)]
                )
            }
        }
    }

    @Test("A migrated schema is the one of a new database", arguments: released)
    func equals(version: Int) async throws {
        try await StoreFiles.withDirectory { directory in
            try Self.load(version, into: directory)
            let path = "\(directory.path)/calls.db"
            let connection = try StoreConnection(path: path, role: .writer).opened()
            try connection.migrate()
            let schema = try Schema(of: connection)
            #expect(try schema == Schema.expected(version: Migration.newest))
            #expect(try connection.pragma("user_version") == Int64(Migration.newest))
            #expect(try connection.problems(limit: 10) == [])
        }
    }

    @Test("A migration that fails in its middle leaves the schema before it", arguments: released)
    func fails(version: Int) async throws {
        try await StoreFiles.withDirectory { directory in
            try Self.load(version, into: directory)
            let path = "\(directory.path)/calls.db"
            let connection = try StoreConnection(path: path, role: .writer).opened()
            let before = try Schema(of: connection)
            let broken = Migration(
                number: version + 1,
                sql: "CREATE TABLE half (value INTEGER); INSERT INTO half VALUES ('text', 1);"
            )
            #expect(throws: SQLiteError.self) { try connection.apply(broken) }
            #expect(try connection.pragma("user_version") == Int64(version))
            #expect(connection.isIdle)
            #expect(try Schema(of: connection) == before)
            try connection.migrate()
        }
    }

    @Test(
        "Writes the fixture of the newest schema",
        .enabled(if: ProcessInfo.processInfo.environment["PROMPTCALL_FIXTURE"] != nil)
    )
    func writesFixture() async throws {
        let path = try #require(ProcessInfo.processInfo.environment["PROMPTCALL_FIXTURE"])
        try await StoreFiles.withStore(path) { store in
            try await StoredHistory.first.write(to: store)
        }
    }
}
