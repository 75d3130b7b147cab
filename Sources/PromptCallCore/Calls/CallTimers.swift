/// What a call waits for by the clock.
///
/// The raw values are stored, and say in which order those due at once are judged.
package enum CallTimer: UInt8, CaseIterable, Comparable, Sendable {
    /// A queued call's turn may come: `not_before`, or the wait after a refused placing.
    case ready = 1
    /// A queued call's time is over.
    case expiry = 2
    /// A queued call whose credentials a restart lost: until its Submit is repeated.
    case credentials = 3
    /// An unknown placement: look for the leg in Nexmo's list.
    case search = 4
    /// An unknown placement: give it up.
    case placement = 5
    /// Nothing was heard in time: ask Nexmo about the leg.
    case watch = 6
    /// The callee has been listening for too long.
    case length = 7
    /// Ask Nexmo to end the leg.
    case hangUp = 8
    /// A final status has had its time to be completed by others.
    case hold = 9
    /// All windows are over, and nothing more was learned.
    case lost = 10
    /// The callback's next delivery.
    case callback = 11
    /// A machine's beep was awaited in vain, or its message is asked for once more.
    case message = 12

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The running timers of a call, each at most once.
package struct CallTimers: Equatable, Sendable {
    private var running: [Running] = []

    private struct Running: Equatable, Sendable {
        var timer: CallTimer
        var at: Timestamp
    }

    package init() {}

    /// When a timer fires; nil where it does not run.
    package subscript(timer: CallTimer) -> Timestamp? {
        get { self.running.first { $0.timer == timer }?.at }
        set {
            self.running.removeAll { $0.timer == timer }
            guard let newValue else { return }
            let index = self.running.firstIndex { $0.timer > timer } ?? self.running.endIndex
            self.running.insert(Running(timer: timer, at: newValue), at: index)
        }
    }

    /// When the first of them fires.
    package var next: Timestamp? { self.running.lazy.map(\.at).min() }

    /// All that run, in the order of their raw values.
    package var all: [(timer: CallTimer, at: Timestamp)] {
        self.running.map { ($0.timer, $0.at) }
    }

    /// Stops and returns those due, in the order of their raw values.
    ///
    /// `now` tells what time it is by the clock of a timer.
    package mutating func takeDue(_ now: (CallTimer) -> Timestamp) -> [CallTimer] {
        let due = self.running.filter { $0.at <= now($0.timer) }.map(\.timer)
        self.running.removeAll { due.contains($0.timer) }
        return due
    }

    /// Lets a timer fire no earlier than at a moment; one that did not run fires then.
    package mutating func putOff(_ timer: CallTimer, until earliest: Timestamp) {
        self[timer] = max(self[timer] ?? earliest, earliest)
    }

    package mutating func stopAll() {
        self.running = []
    }
}
