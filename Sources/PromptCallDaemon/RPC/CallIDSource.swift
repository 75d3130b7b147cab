internal import Cryptography
internal import PromptCallCore
internal import Synchronization

/// Names new calls.
///
/// A name need not be secret, only its own, so its random part is drawn for many at once: a draw
/// costs more than all else of it.
final class CallIDSource: Sendable {
    /// Random bytes that no name has used.
    private let fresh = Mutex<ArraySlice<UInt8>>([])

    private static let randomLength = 16
    private static let namesDrawn = 256

    func next(at time: Timestamp) -> CallID {
        let random = self.fresh.withLock { fresh -> (UInt64, UInt64) in
            if fresh.isEmpty {
                fresh = RandomBytes.make(Self.randomLength * Self.namesDrawn)[...]
            }
            defer { fresh.removeFirst(Self.randomLength) }
            return (Self.number(fresh.prefix(8)), Self.number(fresh.dropFirst(8).prefix(8)))
        }
        return CallID(time: time, random: random)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
