internal import PromptCallCore
internal import Synchronization

/// Rings once at a moment that may be moved while it is waited for.
final class Alarm: Sendable {
    private let clock: any EngineClock
    private let state = Mutex(State())

    private struct State {
        var moment: Timestamp?
        /// What is slept for; an earlier moment wakes the sleeper.
        var sleepsUntil: Timestamp?
        /// Whoever sleeps, until it is woken for an earlier moment.
        var sleeper: CheckedContinuation<Void, Never>?
        /// An earlier moment was set before the sleeper lay down.
        var mustWake = false
    }

    init(clock: any EngineClock) {
        self.clock = clock
    }

    /// Sets when to ring next; nil for never.
    func set(_ moment: Timestamp?) {
        let sleeper = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.moment = moment
            guard let moment, state.sleepsUntil.map({ moment < $0 }) ?? true else { return nil }
            state.mustWake = true
            return Self.takeSleeper(&state)
        }
        sleeper?.resume()
    }

    /// Rings until its task is cancelled.
    func run(_ ring: @Sendable () -> Void) async {
        while !Task.isCancelled {
            let moment = self.state.withLock { state in
                state.mustWake = false
                state.sleepsUntil = state.moment
                return state.moment
            }
            await self.sleep(until: moment)
            let isDue = self.state.withLock { state in
                guard let moment = state.moment, moment <= self.clock.now else { return false }
                state.moment = nil
                return true
            }
            if isDue, !Task.isCancelled { ring() }
        }
    }

    /// Returns at the moment, or when an earlier one was set.
    private func sleep(until moment: Timestamp?) async {
        await withTaskGroup { group in
            if let moment {
                // It throws only where it is cancelled, which is how the other one wins.
                group.addTask { try? await self.clock.sleep(until: moment) }
            }
            group.addTask { await self.waitForEarlier() }
            await group.next()
            group.cancelAll()
        }
    }

    private func waitForEarlier() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isAwake = self.state.withLock { state in
                    // Its cancellation may have come before it lay down.
                    if state.mustWake || Task.isCancelled { return true }
                    state.sleeper = continuation
                    return false
                }
                if isAwake { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { Self.takeSleeper(&$0) }?.resume()
        }
    }

    private static func takeSleeper(_ state: inout State) -> CheckedContinuation<Void, Never>? {
        defer { state.sleeper = nil }
        return state.sleeper
    }
}
