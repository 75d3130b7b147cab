import CallStoreConformance
import Cryptography
import Foundation
import PromptCallCore
import SQLiteCallStore
import Testing

@Suite("Backup")
struct BackupTests {
    private static func attributes(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("A copy made under load holds one moment, with its key, for its owner alone")
    func copies() async throws {
        try await StoreFiles.withDirectory { directory in
            let data = "\(directory.path)/data"
            let backup = "\(directory.path)/backup"
            try await StoreFiles.withStore(data) { store in
                try await store.submit((1...300).map { SampleCall(second: $0) })
                async let load: Void = Self.submit(301...600, to: store)
                try await store.backup(to: backup, key: StoreFiles.key)
                try await load
                #expect(try await store.pauseCause() == nil)
                #expect(try await store.counts().stages == [.queued: 600])
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: backup)
            #expect(Set(names) == ["calls.db", "seal.key"])
            #expect(try Self.attributes(backup) == 0o700)
            for name in names {
                #expect(try Self.attributes("\(backup)/\(name)") == 0o600)
            }
            let key = try SealingKeyFile.readOrMake(directory: backup)
            #expect(key.bytes == StoreFiles.key.bytes)
            try await StoreFiles.withStore(backup, storeID: 1) { copy in
                let counts = try await copy.counts()
                let queued = try #require(counts.stages[.queued])
                #expect((300...600).contains(queued))
                let last = SampleCall(second: queued)
                #expect(try await copy.load(last.id) == last.record)
                #expect(try await copy.script(of: last.id) == last.script)
                #expect(try await copy.quickCheck() == [])
            }
        }
    }

    /// Submits a call in each of some seconds, one after another.
    private static func submit(_ seconds: ClosedRange<Int>, to store: SQLiteCallStore) async throws
    {
        for second in seconds {
            try await store.submit([SampleCall(second: second)])
        }
    }

    @Test("A restored copy is paused until somebody lets it go on; its original is not")
    func pauses() async throws {
        try await StoreFiles.withDirectory { directory in
            let data = "\(directory.path)/data"
            let backup = "\(directory.path)/backup"
            try await StoreFiles.withStore(data) { store in
                #expect(try await store.pauseCause() == nil)
                try await store.setPause(.operator)
                #expect(try await store.pauseCause() == .operator)
                try await store.backup(to: backup, key: StoreFiles.key)
                #expect(try await store.pauseCause() == .operator)
            }
            try await StoreFiles.withStore(data) { store in
                #expect(try await store.pauseCause() == .operator)
                try await store.setPause(nil)
                #expect(try await store.pauseCause() == nil)
            }
            for _ in 1...2 {
                try await StoreFiles.withStore(backup, storeID: 1) { copy in
                    let cause = try await copy.pauseCause()
                    #expect(cause == .restoredCopy)
                }
            }
            try await StoreFiles.withStore(backup, storeID: 1) { copy in
                try await copy.setPause(nil)
            }
            try await StoreFiles.withStore(backup, storeID: 1) { copy in
                let cause = try await copy.pauseCause()
                #expect(cause == nil)
            }
        }
    }

    @Test("A copy is another store: old cursors are foreign, what was acknowledged stays true")
    func cursors() async throws {
        try await StoreFiles.withDirectory { directory in
            let data = "\(directory.path)/data"
            let backup = "\(directory.path)/backup"
            let key = SubscriptionKey(caller: "tester", name: "billing")
            var before: EventRange?
            try await StoreFiles.withStore(data) { store in
                try await store.submit((1...3).map { SampleCall(second: $0) })
                let range = try await store.eventRange()
                var batch = CommitBatch()
                batch.subscriptions = [
                    SubscriptionRecord(
                        key: key,
                        acknowledged: range.oldest,
                        handedOut: [range.newest, range.newest],
                        usedAt: SampleCall.time(5)
                    )
                ]
                _ = try await store.commit(batch)
                try await store.backup(to: backup, key: StoreFiles.key)
                before = range
            }
            let original = try #require(before)
            // What is made at the first start stays: the second would be given another name.
            for storeID in [UInt64(17), 18] {
                try await StoreFiles.withStore(backup, storeID: storeID) { copy in
                    let range = try await copy.eventRange()
                    #expect(range.newest.store == 17)
                    #expect(range.newest.positions == original.newest.positions)
                    let error = await #expect(throws: StoreError.self) {
                        try await copy.events(
                            after: original.newest,
                            matching: EventFilter(),
                            limit: 1
                        )
                    }
                    #expect(error?.code == .cursorForeign)
                    let subscription = try #require(try await copy.subscription(key))
                    #expect(subscription.acknowledged == range.oldest)
                    #expect(subscription.handedOut == [range.newest, range.newest])
                }
            }
            // A copy of the copy, restored, is a third store.
            let second = "\(directory.path)/second"
            try await StoreFiles.withStore(backup) { copy in
                try await copy.backup(to: second, key: StoreFiles.key)
            }
            try await StoreFiles.withStore(second, storeID: 19) { copy in
                let newest = try await copy.eventRange().newest
                #expect(newest.store == 19)
                let subscription = try await copy.subscription(key)
                #expect(subscription?.acknowledged.store == 19)
            }
        }
    }

    @Test("A directory that is in use, or cannot be made, is refused and left alone")
    func refuses() async throws {
        try await StoreFiles.withDirectory { directory in
            let data = "\(directory.path)/data"
            let used = "\(directory.path)/used"
            let empty = "\(directory.path)/empty"
            for path in [used, empty] {
                try FileManager.default.createDirectory(
                    atPath: path,
                    withIntermediateDirectories: false
                )
            }
            try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(used)/note"))
            try await StoreFiles.withStore(data) { store in
                for path in [used, data, "\(used)/note", "\(directory.path)/missing/backup"] {
                    let error = await #expect(throws: StoreError.self) {
                        try await store.backup(to: path, key: StoreFiles.key)
                    }
                    #expect(error?.code == .directoryRefused)
                }
                try await store.backup(to: empty, key: StoreFiles.key)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: used) == ["note"])
            #expect(FileManager.default.fileExists(atPath: "\(empty)/calls.db"))
        }
    }

    @Test("A backup that fails leaves nothing", arguments: [true, false])
    func leavesNothing(isMade: Bool) async throws {
        try await StoreFiles.withDirectory { directory in
            let data = "\(directory.path)/data"
            let backup = "\(directory.path)/backup"
            if !isMade {
                try FileManager.default.createDirectory(
                    atPath: backup,
                    withIntermediateDirectories: false
                )
            }
            try await StoreFiles.withStore(data) { store in
                try await store.submit([SampleCall(second: 1)])
                let other = SealingKey(bytes: [UInt8](repeating: 6, count: 32))
                let error = await #expect(throws: StoreError.self) {
                    try await store.backup(to: backup, key: other)
                }
                #expect(error?.code == .damaged)
                #expect(FileManager.default.fileExists(atPath: backup) == !isMade)
                if !isMade {
                    #expect(try FileManager.default.contentsOfDirectory(atPath: backup) == [])
                }
                try await store.backup(to: backup, key: StoreFiles.key)
            }
        }
    }

    @Test("A closed store makes no backup and is not looked through")
    func closed() async throws {
        try await StoreFiles.withDirectory { directory in
            let store = try StoreFiles.open("\(directory.path)/data")
            await store.close()
            await #expect(throws: StoreError.self) {
                try await store.backup(to: "\(directory.path)/backup", key: StoreFiles.key)
            }
            await #expect(throws: StoreError.self) { try await store.quickCheck() }
            #expect(!FileManager.default.fileExists(atPath: "\(directory.path)/backup"))
        }
    }
}
