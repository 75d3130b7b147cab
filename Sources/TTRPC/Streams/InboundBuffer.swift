import NIOCore
import Synchronization

/// Messages of one stream that came and were not read yet.
///
/// Has one writer, the connection, and one reader, the stream's task.
final class InboundBuffer: Sendable {
    private enum Ending {
        case finished
        case failed(any Error)
    }

    private struct State {
        var messages = CircularBuffer<ByteBuffer>(initialCapacity: 1)
        var ending: Ending?
        var reader: CheckedContinuation<ByteBuffer?, any Error>?
        /// Whether ``offer(_:)`` reported that the buffer is full.
        var isFull = false
    }

    private let state = Mutex(State())
    private let framesMax: Int
    private let budget: InboundBudget
    private let onRoom: @Sendable () -> Void

    /// An empty buffer.
    ///
    /// - Parameters:
    ///   - framesMax: Most frames that wait.
    ///   - budget: Counts the bytes that wait.
    ///   - onRoom: Called by the reader when a full buffer is half empty again.
    init(
        framesMax: Int,
        budget: InboundBudget,
        onRoom: @escaping @Sendable () -> Void = {}
    ) {
        self.framesMax = framesMax
        self.budget = budget
        self.onRoom = onRoom
    }

    deinit {
        self.state.withLock { self.discard(&$0) }
    }

    /// Adds a message.
    ///
    /// - Returns: Whether it was taken. One that comes after the end is taken and thrown away.
    func offer(_ message: ByteBuffer) -> Bool {
        let (taken, reader) = self.state.withLock {
            state -> (Bool, CheckedContinuation<ByteBuffer?, any Error>?) in
            if state.ending != nil { return (true, nil) }
            if let reader = state.reader.take() { return (true, reader) }
            guard state.messages.count < self.framesMax, self.budget.take(message.readableBytes)
            else { return (false, nil) }
            // A slice would keep the whole read alive, many times the message.
            state.messages.append(ByteBuffer(bytes: message.readableBytesView))
            return (true, nil)
        }
        reader?.resume(returning: message)
        return taken
    }

    /// Adds a message whatever waits already.
    ///
    /// - Returns: Whether there is room for another. If not, `onRoom` will be called.
    func force(_ message: ByteBuffer) -> Bool {
        let (hasRoom, reader) = self.state.withLock {
            state -> (Bool, CheckedContinuation<ByteBuffer?, any Error>?) in
            if state.ending != nil { return (true, nil) }
            if let reader = state.reader.take() { return (true, reader) }
            let hasBytes = self.budget.take(message.readableBytes)
            if !hasBytes { self.budget.overdraw(message.readableBytes) }
            state.messages.append(ByteBuffer(bytes: message.readableBytesView))
            state.isFull = !hasBytes || state.messages.count >= self.framesMax
            return (!state.isFull, nil)
        }
        reader?.resume(returning: message)
        return hasRoom
    }

    /// No more messages come; those that wait can still be read.
    func finish() {
        let reader = self.state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
            if state.ending == nil { state.ending = .finished }
            return state.reader.take()
        }
        reader?.resume(returning: nil)
    }

    /// The stream failed.
    ///
    /// - Parameters:
    ///   - error: What the reader gets.
    ///   - discarding: Whether messages that wait are thrown away rather than read before.
    func fail(_ error: any Error, discarding: Bool) {
        let (reader, hadRoom) = self.state.withLock {
            state -> (CheckedContinuation<ByteBuffer?, any Error>?, Bool) in
            if state.ending == nil { state.ending = .failed(error) }
            let wasFull = state.isFull
            if discarding {
                self.discard(&state)
                state.ending = .failed(error)
                state.isFull = false
            }
            return (state.reader.take(), wasFull && discarding)
        }
        reader?.resume(throwing: error)
        if hadRoom { self.onRoom() }
    }

    /// The next message, or nothing at the end.
    ///
    /// - Throws: What ``fail(_:discarding:)`` was given, or `CancellationError`.
    func next() async throws -> ByteBuffer? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                self.read(continuation)
            }
        } onCancel: {
            let reader = self.state.withLock { $0.reader.take() }
            reader?.resume(throwing: CancellationError())
        }
    }

    private enum Reading {
        case message(ByteBuffer, hadRoom: Bool)
        case ended(Ending)
        case waiting
        case cancelled
    }

    private func read(_ continuation: CheckedContinuation<ByteBuffer?, any Error>) {
        let reading = self.state.withLock { state -> Reading in
            precondition(state.reader == nil, "Two tasks read one stream at once.")
            if let message = state.messages.popFirst() {
                self.budget.give(message.readableBytes)
                let hasRoom = state.isFull && state.messages.count <= self.framesMax / 2
                if hasRoom { state.isFull = false }
                return .message(message, hadRoom: hasRoom)
            }
            if let ending = state.ending { return .ended(ending) }
            if Task.isCancelled { return .cancelled }
            state.reader = continuation
            return .waiting
        }
        switch reading {
        case .message(let message, let hasRoom):
            continuation.resume(returning: message)
            if hasRoom { self.onRoom() }
        case .ended(.finished): continuation.resume(returning: nil)
        case .ended(.failed(let error)): continuation.resume(throwing: error)
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .waiting: break
        }
    }

    private func discard(_ state: inout State) {
        for message in state.messages { self.budget.give(message.readableBytes) }
        state.messages.removeAll()
    }
}
