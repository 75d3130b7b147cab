import Cryptography
import PromptCallCore
import SQLiteCallStore
import Synchronization

@testable import PromptCallDaemon

/// A store's upkeep in memory, with switches to make it fail.
final class FakeUpkeep: StoreUpkeep {
    private let state = Mutex(State())

    struct State: Sendable {
        var cause: PauseCause?
        var backups: [String] = []
        var problems: [String] = []
        /// Why the next operations fail.
        var failure: StoreError?
        /// Held up until they are let go: whoever keeps a pause.
        var isHolding = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    func with<Result: Sendable>(_ body: (inout State) -> sending Result) -> Result {
        self.state.withLock { body(&$0) }
    }

    /// Lets whoever is held up go on, the latest first.
    func letGo() {
        let held = self.with { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held.reversed() { continuation.resume() }
    }

    func pauseCause() async throws(StoreError) -> PauseCause? {
        try self.fail()
        return self.with { $0.cause }
    }

    func setPause(_ cause: PauseCause?) async throws(StoreError) {
        try self.fail()
        self.with { $0.cause = cause }
        await withCheckedContinuation { continuation in
            let isHeld = self.state.withLock { state in
                if state.isHolding { state.held.append(continuation) }
                return state.isHolding
            }
            if !isHeld { continuation.resume() }
        }
    }

    func backup(to directory: String, key: SealingKey) async throws(StoreError) {
        try self.fail()
        self.with { $0.backups.append(directory) }
    }

    func quickCheck() async throws(StoreError) -> [String] {
        try self.fail()
        return self.with { $0.problems }
    }

    private func fail() throws(StoreError) {
        if let failure = self.with({ $0.failure }) { throw failure }
    }
}
