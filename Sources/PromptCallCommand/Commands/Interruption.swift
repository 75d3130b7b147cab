import Synchronization

/// Brings the user's wish to end to the stream that is open at that time.
final class Interruption: Sendable {
    enum OnBegin: Equatable {
        /// The open stream was half-closed; the daemon ends it.
        case streamClosing
        /// No stream is open; there is nothing to wait for.
        case nothingOpen
    }

    private struct State {
        var hasBegun = false
        var halfClose: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Whether the user wants it to end.
    var hasBegun: Bool { self.state.withLock { $0.hasBegun } }

    /// The user wants it to end.
    func begin() -> OnBegin {
        let halfClose = self.state.withLock { state in
            state.hasBegun = true
            return state.halfClose
        }
        guard let halfClose else { return .nothingOpen }
        halfClose()
        return .streamClosing
    }

    /// A stream is open; it is half-closed at once where the user wants it to end already.
    func opened(halfClose: @escaping @Sendable () -> Void) {
        let hasBegun = self.state.withLock { state in
            state.halfClose = halfClose
            return state.hasBegun
        }
        if hasBegun { halfClose() }
    }

    /// The stream is over.
    func closed() {
        self.state.withLock { $0.halfClose = nil }
    }
}
