import Dispatch
import NIOCore

/// Keeps an event loop from doing anything, so that what it is given waits behind.
final class LoopHold: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// Returns once the loop stands still.
    func begin(on loop: any EventLoop) async {
        // No future of the loop's own, whose callbacks would wait behind as well.
        await withCheckedContinuation { continuation in
            loop.execute {
                continuation.resume()
                self.semaphore.wait()
            }
        }
    }

    /// Lets the loop go on.
    func end() { self.semaphore.signal() }
}
