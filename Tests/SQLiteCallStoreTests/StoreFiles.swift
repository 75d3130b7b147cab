import Cryptography
import Foundation
import Logging
import PromptCallCore
import SQLiteCallStore

/// Opens stores for tests.
enum StoreFiles {
    /// Under which the stores of tests are sealed.
    static let key = SealingKey(bytes: [UInt8](repeating: 5, count: 32))

    static func open(
        _ directory: String,
        key: SealingKey = key,
        storeID: UInt64 = StoredHistory.store
    ) throws(StoreOpenError) -> SQLiteCallStore {
        try SQLiteCallStore.open(
            directory: directory,
            key: key,
            makeStoreID: { storeID },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    /// Runs a test on a store and closes it.
    static func withStore(
        _ directory: String,
        storeID: UInt64 = StoredHistory.store,
        _ test: (SQLiteCallStore) async throws -> Void
    ) async throws {
        let store = try self.open(directory, storeID: storeID)
        do {
            try await test(store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    /// Runs a test in a directory of its own.
    static func withDirectory(
        _ test: (TemporaryDirectory) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        try await test(directory)
    }

    /// With which code something fails to be opened; nil where it does not fail.
    static func code(_ body: () throws -> Void) -> StoreOpenError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? StoreOpenError)?.code
        }
    }
}
