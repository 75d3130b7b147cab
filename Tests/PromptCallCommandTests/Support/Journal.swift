import Synchronization

/// Keeps what happened, in order.
final class Journal<Entry: Sendable>: Sendable {
    private let state = Mutex<[Entry]>([])

    var entries: [Entry] { self.state.withLock { $0 } }

    func add(_ entry: Entry) {
        self.state.withLock { $0.append(entry) }
    }
}
