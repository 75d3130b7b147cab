import NIOCore
import Synchronization

/// One connection to a server, shared by any number of calls.
final class ClientConnection: Sendable {
    /// A call that waits for one response.
    private enum Pending {
        case sent
        case awaited(CheckedContinuation<ByteBuffer, any Error>)
        /// Answered or failed before its task asked.
        case done(Result<ByteBuffer, any Error>)
    }

    private struct State {
        var machine: ClientConnectionMachine
        /// Calls of kinds with one response.
        var pending: [UInt32: Pending] = [:]
        /// Calls of kinds with many.
        var inbound: [UInt32: InboundBuffer] = [:]
        var timerDeadline: NIODeadline?
        /// Streams whose reader has too much unread; while there is one, nothing is read.
        var fullStreams = 0
    }

    let outbound: OutboundQueue
    private let channel: any Channel
    private let configuration: TTRPCClientConfiguration
    private let budget: InboundBudget
    private let state: Mutex<State>

    init(channel: any Channel, configuration: TTRPCClientConfiguration, firstStreamID: UInt32 = 1) {
        self.channel = channel
        self.configuration = configuration
        self.budget = InboundBudget(bytesMax: configuration.unreadBytesMax)
        self.outbound = OutboundQueue(
            channel: channel,
            bytesMax: configuration.outboundBytesMax,
            stallMax: TimeAmount(configuration.stallTimeout)
        )
        let machine = ClientConnectionMachine(
            streamsMax: configuration.streamsMax,
            firstStreamID: firstStreamID
        )
        self.state = Mutex(State(machine: machine))
    }

    // MARK: Calls, on any thread

    /// What became of an attempt to begin a call.
    enum Opening {
        case opened(ClientCall)
        /// The connection takes no more calls.
        case reconnect
    }

    /// Sends a request.
    ///
    /// - Throws: ``RPCError`` when the call cannot be made; `CancellationError`.
    func open(
        _ method: TTRPCMethod,
        payload: [UInt8],
        options: TTRPCCallOptions,
        deadline: NIODeadline?
    ) async throws -> Opening {
        guard try await self.hasRoom(before: deadline) else { return .reconnect }
        try Task.checkCancellation()
        let timeout = try Self.timeoutNanoseconds(until: deadline)
        let dataBytes = RequestEnvelope.encodedBytes(
            method: method,
            payload: payload,
            timeoutNanoseconds: timeout,
            metadata: options.metadata
        )
        guard dataBytes <= FrameHeader.dataBytesMax else {
            throw RPCError(.resourceExhausted, "The request is longer than 4 MiB.")
        }
        let inbound = method.kind.serverStreams ? self.makeInbound() : nil
        let (action, timer) = self.state.withLock {
            state -> (ClientConnectionMachine.OnOpen, NIODeadline?) in
            let action = state.machine.streamOpened(kind: method.kind, deadline: deadline)
            guard case .opened(let id, let flags) = action else { return (action, nil) }
            if let inbound {
                state.inbound[id] = inbound
            } else {
                state.pending[id] = .sent
            }
            // Under the lock, for ids must go out in their order.
            self.outbound.append { buffer in
                FrameHeader(.request, streamID: id, flags: flags, dataBytes: dataBytes)
                    .write(to: &buffer)
                RequestEnvelope.encode(
                    method: method,
                    payload: payload,
                    timeoutNanoseconds: timeout,
                    metadata: options.metadata,
                    to: &buffer
                )
            }
            return (action, self.timerToSet(&state, deadline))
        }
        if let timer { self.setTimer(timer) }
        switch action {
        case .opened(let id, _):
            return .opened(ClientCall(connection: self, id: id, inbound: inbound))
        case .reconnect: return .reconnect
        case .tooManyStreams:
            throw RPCError(.resourceExhausted, "Too many calls are under way.")
        }
    }

    /// Returns when fewer bytes wait than the bound.
    ///
    /// - Returns: Whether the connection is still there.
    /// - Throws: ``RPCError`` with code `deadlineExceeded`; `CancellationError`.
    private func hasRoom(before deadline: NIODeadline?) async throws -> Bool {
        if self.outbound.hasRoom { return true }
        do {
            guard let deadline else {
                try await self.outbound.waitForRoom()
                return true
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.outbound.waitForRoom() }
                group.addTask { try await Task.sleep(for: Duration(deadline - .now())) }
                try await group.next()
                group.cancelAll()
            }
            return true
        } catch is RPCError {
            return false
        }
    }

    /// The one response of a call.
    ///
    /// - Throws: ``RPCError``, `CancellationError`. The stream is free then.
    func response(_ id: UInt32) async throws -> ByteBuffer {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = self.state.withLock { state -> Result<ByteBuffer, any Error>? in
                    switch state.pending.removeValue(forKey: id) {
                    case .sent:
                        state.pending[id] = .awaited(continuation)
                        return nil
                    case .done(let result): return result
                    case .awaited: preconditionFailure("Stream \(id) is awaited twice.")
                    case nil: return .failure(CancellationError())
                    }
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            self.abandon(id, CancellationError())
        }
    }

    /// Sends one message of a stream.
    ///
    /// - Throws: ``RPCError``, `CancellationError`.
    func send(_ message: [UInt8], on id: UInt32) async throws {
        switch self.state.withLock({ $0.machine.messageOffered(id) }) {
        case .refuse: throw RPCError(.cancelled, "The stream takes no more messages.")
        case .write: break
        }
        try await self.outbound.appendWhenRoom { buffer in
            FrameHeader(.data, streamID: id, dataBytes: message.count).write(to: &buffer)
            buffer.writeBytes(message)
        }
    }

    /// Half-closes a stream.
    func finishSending(_ id: UInt32) {
        switch self.state.withLock({ $0.machine.sendingFinished(id) }) {
        case .write: self.writeHalfClose(id)
        case .refuse: break
        }
    }

    /// Frees a stream; what comes late for it is ignored.
    func abandon(_ id: UInt32, _ error: any Error) {
        let (action, pending, inbound) = self.state.withLock { state in
            let action = state.machine.abandoned(id)
            let pending = self.settle(&state, id, .failure(error))
            return (action, pending, state.inbound.removeValue(forKey: id))
        }
        switch action {
        case .halfClose: self.writeHalfClose(id)
        case .reset: self.outbound.append { FrameHeader(.request, streamID: id).write(to: &$0) }
        case .forget, .ignore: break
        }
        pending?.resume(throwing: error)
        inbound?.fail(error, discarding: true)
    }

    /// The call's task is done with it.
    func release(_ call: ClientCall) {
        self.abandon(call.id, CancellationError())
        self.state.withLock { _ = $0.pending.removeValue(forKey: call.id) }
        // The stream may have ended with messages unread, which can hold up the connection.
        call.inbound?.fail(CancellationError(), discarding: true)
    }

    private func writeHalfClose(_ id: UInt32) {
        self.outbound.append { buffer in
            FrameHeader(.data, streamID: id, flags: [.remoteClosed, .noData]).write(to: &buffer)
        }
    }

    /// Records the end of a call with one response.
    ///
    /// - Returns: Who waits for it, to be resumed outside of the lock.
    private func settle(
        _ state: inout State,
        _ id: UInt32,
        _ result: Result<ByteBuffer, any Error>
    ) -> CheckedContinuation<ByteBuffer, any Error>? {
        switch state.pending[id] {
        case .awaited(let continuation):
            state.pending.removeValue(forKey: id)
            return continuation
        case .sent:
            state.pending[id] = .done(result)
            return nil
        case .done, nil:
            return nil
        }
    }

    private static func timeoutNanoseconds(until deadline: NIODeadline?) throws(RPCError) -> Int64 {
        guard let deadline else { return 0 }
        let left = (deadline - .now()).nanoseconds
        guard left > 0 else { throw ServerRefusal.deadlinePassed.error }
        return left
    }

    // MARK: Frames, on the event loop

    /// A frame came.
    func frameReceived(_ frame: FrameDecoder.Event) {
        switch frame {
        case .frame(.response, let id, _, let data):
            self.responseReceived(id, data)
        case .frame(.data, let id, let flags, let data):
            self.dataReceived(id, flags: flags, data: data)
        case .oversize(.response, let id), .oversize(.data, let id):
            self.abandon(id, RPCError(.resourceExhausted, "The response is longer than 4 MiB."))
        case .frame(.request, _, _, _), .oversize(.request, _):
            // Only clients send requests: for us a type of frame without meaning.
            break
        }
    }

    private func responseReceived(_ id: UInt32, _ data: ByteBuffer) {
        let result: Result<ByteBuffer, any Error>
        do {
            switch try ResponseEnvelope(decoding: data) {
            case .success(let payload): result = .success(payload)
            case .failure(let error): result = .failure(error)
            }
        } catch {
            result = .failure(RPCError(.internal, "The response does not parse."))
        }
        let (continuation, inbound) = self.state.withLock {
            state -> (CheckedContinuation<ByteBuffer, any Error>?, InboundBuffer?) in
            guard state.machine.responseReceived(id) != nil else { return (nil, nil) }
            return (self.settle(&state, id, result), state.inbound.removeValue(forKey: id))
        }
        continuation?.resume(with: result)
        guard let inbound else { return }
        switch result {
        case .success(let payload):
            if payload.readableBytes > 0 { self.deliver(payload, to: inbound) }
            inbound.finish()
        case .failure(let error):
            inbound.fail(error, discarding: false)
        }
    }

    private func dataReceived(_ id: UInt32, flags: FrameFlags, data: ByteBuffer) {
        let (action, inbound) = self.state.withLock { state in
            let action = state.machine.dataReceived(id, flags: flags)
            return (action, state.inbound[id])
        }
        switch action {
        case .deliver:
            if let inbound { self.deliver(data, to: inbound) }
        case .deliverLast:
            if let inbound { self.deliver(data, to: inbound) }
            self.finish(id)
        case .finish:
            self.finish(id)
        case .fail:
            let error = RPCError(.internal, "The server sent data where it must not.")
            let continuation = self.state.withLock { self.settle(&$0, id, .failure(error)) }
            continuation?.resume(throwing: error)
        case .ignore:
            break
        }
    }

    private func finish(_ id: UInt32) {
        self.state.withLock { $0.inbound.removeValue(forKey: id) }?.finish()
    }

    private func deliver(_ message: ByteBuffer, to inbound: InboundBuffer) {
        guard !inbound.force(message) else { return }
        self.state.withLock { $0.fullStreams += 1 }
    }

    private func makeInbound() -> InboundBuffer {
        InboundBuffer(
            framesMax: self.configuration.unreadFramesPerStreamMax,
            budget: self.budget
        ) {
            let readsAgain = self.state.withLock { state in
                state.fullStreams -= 1
                return state.fullStreams == 0
            }
            if readsAgain { self.channel.pipeline.fireUserInboundEventTriggered(ReadsAgain()) }
        }
    }

    /// Sent through the pipeline when readers have caught up.
    struct ReadsAgain: Sendable {}

    /// Whether the connection may be read from.
    var isReadable: Bool { self.state.withLock { $0.fullStreams == 0 } }

    private func timerToSet(_ state: inout State, _ deadline: NIODeadline?) -> NIODeadline? {
        guard let deadline else { return nil }
        if let timer = state.timerDeadline, timer <= deadline { return nil }
        state.timerDeadline = deadline
        return deadline
    }

    /// One timer serves all calls: it looks at all of them when the first is due.
    private func setTimer(_ deadline: NIODeadline) {
        self.channel.eventLoop.scheduleTask(deadline: deadline) {
            let (passed, timer) = self.state.withLock { state -> ([UInt32], NIODeadline?) in
                guard state.timerDeadline == deadline else { return ([], nil) }
                let (passed, next) = state.machine.deadlinesPassed(at: .now())
                state.timerDeadline = next
                return (passed, next)
            }
            for id in passed { self.abandon(id, ServerRefusal.deadlinePassed.error) }
            if let timer { self.setTimer(timer) }
        }
    }

    /// The connection is gone: every call fails.
    func closed() {
        let error = RPCError.connectionLost
        let (continuations, inbound) = self.state.withLock { state in
            state.machine.connectionClosed()
            let ids = Array(state.pending.keys)
            let continuations = ids.compactMap { self.settle(&state, $0, .failure(error)) }
            defer { state.inbound = [:] }
            return (continuations, Array(state.inbound.values))
        }
        self.outbound.closed()
        for continuation in continuations { continuation.resume(throwing: error) }
        for inbound in inbound { inbound.fail(error, discarding: false) }
    }

    /// Whether calls can begin.
    var isOpen: Bool { self.state.withLock { $0.machine.state == .open } }

    /// Closes the connection and returns when it is closed.
    func close() async {
        // Closing fails only when it is closed already.
        try? await self.channel.close()
    }
}
