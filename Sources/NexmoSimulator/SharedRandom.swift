import Synchronization

/// One seeded source of UUIDs for all that needs them.
final class SharedRandom: Sendable {
    private let source: Mutex<SeededRandom>

    init(seed: UInt64) { self.source = Mutex(SeededRandom(seed: seed)) }

    func uuid() -> String { self.source.withLock { $0.uuid() } }
    func traceID() -> String { self.source.withLock { $0.traceID() } }
    /// A generator of its own for a leg, so that legs do not disturb each other's numbers.
    func branch() -> SeededRandom { self.source.withLock { SeededRandom(seed: $0.next()) } }
}
