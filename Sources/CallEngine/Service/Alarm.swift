internal import PromptCallCore
internal import Synchronization

/// Rings once at a moment that may be moved while it is waited for.
final class Alarm: Sendable {
    private let clock: any EngineClock
    private let state = Mutex(State())
    private let changes: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation

    private struct State {
        var moment: Timestamp?
        /// What is slept for; an earlier moment wakes the sleeper.
        var sleepsUntil: Timestamp?
        var isAsleep = false
    }

    init(clock: any EngineClock) {
        self.clock = clock
        (self.changes, self.changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Sets when to ring next; nil for never.
    func set(_ moment: Timestamp?) {
        let mustWake = self.state.withLock { state in
            state.moment = moment
            guard state.isAsleep, let moment else { return false }
            return state.sleepsUntil.map { moment < $0 } ?? true
        }
        if mustWake { self.changed.yield() }
    }

    /// Rings until its task is cancelled.
    func run(_ ring: @Sendable () -> Void) async {
        while !Task.isCancelled {
            let moment = self.state.withLock { state in
                state.isAsleep = true
                state.sleepsUntil = state.moment
                return state.moment
            }
            await self.sleep(until: moment)
            let isDue = self.state.withLock { state in
                state.isAsleep = false
                guard let moment = state.moment, moment <= self.clock.now else { return false }
                state.moment = nil
                return true
            }
            if isDue { ring() }
        }
    }

    /// Returns at the moment, or when an earlier one was set.
    private func sleep(until moment: Timestamp?) async {
        await withTaskGroup { group in
            if let moment {
                // It throws only where it is cancelled, which is how the other one wins.
                group.addTask { try? await self.clock.sleep(until: moment) }
            }
            group.addTask {
                for await _ in self.changes { break }
            }
            await group.next()
            group.cancelAll()
        }
    }
}
