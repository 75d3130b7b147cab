import CallStoreConformance
import Cryptography
import PromptCallCore
import Testing

@testable import SQLiteCallStore

@Suite("StoreWriter and StoreReader")
struct StoreWriterTests {
    /// A writer and a reader over a database that holds one call.
    private struct Pair {
        let connection: SQLiteConnection
        let writer: StoreWriter
        let reader: StoreReader
        let health = StoreHealth()

        init(_ directory: TemporaryDirectory) throws {
            let held = try DataDirectory(path: directory.path)
            try held.makeDatabaseFile()
            let path = held.databasePath
            let seals = CallSeals(key: SealingKey(bytes: [UInt8](repeating: 1, count: 32)))
            self.connection = try StoreConnection(path: path, role: .writer).opened()
            try self.connection.migrate()
            try self.connection.execute(
                "INSERT INTO meta (single, store, key_check, pruned, fences) "
                    + "VALUES (1, 1, x'00', 0, 0)",
                purpose: "name the store"
            )
            self.writer = StoreWriter(
                connection: StoreConnection(path: path, role: .writer),
                seals: seals,
                store: 1,
                health: self.health
            )
            self.reader = StoreReader(
                connection: StoreConnection(path: path, role: .reader),
                seals: seals,
                store: 1
            )
            var batch = CommitBatch()
            batch.submissions = [SampleCall(second: 1).submission]
            _ = try self.writer.commit(batch)
        }
    }

    @Test("After a commit of unknown fate the next change writes over what is left of it")
    func recovers() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let pair = try Pair(directory)
        try pair.writer.recover()
        #expect(try pair.connection.pragma("user_version") == Int64(Migration.newest))
        let fences = SQLQuery("read the fences", "SELECT fences FROM meta")
        #expect(try pair.connection.first(fences) { $0.integer(0) } == 0)
        pair.health.isSound = false
        _ = try pair.writer.commit(CommitBatch())
        #expect(pair.health.isSound)
        #expect(try pair.connection.first(fences) { $0.integer(0) } == 1)
    }

    @Test(
        "What cannot be read is told as damaged",
        arguments: [
            "state = x'02'", "terms = x'0108'", "expected = x'0102'", "id = zeroblob(16)",
        ]
    )
    func damaged(change: String) throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let pair = try Pair(directory)
        try pair.connection.execute("UPDATE calls SET \(change)", purpose: "damage a call")
        let error = #expect(throws: StoreError.self) {
            try pair.reader.list(ListPage(filter: CallFilter(), limit: 10))
        }
        #expect(error?.code == .damaged)
    }

    @Test("A batch that fails in the middle leaves nothing of itself")
    func rollsBack() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let pair = try Pair(directory)
        var batch = CommitBatch()
        // The second has an identifier that is taken, which is nothing to be expected.
        batch.submissions = [SampleCall(second: 2).submission, SampleCall(second: 1).submission]
        let error = #expect(throws: StoreError.self) { try pair.writer.commit(batch) }
        #expect(error?.code == .unavailable)
        #expect(try pair.reader.load([SampleCall.id(2)]) == [nil])
        batch.submissions.removeLast()
        _ = try pair.writer.commit(batch)
        #expect(try pair.reader.load([SampleCall.id(2)]) == [SampleCall(second: 2).record])
    }
}
