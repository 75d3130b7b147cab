internal import Cryptography
internal import PromptCallCore
internal import SQLiteCallStore

/// What operators want of a store, beside what the engine does with it.
protocol StoreUpkeep: Sendable {
    /// Why placing is paused, as it is kept; nil where it is not.
    ///
    /// - Throws: `StoreError` with code `unavailable` or `damaged`.
    func pauseCause() async throws(StoreError) -> PauseCause?

    /// Keeps why placing is paused; nil where it goes on.
    ///
    /// - Throws: `StoreError` with code `unavailable` or `damaged`.
    func setPause(_ cause: PauseCause?) async throws(StoreError)

    /// Copies the store and its key into a directory, and returns when the copy is durable.
    ///
    /// - Throws: `StoreError`, whose message names the path.
    func backup(to directory: String, key: SealingKey) async throws(StoreError)

    /// Looks through the whole database, and returns what is wrong with it, in words.
    ///
    /// - Throws: `StoreError` with code `unavailable` or `damaged`.
    func quickCheck() async throws(StoreError) -> [String]
}

extension SQLiteCallStore: StoreUpkeep {}
