internal import NIOCore
internal import NIOPosix

/// Holds a connection until a test lets it go on.
package final class WireGate: Sendable {
    private let promise: EventLoopPromise<Void>

    package init() {
        self.promise = MultiThreadedEventLoopGroup.singleton.any().makePromise()
    }

    /// A gate that nobody opened opens at last, for a promise must be kept.
    deinit { self.promise.succeed() }

    /// Lets the connection go on; once is enough.
    package func open() { self.promise.succeed() }

    var opened: EventLoopFuture<Void> { self.promise.futureResult }
}

/// As of a ``ByteServer``, a failed expectation shows nothing of it.
extension WireGate: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: []) }
}
