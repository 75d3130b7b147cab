internal import Synchronization

/// Says, once and from any thread, that what takes long is to end early.
final class Interruption: Sendable {
    private let state = Atomic(false)

    var isAsked: Bool { self.state.load(ordering: .relaxed) }

    func ask() {
        self.state.store(true, ordering: .relaxed)
    }
}
