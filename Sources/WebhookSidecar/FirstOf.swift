internal import NIOCore
internal import Synchronization

/// Waits for a result, but not for ever.
enum FirstOf {
    /// Returns what the operation returns, or nil when that takes too long.
    ///
    /// A task group would wait for an operation that does not heed its cancellation, so this one
    /// runs in a task of its own. Nobody awaits it after the time is over: it is cancelled, and
    /// what it returns is dropped.
    static func result<Result: Sendable>(
        within time: Duration,
        on eventLoop: any EventLoop,
        of operation: @escaping @Sendable () async -> Result
    ) async -> Result? {
        await withCheckedContinuation { continuation in
            let race = Race(continuation)
            let work = Task { race.finish(with: await operation()) }
            let timer = eventLoop.scheduleTask(in: TimeAmount(time)) {
                race.finish(with: nil)
                work.cancel()
            }
            race.whenFinished { timer.cancel() }
        }
    }

    /// Resumes a continuation for the first who comes.
    private final class Race<Result: Sendable>: Sendable {
        private struct Waiting {
            var continuation: CheckedContinuation<Result?, Never>?
            var isFinished = false
            var cleanUp: (@Sendable () -> Void)?
        }

        private let state: Mutex<Waiting>

        init(_ continuation: CheckedContinuation<Result?, Never>) {
            self.state = Mutex(Waiting(continuation: continuation))
        }

        func finish(with result: Result?) {
            let (continuation, cleanUp) = self.state.withLock { state in
                defer { (state.continuation, state.cleanUp, state.isFinished) = (nil, nil, true) }
                return (state.continuation, state.cleanUp)
            }
            continuation?.resume(returning: result)
            cleanUp?()
        }

        func whenFinished(_ cleanUp: @escaping @Sendable () -> Void) {
            let isLate = self.state.withLock { state in
                if !state.isFinished { state.cleanUp = cleanUp }
                return state.isFinished
            }
            if isLate { cleanUp() }
        }
    }
}
