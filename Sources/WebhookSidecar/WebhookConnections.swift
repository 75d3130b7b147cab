internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// The open connections of the webhook server.
final class WebhookConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        /// Requests under way may finish, and nothing else.
        var isQuiescing = false
        /// Wakes whoever stopped accepting because there were too many.
        var whenRoom: (@Sendable () -> Void)?
    }

    private let most: Int
    private let state = Mutex(State())
    private let emptied: AsyncStream<Never>
    private let emptying: AsyncStream<Never>.Continuation

    init(most: Int) {
        self.most = most
        (self.emptied, self.emptying) = AsyncStream.makeStream()
    }

    /// A connection was accepted.
    func add(_ channel: any Channel) {
        let isLate = self.state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = channel
            return state.isQuiescing
        }
        channel.closeFuture.whenComplete { _ in self.remove(channel) }
        if isLate { channel.close(promise: nil) }
    }

    /// Tells whether one more may be accepted; where not, the closure is called once when it may.
    func hasRoom(otherwise whenRoom: @escaping @Sendable () -> Void) -> Bool {
        self.state.withLock { state in
            if state.channels.count < self.most { return true }
            state.whenRoom = whenRoom
            return false
        }
    }

    /// Has every connection closed as soon as no request is under way on it.
    func quiesce() {
        let channels = self.state.withLock { state in
            state.isQuiescing = true
            if state.channels.isEmpty { self.emptying.finish() }
            return Array(state.channels.values)
        }
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    /// Closes every connection at once.
    func cut() {
        let channels = self.state.withLock { state in
            state.isQuiescing = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }

    /// Returns when none is left behind ``quiesce()``.
    ///
    /// - Throws: `CancellationError`.
    func waitUntilEmpty() async throws {
        for await _ in self.emptied {}
        try Task.checkCancellation()
    }

    private func remove(_ channel: any Channel) {
        let whenRoom = self.state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = nil
            if state.isQuiescing, state.channels.isEmpty { self.emptying.finish() }
            defer { state.whenRoom = nil }
            return state.whenRoom
        }
        whenRoom?()
    }
}
