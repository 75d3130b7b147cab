internal import Synchronization

/// Whether what was last written is known to be on the disk or known not to be.
final class StoreHealth: Sendable {
    private let state = Mutex(true)

    var isSound: Bool {
        get { self.state.withLock { $0 } }
        set { self.state.withLock { $0 = newValue } }
    }
}
