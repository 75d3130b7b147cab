import Synchronization

/// How many bytes of unread messages the streams of one connection hold together.
final class InboundBudget: Sendable {
    private let held = Atomic<Int>(0)
    private let bytesMax: Int

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// Takes bytes, or refuses when they would pass the bound.
    func take(_ bytes: Int) -> Bool {
        let (_, held) = self.held.add(bytes, ordering: .relaxed)
        guard held <= self.bytesMax else {
            self.give(bytes)
            return false
        }
        return true
    }

    /// Takes bytes although they pass the bound.
    func overdraw(_ bytes: Int) {
        self.held.add(bytes, ordering: .relaxed)
    }

    func give(_ bytes: Int) {
        self.held.subtract(bytes, ordering: .relaxed)
    }
}
