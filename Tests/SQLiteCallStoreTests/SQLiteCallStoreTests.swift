import CallStoreConformance
import Cryptography
import Foundation
import PromptCallCore
import SQLiteCallStore
import Testing

@Suite("SQLiteCallStore")
struct SQLiteCallStoreTests {
    @Test("Conforms to CallStore", arguments: ConformanceCheck.all)
    func conforms(check: ConformanceCheck) async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        try await StoreFiles.withStore(directory.path) { try await check.run($0) }
    }

    @Test("No secret is in a file in clear, and none at all behind the end")
    func secrets() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let sample = Self.secretSample
        try await StoreFiles.withStore(directory.path) { store in
            try await store.submit([sample])
            #expect(try Self.findings(in: directory).isEmpty)
            let answered = sample.record.moved(to: .answered, at: 2, event: .answered) { record in
                record.collected = DTMFDigits("7390481726354")
            }
            try await store.apply([answered])
            let ended = answered.record.moved(to: .ended, at: 3, event: .ended)
            try await store.apply([ended])
            #expect(try Self.findings(in: directory).isEmpty)
        }
        #expect(try Self.findings(in: directory).isEmpty)
        let names = Set(try directory.contents().keys)
        #expect(names == ["calls.db", "lock"])
    }

    private static var secretSample: SampleCall {
        var sample = SampleCall(second: 1)
        sample.pin = "90817263548172635"
        sample.text = "The garden gate is open tonight."
        return sample
    }

    /// The files that hold a secret of the sample.
    private static func findings(in directory: TemporaryDirectory) throws -> [String] {
        let secrets = ["90817263548172635", "garden gate", "7390481726354", "Thank you."]
        return try directory.contents().filter { _, content in
            secrets.contains { content.range(of: Data($0.utf8)) != nil }
        }.map(\.key)
    }

    @Test("What was sealed is gone from the database when a call has ended")
    func erased() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        var size = 0
        try await StoreFiles.withStore(directory.path) { store in
            var long = SampleCall(second: 1)
            long.text = String(repeating: "word ", count: 8000)
            try await store.submit([long])
            try await store.apply([long.record.moved(to: .ended, at: 2, event: .ended)])
        }
        let database = try #require(try directory.contents()["calls.db"])
        // Nothing else here is long, so what is not zero must be far less than the script was.
        size = database.count { $0 != 0 }
        #expect(database.count > 40_000)
        #expect(size < 8_000)
    }

    @Test("Files are their owner's alone")
    func modes() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let path = "\(directory.path)/data"
        _ = try SealingKeyFile.readOrMake(directory: path)
        let store = try StoreFiles.open(path)
        try await store.submit([SampleCall(second: 1)])
        var modes: [String: Int] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path) + ["."] {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
            modes[name] = attributes[.posixPermissions] as? Int
        }
        await store.close()
        #expect(
            modes == [
                ".": 0o700, "calls.db": 0o600, "calls.db-wal": 0o600, "calls.db-shm": 0o600,
                "lock": 0o600, "seal.key": 0o600,
            ]
        )
    }

    @Test("A directory has one daemon at a time")
    func lock() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        try await StoreFiles.withStore(directory.path) { _ in
            #expect(StoreFiles.code { _ = try StoreFiles.open(directory.path) } == .locked)
        }
        try await StoreFiles.withStore(directory.path) { _ in }
    }

    @Test("A closed store refuses, and closing it again is nothing")
    func closed() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let store = try StoreFiles.open(directory.path)
        await store.close()
        await store.close()
        await #expect(throws: StoreError.self) { try await store.load([]) }
    }

    @Test("What was committed is there after a crash, and cursors stay valid")
    func crash() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        try await StoreFiles.withStore(directory.path) { store in
            for second in 1...50 {
                try await store.submit([SampleCall(second: second)])
            }
            let range = try await store.eventRange()
            let copy = try directory.afterCrash()
            defer { copy.remove() }
            try await StoreFiles.withStore(copy.path) { again in
                let ids = (1...50).map { SampleCall.id($0) }
                let records = try await again.load(ids)
                #expect(records.allSatisfy { $0 != nil })
                #expect(try await again.eventRange() == range)
            }
        }
    }

    @Test("A full disk refuses what does not fit, loses nothing and is recovered from")
    func fullDisk() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        try await StoreFiles.withStore(directory.path) { store in
            try await store.submit([SampleCall(second: 1)])
            // Less than there are already, so that SQLite takes the present number.
            try await store.limitPages(1)
            var taken = 1
            var refusal: StoreError?
            while refusal == nil, taken < 1000 {
                do throws(StoreError) {
                    try await store.submit([SampleCall(second: taken + 1)])
                    taken += 1
                } catch {
                    refusal = error
                }
            }
            #expect(refusal?.code == .unavailable)
            #expect(try await store.load(SampleCall.id(taken + 1)) == nil)
            #expect(try await store.load(SampleCall.id(taken)) != nil)
            #expect(try await store.counts().stages == [.queued: taken])
            try await store.limitPages(1_000_000)
            try await store.submit([SampleCall(second: taken + 1)])
            #expect(try await store.counts().stages == [.queued: taken + 1])
        }
        try await StoreFiles.withStore(directory.path) { store in
            let record = try await store.load(SampleCall.id(1))
            #expect(record == SampleCall(second: 1).record)
        }
    }

    @Test("The log is copied into the database beside the commits, and stays bounded")
    func checkpoints() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        try await StoreFiles.withStore(directory.path) { store in
            for part in 0..<60 {
                try await store.submit((1...100).map { SampleCall(second: part * 100 + $0) })
            }
            let log = try #require(try directory.contents()["calls.db-wal"])
            #expect(log.count < 40 << 20)
            let database = try #require(try directory.contents()["calls.db"])
            #expect(database.count > 1 << 20)
        }
    }

    @Test("Another key file is told apart at once")
    func otherKey() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        try await StoreFiles.withStore(directory.path) { _ in }
        let other = SealingKey(bytes: [UInt8](repeating: 6, count: 32))
        #expect(
            StoreFiles.code { _ = try StoreFiles.open(directory.path, key: other) } == .keyFileOther
        )
        try await StoreFiles.withStore(directory.path) { _ in }
    }

    @Test("A key file is made once, and is needed where there is a database")
    func keyFile() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let path = "\(directory.path)/seal.key"
        let key = try SealingKeyFile.readOrMake(directory: directory.path)
        let again = try SealingKeyFile.readOrMake(at: path, directory: directory.path)
        #expect(key.fingerprint(of: [1]) == again.fingerprint(of: [1]))
        #expect(FileManager.default.contents(atPath: path)?.count == 32)
        try await StoreFiles.open(directory.path, key: key).close()
        try FileManager.default.removeItem(atPath: path)
        #expect(
            StoreFiles.code { _ = try SealingKeyFile.readOrMake(directory: directory.path) }
                == .keyFileUnusable
        )
        for length in [0, 31, 33, 4096] {
            try Data(count: length).write(to: URL(fileURLWithPath: path))
            #expect(
                StoreFiles.code { _ = try SealingKeyFile.readOrMake(directory: directory.path) }
                    == .keyFileUnusable
            )
        }
    }

    @Test("What is no database of ours is refused and left alone")
    func notOurs() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let path = "\(directory.path)/calls.db"
        let text = Data(String(repeating: "not a database ", count: 100).utf8)
        try text.write(to: URL(fileURLWithPath: path))
        #expect(StoreFiles.code { _ = try StoreFiles.open(directory.path) } == .damaged)
        #expect(FileManager.default.contents(atPath: path) == text)
        #expect(
            StoreFiles.code { _ = try StoreFiles.open("\(directory.path)/missing/data") }
                == .directoryUnusable
        )
    }
}
