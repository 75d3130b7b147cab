import Synchronization

/// Something that happens at most once and is awaited by any number of tasks.
final class OneShotEvent<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, any Error>?
        var waiters: [UInt64: CheckedContinuation<Value, any Error>] = [:]
        var lastWaiter: UInt64 = 0
        var observers: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    /// It happened; later results change nothing.
    func fire(_ result: Result<Value, any Error>) {
        let fired = self.state.withLock { state -> State in
            guard state.result == nil else { return State() }
            state.result = result
            defer {
                state.waiters = [:]
                state.observers = []
            }
            return state
        }
        for waiter in fired.waiters.values { waiter.resume(with: result) }
        for observer in fired.observers { observer() }
    }

    /// Calls a closure when it has happened, at once if it already has.
    func whenFired(_ body: @escaping @Sendable () -> Void) {
        let isFired = self.state.withLock { state in
            guard state.result == nil else { return true }
            state.observers.append(body)
            return false
        }
        if isFired { body() }
    }

    /// What happened, as soon as it has.
    ///
    /// - Throws: The failure that it was fired with, or `CancellationError`.
    func wait() async throws -> Value {
        let id = self.state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = self.state.withLock { state -> Result<Value, any Error>? in
                    if let result = state.result { return result }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters[id] = continuation
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = self.state.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.resume(throwing: CancellationError())
        }
    }
}

extension OneShotEvent<Void> {
    /// Returns when it has happened, even to a task that was cancelled.
    func waitRegardless() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            self.whenFired { continuation.resume() }
        }
    }

    /// It happened.
    func fire() {
        self.fire(.success(()))
    }
}
