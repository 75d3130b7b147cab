import Synchronization

/// What happened, for a test to await; an entry stays once it is there.
final class Journal: Sendable {
    private struct State {
        var entries: Set<String> = []
        var waiters: [Int: (entry: String, continuation: CheckedContinuation<Void, any Error>)] =
            [:]
        var lastWaiter = 0
    }

    private let state = Mutex(State())

    /// It happened.
    func note(_ entry: String) {
        let waiters = self.state.withLock { state in
            state.entries.insert(entry)
            let due = state.waiters.filter { $0.value.entry == entry }
            for id in due.keys { state.waiters.removeValue(forKey: id) }
            return due.values.map(\.continuation)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Whether it happened.
    func has(_ entry: String) -> Bool {
        self.state.withLock { $0.entries.contains(entry) }
    }

    /// Returns once it has happened, or throws when the task is cancelled.
    func wait(for entry: String) async throws {
        let id = self.state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = self.state.withLock { state -> Result<Void, any Error>? in
                    if state.entries.contains(entry) { return .success(()) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters[id] = (entry, continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = self.state.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }
}
