import Logging
import NIOCore
import Synchronization

/// One accepted connection: asks the machine, runs handlers, queues what they answer.
///
/// Frames come in on the event loop. Handlers begin there too, and end wherever they like.
final class ServerConnection: Sendable {
    private struct Running {
        var task: Task<Void, Never>?
        var inbound: InboundBuffer?
    }

    private struct State {
        var machine: ServerConnectionMachine
        var running: [UInt32: Running] = [:]
        /// Handlers that have not returned; more than streams, for a stream can end before.
        var handlersRunning = 0
        var isClosed = false

        /// Whether nothing of the connection is left.
        var isOver: Bool { self.isClosed && self.handlersRunning == 0 }
    }

    let peer: PeerCredentials
    let outbound: OutboundQueue
    private let channel: any Channel
    private let executor: EventLoopTaskExecutor
    private let handlers: HandlerTable
    private let configuration: TTRPCServerConfiguration
    private let budget: InboundBudget
    private let logger: Logger
    private let onIdle: @Sendable () -> Void
    private let onEnd: @Sendable (ServerConnection) -> Void
    private let state: Mutex<State>

    /// A connection that was just accepted.
    ///
    /// - Parameters:
    ///   - channel: Its channel.
    ///   - peer: Who connected.
    ///   - handlers: All methods that are served.
    ///   - configuration: The bounds.
    ///   - logger: Where failures of handlers go.
    ///   - onIdle: Called when the last stream of a draining connection has ended.
    ///   - onEnd: Called when the connection is closed and its last handler has returned.
    init(
        channel: any Channel,
        peer: PeerCredentials,
        handlers: HandlerTable,
        configuration: TTRPCServerConfiguration,
        logger: Logger,
        onIdle: @escaping @Sendable () -> Void,
        onEnd: @escaping @Sendable (ServerConnection) -> Void
    ) {
        self.channel = channel
        self.executor = EventLoopTaskExecutor(channel.eventLoop)
        self.peer = peer
        self.handlers = handlers
        self.configuration = configuration
        self.budget = InboundBudget(bytesMax: configuration.unreadBytesPerConnectionMax)
        self.logger = logger
        self.onIdle = onIdle
        self.onEnd = onEnd
        self.outbound = OutboundQueue(
            channel: channel,
            bytesMax: configuration.outboundBytesPerConnectionMax,
            stallMax: TimeAmount(configuration.stallTimeout)
        )
        let machine = ServerConnectionMachine(streamsMax: configuration.streamsPerConnectionMax)
        self.state = Mutex(State(machine: machine))
    }

    // MARK: Frames, on the event loop

    /// A frame came.
    ///
    /// - Returns: When the stream's deadline is, where it began one that has one.
    func frameReceived(_ frame: FrameDecoder.Event) -> NIODeadline? {
        switch frame {
        case .frame(.request, let id, let flags, let data):
            return self.requestReceived(id, flags: flags, data: data)
        case .frame(.data, let id, let flags, let data):
            self.dataReceived(id, flags: flags, data: data)
        case .frame(.response, _, _, _):
            // Only servers send responses: for us a type of frame without meaning.
            break
        case .oversize(let type, let id):
            let (action, running) = self.state.withLock { state in
                let action = state.machine.oversizeReceived(id, type: type)
                return (action, action.ends ? state.running.removeValue(forKey: id) : nil)
            }
            self.act(on: action, id, running)
        }
        return nil
    }

    private func requestReceived(
        _ id: UInt32,
        flags: FrameFlags,
        data: ByteBuffer
    ) -> NIODeadline? {
        let (action, running) = self.state.withLock { state in
            let action = state.machine.requestReceived(id)
            return (action, action.ends ? state.running.removeValue(forKey: id) : nil)
        }
        guard action == .decode else {
            self.act(on: action, id, running)
            return nil
        }
        let envelope: RequestEnvelope
        do {
            envelope = try RequestEnvelope(decoding: data)
        } catch {
            self.refuse(id, error == .tooMuchMetadata ? .tooMuchMetadata : .badEnvelope)
            return nil
        }
        guard let handler = envelope.withNames(self.handlers.find) else {
            let isNamed = (try? envelope.service()) != nil && (try? envelope.method()) != nil
            self.refuse(id, isNamed ? .unknownMethod : .badEnvelope)
            return nil
        }
        return self.begin(id, flags: flags, envelope: envelope, handler: handler)
    }

    private func begin(
        _ id: UInt32,
        flags: FrameFlags,
        envelope: RequestEnvelope,
        handler: TTRPCHandler
    ) -> NIODeadline? {
        let payload = envelope.payload
        let timeout = envelope.timeoutNanoseconds
        let deadline = timeout == 0 ? nil : NIODeadline.after(timeoutNanoseconds: timeout)
        let action = self.state.withLock { state in
            let action = state.machine.streamBegan(
                id,
                kind: handler.method.kind,
                flags: flags,
                hasPayload: payload.readableBytes > 0,
                deadline: deadline,
                now: timeout == 0 ? .distantPast : .now()
            )
            if case .start = action { state.handlersRunning += 1 }
            return action
        }
        switch action {
        case .refuse(let refusal):
            self.refuse(id, refusal)
            return nil
        case .start(let firstMessage, let isHalfClosed):
            let context = TTRPCContext(
                peer: self.peer,
                metadata: envelope.metadata,
                deadline: timeout == 0 ? nil : .now + .nanoseconds(timeout),
                method: handler.method
            )
            switch handler.body {
            case .unary(let body):
                self.start(id, inbound: nil) { try await body(payload, context) }
            case .streaming(let body):
                let inbound = InboundBuffer(
                    framesMax: self.configuration.unreadFramesPerStreamMax,
                    budget: self.budget
                )
                if firstMessage { _ = inbound.force(payload) }
                if isHalfClosed { inbound.finish() }
                self.state.withLock { $0.running[id] = Running(inbound: inbound) }
                let stream = TTRPCHandler.Stream(connection: self, id: id, inbound: inbound)
                self.start(id, inbound: inbound) { try await body(stream, context) }
            }
            return deadline
        }
    }

    /// Runs a handler on the event loop up to where it first suspends.
    private func start(
        _ id: UInt32,
        inbound: InboundBuffer?,
        _ body: @escaping @Sendable () async throws -> [UInt8]?
    ) {
        // Nobody awaits the task: it ends by itself, or is cancelled with its stream or connection.
        let task = Task.immediate(executorPreference: self.executor) {
            let result: Result<[UInt8]?, any Error>
            do {
                result = .success(try await body())
            } catch {
                result = .failure(error)
            }
            self.handlerFinished(id, result)
        }
        self.state.withLock { state in
            guard state.machine.isLive(id) else { return }
            state.running[id, default: Running(inbound: inbound)].task = task
        }
    }

    private func dataReceived(_ id: UInt32, flags: FrameFlags, data: ByteBuffer) {
        let (action, running) = self.state.withLock { state in
            let action = state.machine.dataReceived(id, flags: flags)
            if case .end = action { return (action, state.running.removeValue(forKey: id)) }
            return (action, state.running[id])
        }
        switch action {
        case .deliver:
            if let inbound = running?.inbound, !inbound.offer(data) { self.overflowed(id) }
        case .deliverLast:
            guard let inbound = running?.inbound else { return }
            if inbound.offer(data) { inbound.finish() } else { self.overflowed(id) }
        case .close:
            running?.inbound?.finish()
        case .end(let refusal):
            self.refuse(id, refusal)
            self.cancel(running)
        case .refuse(let refusal):
            self.refuse(id, refusal)
        case .ignore:
            break
        }
    }

    private func overflowed(_ id: UInt32) {
        let (action, running) = self.state.withLock { state in
            (state.machine.bufferOverflowed(id), state.running.removeValue(forKey: id))
        }
        switch action {
        case .answer: self.refuse(id, .tooManyUnread)
        case .ignore: break
        }
        self.cancel(running)
    }

    private func act(
        on action: ServerConnectionMachine.OnRequest,
        _ id: UInt32,
        _ running: Running?
    ) {
        switch action {
        case .refuse(let refusal):
            self.refuse(id, refusal)
        case .end(let refusal):
            self.refuse(id, refusal)
            self.cancel(running)
        case .decode, .ignore:
            break
        }
    }

    /// Time went by.
    ///
    /// - Returns: When to look again.
    func deadlinesPassed() -> NIODeadline? {
        let (ended, next) = self.state.withLock { state in
            let (ids, next) = state.machine.deadlinesPassed(at: .now())
            return (ids.map { ($0, state.running.removeValue(forKey: $0)) }, next)
        }
        for (id, running) in ended {
            self.refuse(id, .deadlinePassed)
            self.cancel(running)
        }
        return next
    }

    /// The connection is gone: cancels every handler.
    func closed() {
        let (running, isOver) = self.state.withLock { state in
            state.machine.connectionClosed()
            state.isClosed = true
            defer { state.running = [:] }
            return (state.running, state.isOver)
        }
        self.outbound.closed()
        for running in running.values { self.cancel(running) }
        if isOver { self.onEnd(self) }
    }

    // MARK: Handlers, on any thread

    /// Sends one message of a stream.
    ///
    /// - Throws: ``RPCError``, `CancellationError`.
    func send(_ message: [UInt8], on id: UInt32) async throws {
        let isLive = self.state.withLock { $0.machine.isLive(id) }
        guard isLive else { throw RPCError(.cancelled, "The stream has ended.") }
        try await self.outbound.appendWhenRoom { buffer in
            FrameHeader(.data, streamID: id, dataBytes: message.count).write(to: &buffer)
            buffer.writeBytes(message)
        }
    }

    private func handlerFinished(_ id: UInt32, _ result: Result<[UInt8]?, any Error>) {
        let (action, isIdle, isOver) = self.state.withLock { state in
            let action = state.machine.handlerFinished(id)
            if action == .answer { state.running.removeValue(forKey: id) }
            state.handlersRunning -= 1
            let isIdle = state.machine.state == .draining && state.machine.streamCount == 0
            return (action, isIdle, state.isOver)
        }
        switch action {
        case .answer: self.answer(id, result)
        case .ignore: break
        }
        if isIdle { self.onIdle() }
        if isOver { self.onEnd(self) }
    }

    private func answer(_ id: UInt32, _ result: Result<[UInt8]?, any Error>) {
        switch result {
        case .success(.some(let payload)):
            self.outbound.append { buffer in
                if !ResponseEnvelope.writeSuccessFrame(payload, streamID: id, to: &buffer) {
                    let error = ServerRefusal.responseTooLong.error
                    ResponseEnvelope.writeFailureFrame(error, streamID: id, to: &buffer)
                }
            }
        case .success(.none):
            self.outbound.append { buffer in
                FrameHeader(.data, streamID: id, flags: [.remoteClosed, .noData])
                    .write(to: &buffer)
            }
        case .failure(let error):
            self.fail(id, self.answerable(error))
        }
    }

    /// What the peer is told of a handler's error: nothing of one that was not made for it.
    private func answerable(_ error: any Error) -> RPCError {
        switch error {
        case let error as RPCError:
            return error
        case is CancellationError:
            return RPCError(.cancelled, "The call was cancelled.")
        default:
            self.logger.error(
                "A handler failed with an error that is not for its caller",
                metadata: [LogKey.error: "\(error)", LogKey.peerUserID: "\(self.peer.userID)"]
            )
            return RPCError(.internal, "Internal error.")
        }
    }

    private func refuse(_ id: UInt32, _ refusal: ServerRefusal) {
        self.fail(id, refusal.error)
    }

    private func fail(_ id: UInt32, _ error: RPCError) {
        self.outbound.append { ResponseEnvelope.writeFailureFrame(error, streamID: id, to: &$0) }
    }

    private func cancel(_ running: Running?) {
        running?.task?.cancel()
        running?.inbound?.fail(CancellationError(), discarding: true)
    }

    // MARK: Shutdown

    /// Refuses requests from now on.
    func shutdownBegan() {
        self.state.withLock { $0.machine.shutdownBegan() }
    }

    /// Whether no handler runs whose answer is awaited.
    var isIdle: Bool {
        self.state.withLock { $0.machine.streamCount == 0 }
    }

    /// Closes the connection after what waits was written.
    func closeAfterFlush() {
        self.channel.eventLoop.execute {
            self.outbound.flush()
            self.channel.writeAndFlush(ByteBuffer()).whenComplete { _ in
                self.channel.close(promise: nil)
            }
        }
    }

    /// Closes the connection at once.
    func cut() {
        self.channel.close(promise: nil)
    }
}

extension ServerConnectionMachine.OnRequest {
    /// Whether a stream ends that has a handler.
    fileprivate var ends: Bool {
        switch self {
        case .end: true
        case .decode, .refuse, .ignore: false
        }
    }
}
