import Synchronization

/// A value behind a lock that tasks can await a state of.
///
/// Waiters are few: tests and demonstrations that await what the simulator does.
package final class Watched<Value: Sendable>: Sendable {
    private struct Waiter {
        let predicate: @Sendable (Value) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var value: Value
        var waiters: [Int: Waiter] = [:]
        var lastWaiter = 0
    }

    private let state: Mutex<State>

    package init(_ value: Value) { self.state = Mutex(State(value: value)) }

    /// The value as it is now.
    package var value: Value { self.state.withLock { $0.value } }

    /// Reads under the lock, without a copy.
    package func read<Result: Sendable>(_ body: (borrowing Value) -> Result) -> Result {
        self.state.withLock { body($0.value) }
    }

    /// Changes the value, then wakes whoever awaited what it has become.
    package func update<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        let (result, due) = self.state.withLock { state in
            let result = body(&state.value)
            var due: [CheckedContinuation<Void, any Error>] = []
            for (id, waiter) in state.waiters where waiter.predicate(state.value) {
                due.append(waiter.continuation)
                state.waiters[id] = nil
            }
            return (result, due)
        }
        for continuation in due { continuation.resume() }
        return result
    }

    /// Returns once the value is as wanted; throws `CancellationError` when cancelled.
    package func wait(until predicate: @escaping @Sendable (Value) -> Bool) async throws {
        let id = self.state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isDue = self.state.withLock { state in
                    if predicate(state.value) || Task.isCancelled { return true }
                    state.waiters[id] = Waiter(predicate: predicate, continuation: continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            let waiter = self.state.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
        try Task.checkCancellation()
    }
}
