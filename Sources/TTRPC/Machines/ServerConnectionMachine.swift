package import NIOCore

/// A server's connection: which stream ids were used, which streams live, until when.
///
/// Ended streams leave at once; that they were there is known from the highest id.
package struct ServerConnectionMachine: Sendable {
    package enum State: CaseIterable, Equatable, Sendable {
        /// Takes requests. Next: `draining`, `closed`.
        case serving
        /// Refuses requests; running ones go on. Next: `closed`.
        case draining
        /// Terminal.
        case closed
    }

    /// What becomes of a request frame, before its envelope is read.
    package enum OnRequest: Equatable, Sendable {
        /// Read the envelope, then call ``streamBegan(_:kind:flags:hasPayload:deadline:now:)``.
        case decode
        /// Answer with the refusal.
        case refuse(ServerRefusal)
        /// Answer with the refusal, then cancel the handler that has the id.
        case end(ServerRefusal)
        /// The connection is closed. Expected; nothing to do.
        case ignore
    }

    /// What becomes of a request whose envelope was read.
    package enum OnBegin: Equatable, Sendable {
        /// Start the handler.
        ///
        /// `firstMessage`: the payload is a message (of a client stream, its first).
        /// `isHalfClosed`: no more come.
        case start(firstMessage: Bool, isHalfClosed: Bool)
        /// Answer with the refusal.
        case refuse(ServerRefusal)
    }

    /// What becomes of a stream that the server wants to end.
    package enum OnEnd: Equatable, Sendable {
        /// Answer the peer, then cancel the handler where it still runs.
        case answer
        /// Ended already, or the connection is closed. An expected race; nothing to do.
        case ignore
    }

    private struct Stream: Sendable {
        var machine: ServerStreamMachine
        var deadline: NIODeadline?
    }

    package private(set) var state = State.serving
    /// The highest id that a request carried.
    package private(set) var lastStreamID: UInt32 = 0
    private var streams: [UInt32: Stream] = [:]
    private let streamsMax: Int

    /// A new connection.
    ///
    /// - Parameter streamsMax: Most streams open at once.
    package init(streamsMax: Int) {
        self.streamsMax = streamsMax
    }

    /// How many streams live.
    package var streamCount: Int { self.streams.count }

    /// Whether a stream lives.
    package func isLive(_ id: UInt32) -> Bool { self.streams[id] != nil }

    /// The state of a live stream.
    package func streamState(_ id: UInt32) -> ServerStreamMachine.State? {
        self.streams[id]?.machine.state
    }

    /// A request frame came.
    package mutating func requestReceived(_ id: UInt32) -> OnRequest {
        switch self.state {
        case .closed:
            return .ignore
        case .serving, .draining:
            break
        }
        guard id % 2 == 1 else { return .refuse(.evenStreamID) }
        guard id > self.lastStreamID else {
            guard self.streams.removeValue(forKey: id) != nil else {
                return .refuse(.usedStreamID)
            }
            return .end(.usedStreamID)
        }
        self.lastStreamID = id
        if self.state == .draining { return .refuse(.shuttingDown) }
        guard self.streams.count < self.streamsMax else { return .refuse(.tooManyStreams) }
        return .decode
    }

    /// The envelope of an accepted request was read and its method found.
    ///
    /// - Parameters:
    ///   - id: The stream's id, for which ``requestReceived(_:)`` said `decode`.
    ///   - kind: What the descriptor says the method is.
    ///   - flags: Flags of the request.
    ///   - hasPayload: Whether the request carries at least a byte of payload.
    ///   - deadline: When the caller stops waiting.
    ///   - now: The time.
    /// - Returns: Whether its handler starts.
    package mutating func streamBegan(
        _ id: UInt32,
        kind: TTRPCMethod.Kind,
        flags: FrameFlags,
        hasPayload: Bool,
        deadline: NIODeadline?,
        now: NIODeadline
    ) -> OnBegin {
        // The descriptor says what a method is. Flags say only that the peer knows that it
        // streams; a unary method is served whatever they are.
        if kind != .unary, flags.isDisjoint(with: [.remoteOpen, .remoteClosed]) {
            return .refuse(.notUnary)
        }
        if let deadline, deadline <= now { return .refuse(.deadlinePassed) }
        let machine = ServerStreamMachine(kind: kind, flags: flags)
        self.streams[id] = Stream(machine: machine, deadline: deadline)
        return .start(
            firstMessage: hasPayload || !kind.clientStreams,
            isHalfClosed: machine.state == .halfClosed
        )
    }

    /// A data frame came.
    package mutating func dataReceived(
        _ id: UInt32,
        flags: FrameFlags
    ) -> ServerStreamMachine.OnData {
        if self.state == .closed { return .ignore }
        guard let index = self.streams.index(forKey: id) else {
            // A half-close that crosses the end of its stream is an expected race; one for an id
            // that was never open is not.
            let isLate = id % 2 == 1 && id <= self.lastStreamID && flags.contains(.noData)
            return isLate ? .ignore : .refuse(.streamNotOpen)
        }
        let action = self.streams.values[index].machine.dataReceived(flags: flags)
        if case .end = action { self.streams.remove(at: index) }
        return action
    }

    /// The header of a frame came that is too long.
    package mutating func oversizeReceived(_ id: UInt32, type: FrameType) -> OnRequest {
        switch (self.state, type) {
        case (.closed, _), (_, .response):
            return .ignore
        case (.serving, .request), (.draining, .request):
            if id % 2 == 1 { self.lastStreamID = max(self.lastStreamID, id) }
        case (.serving, .data), (.draining, .data):
            break
        }
        guard self.streams.removeValue(forKey: id) != nil else { return .refuse(.frameTooLong) }
        return .end(.frameTooLong)
    }

    /// The handler returned or threw.
    package mutating func handlerFinished(_ id: UInt32) -> OnEnd {
        self.end(id) { $0.handlerFinished() }
    }

    /// The handler's buffer is full.
    package mutating func bufferOverflowed(_ id: UInt32) -> OnEnd {
        self.end(id) { $0.refused() }
    }

    /// Time went by.
    ///
    /// - Returns: The streams whose deadline passed, to be answered and cancelled, and when to
    ///   look again.
    package mutating func deadlinesPassed(
        at now: NIODeadline
    ) -> (ended: [UInt32], next: NIODeadline?) {
        var ended: [UInt32] = []
        var next: NIODeadline?
        for (id, stream) in self.streams {
            guard let deadline = stream.deadline else { continue }
            if deadline <= now {
                ended.append(id)
            } else {
                next = min(next ?? deadline, deadline)
            }
        }
        ended.sort()
        for id in ended { self.streams.removeValue(forKey: id) }
        return (ended, next)
    }

    /// The server takes no more requests.
    package mutating func shutdownBegan() {
        switch self.state {
        case .serving: self.state = .draining
        case .draining, .closed: break
        }
    }

    /// The connection is gone; every handler is to be cancelled.
    package mutating func connectionClosed() {
        self.state = .closed
        self.streams.removeAll()
    }

    private mutating func end(
        _ id: UInt32,
        _ event: (inout ServerStreamMachine) -> ServerStreamMachine.OnEnd
    ) -> OnEnd {
        guard var stream = self.streams.removeValue(forKey: id) else { return .ignore }
        switch event(&stream.machine) {
        case .answer: return .answer
        case .ignore: return .ignore
        }
    }
}
