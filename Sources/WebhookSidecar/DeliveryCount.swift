internal import Synchronization

/// Counts the webhooks that the gateway has yet to answer, those that nobody waits for included.
final class DeliveryCount: Sendable {
    private let count = Atomic(0)

    /// Takes a place among so many; false where all are taken.
    func take(of most: Int) -> Bool {
        guard self.count.add(1, ordering: .relaxed).newValue <= most else {
            self.giveBack()
            return false
        }
        return true
    }

    func giveBack() {
        self.count.subtract(1, ordering: .relaxed)
    }
}
