public import NIOCore
public import NIOPosix
public import SwiftProtobuf
import Synchronization

/// Calls the services of a ttrpc 1.2 server on a Unix socket.
///
/// Any number of tasks share one connection, which is made at the first call and made anew by the
/// first call after it broke. A cancelled task frees its call at once. A stream that is not read
/// stops the whole connection, so a subscription that may lag deserves a client of its own.
public final class TTRPCClient: Sendable {
    private enum State {
        /// No connection. Next: `connecting`, `closed`.
        case idle
        /// Next: `connected`, `idle`, `closed`.
        case connecting(EventLoopFuture<ClientConnection>)
        /// Next: `connecting`, `closed`.
        case connected(ClientConnection)
        /// Terminal.
        case closed
    }

    private let configuration: TTRPCClientConfiguration
    private let eventLoopGroup: any EventLoopGroup
    private let state = Mutex(State.idle)

    /// A client that is not connected yet.
    ///
    /// To be ended with ``close()``; ``withTTRPCClient(_:_:)`` does so by itself.
    ///
    /// - Parameters:
    ///   - configuration: Where to connect, and the bounds.
    ///   - eventLoopGroup: Event loops of NIOPosix.
    public init(
        configuration: TTRPCClientConfiguration,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.configuration = configuration
        self.eventLoopGroup = eventLoopGroup
    }

    /// Connects now rather than at the first call; does nothing when connected.
    ///
    /// - Throws: ``TTRPCError``.
    public func connect() async throws {
        _ = try await self.connection()
    }

    /// Closes the connection; calls under way fail with `unavailable`, later ones with
    /// ``TTRPCError/Code/clientClosed``.
    public func close() async {
        let last = self.state.withLock { state in
            defer { state = .closed }
            return state
        }
        switch last {
        case .idle, .closed: break
        // A failure leaves nothing to close.
        case .connecting(let future): await (try? future.get())?.close()
        case .connected(let connection): await connection.close()
        }
    }

    // MARK: Calls

    /// Sends one request and returns the one response.
    ///
    /// - Throws: ``RPCError`` when the call fails, ``TTRPCError`` when no connection can be made,
    ///   `CancellationError`.
    public func unary<Request: Message, Response: Message>(
        _ method: TTRPCMethod,
        _ request: Request,
        options: TTRPCCallOptions = TTRPCCallOptions()
    ) async throws -> Response {
        let payload = try TTRPCEncodedMessage(request).bytes
        let call = try await self.open(method, payload: payload, options: options)
        return try await Self.parse(call.connection.response(call.id))
    }

    /// Sends one request and hands the responses to a closure; when that returns, the call is over.
    ///
    /// - Throws: What the closure throws; ``RPCError``, ``TTRPCError``, `CancellationError`.
    public func serverStreaming<Request: Message, Response: Message, Result>(
        _ method: TTRPCMethod,
        _ request: Request,
        options: TTRPCCallOptions = TTRPCCallOptions(),
        _ body: (TTRPCMessages<Response>) async throws -> Result
    ) async throws -> Result {
        let payload = try TTRPCEncodedMessage(request).bytes
        let call = try await self.open(method, payload: payload, options: options)
        defer { call.connection.release(call) }
        return try await body(Self.messages(call))
    }

    /// Lets a closure send requests; when that returns, half-closes and returns the one response.
    ///
    /// - Throws: What the closure throws, unless the server ended the call before; ``RPCError``,
    ///   ``TTRPCError``, `CancellationError`.
    public func clientStreaming<Request: Message, Response: Message>(
        _ method: TTRPCMethod,
        options: TTRPCCallOptions = TTRPCCallOptions(),
        _ body: (TTRPCRequestWriter<Request>) async throws -> Void
    ) async throws -> Response {
        let call = try await self.open(method, payload: [], options: options)
        defer { call.connection.release(call) }
        do {
            try await body(TTRPCRequestWriter(call.connection, streamID: call.id))
        } catch let error as RPCError where error.code == .cancelled {
            // The server ended the call before everything was sent; its answer says why.
        }
        call.connection.finishSending(call.id)
        return try await Self.parse(call.connection.response(call.id))
    }

    /// Lets a closure send requests and read responses; when that returns, the call is over.
    ///
    /// - Throws: What the closure throws; ``RPCError``, ``TTRPCError``, `CancellationError`.
    public func bidirectionalStreaming<Request: Message, Response: Message, Result>(
        _ method: TTRPCMethod,
        options: TTRPCCallOptions = TTRPCCallOptions(),
        _ body: (TTRPCRequestWriter<Request>, TTRPCMessages<Response>) async throws -> Result
    ) async throws -> Result {
        let call = try await self.open(method, payload: [], options: options)
        defer { call.connection.release(call) }
        return try await body(
            TTRPCRequestWriter(call.connection, streamID: call.id),
            Self.messages(call)
        )
    }

    private func open(
        _ method: TTRPCMethod,
        payload: [UInt8],
        options: TTRPCCallOptions
    ) async throws -> ClientCall {
        let deadline = options.timeout.map { NIODeadline.after($0) }
        while true {
            let connection = try await self.connection()
            switch try await connection.open(
                method,
                payload: payload,
                options: options,
                deadline: deadline
            ) {
            case .opened(let call): return call
            // It broke, or used up its ids, since we looked; the next attempt makes another.
            case .reconnect: continue
            }
        }
    }

    private static func parse<Response: Message>(_ bytes: ByteBuffer) throws(RPCError) -> Response {
        do {
            return try Response(parsing: bytes)
        } catch {
            throw RPCError(.internal, "The response does not parse.")
        }
    }

    private static func messages<Response: Message>(_ call: ClientCall) -> TTRPCMessages<Response> {
        guard let inbound = call.inbound else {
            preconditionFailure("A call of a kind without response messages was asked for them.")
        }
        return TTRPCMessages(inbound, parseErrorCode: .internal)
    }

    // MARK: The connection

    private enum OnConnection {
        case use(ClientConnection)
        case wait(EventLoopFuture<ClientConnection>)
        case make(EventLoopPromise<ClientConnection>)
        case refuse
    }

    private func connection() async throws -> ClientConnection {
        let action = self.state.withLock { state -> OnConnection in
            switch state {
            case .connected(let connection) where connection.isOpen:
                return .use(connection)
            case .idle, .connected:
                let promise = self.eventLoopGroup.next().makePromise(of: ClientConnection.self)
                state = .connecting(promise.futureResult)
                return .make(promise)
            case .connecting(let future):
                return .wait(future)
            case .closed:
                return .refuse
            }
        }
        switch action {
        case .use(let connection): return connection
        case .wait(let future): return try await future.get()
        case .make(let promise):
            self.connect(promise)
            return try await promise.futureResult.get()
        case .refuse: throw TTRPCError(.clientClosed, "The client was closed.")
        }
    }

    private func connect(_ promise: EventLoopPromise<ClientConnection>) {
        let path = self.configuration.socketPath
        guard path.utf8.count <= UnixSocketListener.pathBytesMax else {
            self.connected(.failure(ConnectFailure.pathTooLong(path)), promise)
            return
        }
        let configuration = self.configuration
        let mark = OutboundQueue.waterMark(bytesMax: configuration.outboundBytesMax)
        ClientBootstrap(group: promise.futureResult.eventLoop)
            .channelOption(.writeBufferWaterMark, value: mark)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = ClientConnection(
                        channel: channel,
                        configuration: configuration
                    )
                    let handler = ClientConnectionHandler(connection: connection)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(unixDomainSocketPath: path)
            .flatMapThrowing { channel in
                let type = ClientConnectionHandler.self
                return try channel.pipeline.syncOperations.handler(type: type).connection
            }
            .whenComplete { result in
                self.connected(result.mapError { ConnectFailure.explain($0, path) }, promise)
            }
    }

    private func connected(
        _ result: Result<ClientConnection, any Error>,
        _ promise: EventLoopPromise<ClientConnection>
    ) {
        self.state.withLock { state in
            switch (state, result) {
            case (.connecting, .success(let connection)): state = .connected(connection)
            case (.connecting, .failure): state = .idle
            // `close()` came in between: it awaits the promise, then closes what it gets.
            case (.closed, _): break
            case (.idle, _), (.connected, _):
                preconditionFailure("A connection came up that was not being made.")
            }
        }
        promise.completeWith(result)
    }
}
