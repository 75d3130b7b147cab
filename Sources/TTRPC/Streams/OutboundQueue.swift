import NIOCore
import Synchronization

/// What waits to be written to one connection.
///
/// Any task appends; the event loop writes. During a burst of reads everything is collected and
/// flushed once at its end; otherwise the first that appends has the event loop woken, and what
/// comes until then goes along.
final class OutboundQueue: Sendable {
    private struct State {
        var buffer = ByteBuffer()
        /// Storage that was written out and can serve again.
        var spare = ByteBuffer()
        /// A flush will come without our asking: one is scheduled, or a burst is under way.
        var isFlushDue = false
        /// Whether the channel holds less than its bound.
        var isWritable = true
        var isClosed = false
        var waiters: [UInt64: CheckedContinuation<Void, any Error>] = [:]
        var lastWaiter: UInt64 = 0
        /// Bytes handed to the channel in all.
        var handedBytes: Int64 = 0
        var isWatched = false
    }

    /// A buffer that grew beyond this is let go of once it is written.
    private static let bufferBytesKept = 64 << 10

    private let channel: any Channel
    /// Half of the bound; the other half is the channel's.
    private let queuedBytesMax: Int
    private let stallMax: TimeAmount
    private let state = Mutex(State())

    /// A queue in front of a channel, whose option is ``waterMark(bytesMax:)``.
    ///
    /// - Parameters:
    ///   - channel: Where the bytes go.
    ///   - bytesMax: Above so many waiting bytes, senders wait.
    ///   - stallMax: How long bytes may wait while the peer reads none.
    init(channel: any Channel, bytesMax: Int, stallMax: TimeAmount) {
        self.channel = channel
        self.queuedBytesMax = bytesMax / 2
        self.stallMax = stallMax
    }

    /// The marks between which a channel is not writable, for a queue with this bound.
    static func waterMark(bytesMax: Int) -> ChannelOptions.Types.WriteBufferWaterMark {
        ChannelOptions.Types.WriteBufferWaterMark(low: bytesMax / 4, high: bytesMax / 2)
    }

    /// Whether fewer bytes wait than the bound.
    var hasRoom: Bool {
        self.state.withLock { self.hasRoom($0) }
    }

    /// Adds a frame, whatever waits already.
    func append(_ write: (inout ByteBuffer) -> Void) {
        let wakes = self.state.withLock { state -> Bool in
            guard !state.isClosed else { return false }
            write(&state.buffer)
            guard !state.isFlushDue else { return false }
            state.isFlushDue = true
            return true
        }
        if wakes { self.channel.eventLoop.execute { self.flush() } }
    }

    /// Adds a frame as soon as fewer bytes wait than the bound.
    ///
    /// - Throws: ``RPCError`` with code `unavailable` when the connection is gone,
    ///   `CancellationError`.
    func appendWhenRoom(_ write: (inout ByteBuffer) -> Void) async throws {
        while true {
            let attempt = self.state.withLock { state -> Attempt in
                if state.isClosed { return .closed }
                guard self.hasRoom(state) else { return .full }
                write(&state.buffer)
                defer { state.isFlushDue = true }
                return .appended(wakes: !state.isFlushDue)
            }
            switch attempt {
            case .appended(let wakes):
                if wakes { self.channel.eventLoop.execute { self.flush() } }
                return
            case .full: try await self.waitForRoom()
            case .closed: throw RPCError.connectionLost
            }
        }
    }

    private enum Attempt {
        case appended(wakes: Bool)
        case full
        case closed
    }

    /// Returns when fewer bytes wait than the bound; by then others may have added some.
    ///
    /// - Throws: ``RPCError`` with code `unavailable` when the connection is gone,
    ///   `CancellationError`.
    func waitForRoom() async throws {
        if self.hasRoom { return }
        let id = self.state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                let result = self.state.withLock { state -> Result<Void, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.isClosed { return .failure(RPCError.connectionLost) }
                    if self.hasRoom(state) { return .success(()) }
                    state.waiters[id] = continuation
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = self.state.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private func hasRoom(_ state: borrowing State) -> Bool {
        state.isWritable && state.buffer.readableBytes < self.queuedBytesMax
    }

    // MARK: On the event loop

    /// A burst of reads begins; ``flush()`` will be called at its end.
    func burstBegan() {
        self.state.withLock { $0.isFlushDue = true }
    }

    /// Hands everything that waits to the channel.
    func flush() {
        // Writing can call back into this class, so the bytes are taken out before.
        let taken = self.state.withLock { state -> ByteBuffer? in
            state.isFlushDue = false
            guard !state.isClosed, state.buffer.readableBytes > 0 else { return nil }
            state.handedBytes += Int64(state.buffer.readableBytes)
            let taken = state.buffer
            state.buffer = state.spare
            state.spare = ByteBuffer()
            return taken
        }
        guard var bytes = taken else { return }
        self.channel.writeAndFlush(bytes, promise: nil)
        // Once all of it is written the storage is ours alone and serves again.
        let isReused = bytes.capacity <= Self.bufferBytesKept
        if isReused { bytes.clear() }
        let waiters = self.state.withLock { state -> [CheckedContinuation<Void, any Error>] in
            if isReused { state.spare = bytes }
            return self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.resume() }
        self.watch()
    }

    /// The channel's write buffer passed one of its water marks.
    func writabilityChanged(_ isWritable: Bool) {
        let waiters = self.state.withLock { state -> [CheckedContinuation<Void, any Error>] in
            state.isWritable = isWritable
            return self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// The connection is gone.
    func closed() {
        let waiters = self.state.withLock {
            state -> [UInt64: CheckedContinuation<Void, any Error>] in
            state.isClosed = true
            state.buffer = ByteBuffer()
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume(throwing: RPCError.connectionLost) }
    }

    private func takeWaiters(_ state: inout State) -> [CheckedContinuation<Void, any Error>] {
        guard !state.waiters.isEmpty, self.hasRoom(state) else { return [] }
        defer { state.waiters = [:] }
        return Array(state.waiters.values)
    }

    /// Begins to watch the peer's reading, where bytes stay in the channel.
    private func watch() {
        guard let waiting = self.waitingBytes(), waiting > 0 else { return }
        let written = self.state.withLock { state -> Int64? in
            guard !state.isWatched, !state.isClosed else { return nil }
            state.isWatched = true
            return state.handedBytes - Int64(waiting)
        }
        guard let written else { return }
        self.check(writtenBefore: written)
    }

    private func check(writtenBefore: Int64) {
        self.channel.eventLoop.scheduleTask(in: self.stallMax) {
            let waiting = self.waitingBytes() ?? 0
            let written = self.state.withLock { state -> Int64? in
                guard waiting > 0, !state.isClosed else {
                    state.isWatched = false
                    return nil
                }
                return state.handedBytes - Int64(waiting)
            }
            guard let written else { return }
            guard written > writtenBefore else {
                self.channel.pipeline.fireErrorCaught(PeerStalledError())
                return
            }
            self.check(writtenBefore: written)
        }
    }

    private func waitingBytes() -> Int? {
        guard let options = self.channel.syncOptions,
            let bytes = try? options.getOption(.bufferedWritableBytes)
        else { return nil }
        return Int(bytes)
    }
}
