import CallStoreConformance
import Foundation
import PromptCallCore
import Testing

@testable import SQLiteCallStore

/// Damages the files of a store that was closed, as a disk or a person would.
@Suite("Damage")
struct DamageTests {
    /// Queued calls 1 to 40, of which the first was answered and the second ended.
    private static func fill(_ directory: TemporaryDirectory) async throws {
        try await StoreFiles.withStore(directory.path) { store in
            var samples = (1...40).map { SampleCall(second: $0) }
            for index in samples.indices {
                samples[index].requestID = "order-\(index)"
                samples[index].labels = [CallLabel(name: "shop", value: "north")]
            }
            try await store.submit(samples)
            try await store.apply([
                samples[0].record.moved(to: .answered, at: 50, event: .answered),
                samples[1].record.moved(to: .ended, at: 51, event: .ended),
            ])
        }
    }

    /// Runs a test on the closed files of a store.
    private static func withFiles(
        _ test: (TemporaryDirectory, DatabaseFile) async throws -> Void
    ) async throws {
        try await StoreFiles.withDirectory { directory in
            try await self.fill(directory)
            try await test(directory, DatabaseFile(path: "\(directory.path)/calls.db"))
        }
    }

    /// Expects that a store does not open, says so and leaves its files alone.
    private static func expectDamaged(
        _ directory: TemporaryDirectory,
        saying text: String? = nil,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let before = try directory.contents()["calls.db"]
        let error = #expect(throws: StoreOpenError.self, sourceLocation: location) {
            _ = try StoreFiles.open(directory.path)
        }
        #expect(error?.code == .damaged, "\(String(describing: error))", sourceLocation: location)
        let message = error?.message ?? ""
        if let text { #expect(message.contains(text), sourceLocation: location) }
        #expect(message.contains("restore the last backup"), sourceLocation: location)
        #expect(try directory.contents()["calls.db"] == before, sourceLocation: location)
    }

    @Test(
        "A damaged header is found before the store is ready",
        arguments: [0, 15, 16, 18, 21, 44, 47, 59, 60, 63, 68, 71]
    )
    func header(offset: Int) async throws {
        try await Self.withFiles { directory, file in
            // The highest bit but where it would say "of a later version".
            try file.flip(offset, bits: offset == 60 || offset == 63 ? 0x03 : 0x40)
            if offset == 60 {
                #expect(StoreFiles.code { _ = try StoreFiles.open(directory.path) } == .tooNew)
            } else {
                try Self.expectDamaged(directory)
            }
        }
    }

    @Test(
        "A file that was cut is found before the store is ready",
        arguments: [0, 1, 99, 100, 4096]
    )
    func cut(length: Int) async throws {
        try await Self.withFiles { directory, file in
            try file.truncate(length)
            try Self.expectDamaged(directory)
        }
    }

    @Test("A file that lost its last page is found before the store is ready")
    func lostPage() async throws {
        try await Self.withFiles { directory, file in
            try file.truncate(file.count - 4096)
            try Self.expectDamaged(directory)
        }
    }

    @Test("A database that is gone is not replaced by an empty one")
    func gone() async throws {
        try await Self.withFiles { directory, file in
            try FileManager.default.removeItem(atPath: file.path)
            let error = #expect(throws: StoreOpenError.self) {
                _ = try StoreFiles.open(directory.path)
            }
            #expect(error?.code == .damaged)
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }

    @Test(
        "A schema that is not the one that was made is told by name",
        arguments: [
            ("WHERE callback = 1", "WHERE callback = 2", "index calls_callback"),
            ("CHECK (number >= 1)", "CHECK (number >= 0)", "table events"),
        ]
    )
    func schema(before: String, after: String, name: String) async throws {
        try await Self.withFiles { directory, file in
            try file.replace(before, by: after)
            try Self.expectDamaged(directory, saying: name)
        }
    }

    @Test("A missing index is told by name; one that an operator added is no damage")
    func indexes() async throws {
        try await Self.withFiles { directory, file in
            try file.execute("CREATE INDEX mine ON calls (expires_at)")
            try await StoreFiles.withStore(directory.path) { _ in }
            try file.execute("DROP INDEX calls_due")
            try Self.expectDamaged(directory, saying: "index calls_due")
        }
    }

    @Test(
        "What of a call under way cannot be opened is found before the store is ready",
        arguments: [
            "UPDATE calls SET expected = CAST(substr(expected, 1, 20) || zeroblob(20) AS BLOB)",
            "UPDATE calls SET terms = substr(terms, 1, length(terms) - 1)",
            "UPDATE calls SET state = CAST(x'09' || substr(state, 2) AS BLOB)",
            "UPDATE scripts SET sealed = zeroblob(length(sealed))",
            "DELETE FROM scripts",
            // Seals are of one call each.
            "UPDATE calls SET expected = (SELECT expected FROM calls WHERE key = 5)",
        ]
    )
    func live(change: String) async throws {
        try await Self.withFiles { directory, file in
            let of = change.contains("scripts") ? "call" : "key"
            try file.execute("\(change) WHERE \(of) = 1")
            try Self.expectDamaged(directory, saying: "\(SampleCall.id(1))")
        }
    }

    @Test("What of a queued call cannot be opened is found by the check behind the start")
    func queued() async throws {
        try await Self.withFiles { directory, file in
            try file.execute("UPDATE calls SET expected = zeroblob(40) WHERE key = 7")
            try file.execute("DELETE FROM scripts WHERE call = 8")
            try await StoreFiles.withStore(directory.path) { store in
                let problems = try await store.quickCheck()
                #expect(problems.count == 2)
                #expect(problems.contains { $0.contains("\(SampleCall.id(7))") })
                #expect(problems.contains { $0.contains("\(SampleCall.id(8))") })
            }
        }
    }

    @Test(
        "A damaged page is found by the check behind the start",
        arguments: ["calls", "events", "scripts", "calls_due", "labels_value", "requests"]
    )
    func page(name: String) async throws {
        try await Self.withFiles { directory, file in
            let page = try file.rootPage(of: name)
            // Kind of the page, number of its cells, and where their content begins.
            for offset in 0..<7 {
                try file.flip((page - 1) * 4096 + offset, bits: 0x50)
            }
            let isOpened: Bool
            do {
                try await StoreFiles.withStore(directory.path) { store in
                    let problems = try await store.quickCheck()
                    #expect(!problems.isEmpty)
                    await #expect(throws: StoreError.self) {
                        try await store.backup(
                            to: "\(directory.path)/backup",
                            key: StoreFiles.key
                        )
                    }
                }
                isOpened = true
            } catch let error as StoreOpenError {
                #expect(error.code == .damaged)
                isOpened = false
            }
            // What the live call is read from is met before.
            #expect(isOpened == (name != "calls" && name != "scripts"))
            #expect(!FileManager.default.fileExists(atPath: "\(directory.path)/backup"))
        }
    }

    @Test("A sound database has no problems, while it is written to")
    func sound() async throws {
        try await Self.withFiles { directory, _ in
            try await StoreFiles.withStore(directory.path) { store in
                #expect(try await store.quickCheck() == [])
                async let problems = store.quickCheck()
                for second in 60...80 {
                    try await store.submit([SampleCall(second: second)])
                }
                #expect(try await problems == [])
            }
        }
    }

    @Test("A commit and a read that meet damage say so")
    func met() async throws {
        try await Self.withFiles { directory, file in
            let requests = try file.rootPage(of: "requests")
            let labels = try file.rootPage(of: "labels_value")
            for page in [requests, labels] {
                try file.flip((page - 1) * 4096, bits: 0x50)
            }
            try await StoreFiles.withStore(directory.path) { store in
                var sample = SampleCall(second: 90)
                sample.requestID = "order-1"
                let commit = await #expect(throws: StoreError.self) {
                    try await store.submit([sample])
                }
                #expect(commit?.code == .damaged)
                var filter = CallFilter()
                filter.labels = [CallLabel(name: "shop", value: "north")]
                let read = await #expect(throws: StoreError.self) {
                    try await store.list(ListPage(filter: filter, limit: 10))
                }
                #expect(read?.code == .damaged)
                let record = try await store.load(sample.id)
                #expect(record == nil)
            }
        }
    }

    /// A crash tears what was being appended to the log: such a tail was never answered for.
    @Test(
        "A torn tail of the log is no damage, and costs the torn commit alone",
        arguments: [0, 1]
    )
    func tornLog(flipped: Int) async throws {
        try await StoreFiles.withDirectory { directory in
            try await Self.fill(directory)
            try await StoreFiles.withStore(directory.path) { store in
                try await store.submit([SampleCall(second: 60)])
                try await store.submit([SampleCall(second: 61)])
                let copy = try directory.afterCrash()
                defer { copy.remove() }
                let log = DatabaseFile(path: "\(copy.path)/calls.db-wal")
                if flipped == 0 {
                    try log.truncate(log.count - 100)
                } else {
                    try log.flip(log.count - 100, bits: 0x40)
                }
                try await StoreFiles.withStore(copy.path) { again in
                    #expect(try await again.load(SampleCall.id(60)) != nil)
                    #expect(try await again.load(SampleCall.id(61)) == nil)
                    #expect(try await again.quickCheck() == [])
                    try await again.submit([SampleCall(second: 61)])
                }
            }
        }
    }

    @Test("A log that another database left is not written into a restored copy")
    func foreignLog() async throws {
        try await StoreFiles.withDirectory { directory in
            let data = "\(directory.path)/data"
            let backup = "\(directory.path)/backup"
            try await StoreFiles.withStore(data) { store in
                try await store.submit([SampleCall(second: 1)])
                try await store.backup(to: backup, key: StoreFiles.key)
                try await store.submit([SampleCall(second: 2)])
                try FileManager.default.copyItem(
                    atPath: "\(data)/calls.db-wal",
                    toPath: "\(backup)/calls.db-wal"
                )
            }
            let code = StoreFiles.code { _ = try StoreFiles.open(backup) }
            #expect(code == .directoryUnusable)
            try FileManager.default.removeItem(atPath: "\(backup)/calls.db-wal")
            try await StoreFiles.withStore(backup) { copy in
                let records = try await copy.load([SampleCall.id(1), SampleCall.id(2)])
                #expect(records.map { $0 != nil } == [true, false])
            }
        }
    }
}
