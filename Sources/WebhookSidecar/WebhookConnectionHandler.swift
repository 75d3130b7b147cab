internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// One connection of the webhook server: collects requests, has them judged, writes the answers.
///
/// A request is handed on when it is whole, and the next one is not looked at before its answer
/// was written, which NIO's handler in front of this one sees to.
final class WebhookConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// A request that is being judged.
    private struct Judged {
        let number: Int
        let isKeptAlive: Bool
        let timer: Scheduled<Void>
        var task: Task<Void, Never>?
    }

    private let judging: WebhookJudging
    private var machine = WebhookRequestMachine(bodyBytesMax: WebhookServer.bodyBytesMax)
    private var judged: Judged?
    private var requests = 0
    private var bodyTimer: Scheduled<Void>?
    private var remoteAddress: String?
    private var lastRead = NIODeadline.now()
    private var idleTimer: Scheduled<Void>?
    /// The sender has said all that it will.
    private var isInputClosed = false

    init(judging: WebhookJudging) {
        self.judging = judging
    }

    func channelActive(context: ChannelHandlerContext) {
        self.remoteAddress = context.channel.remoteAddress?.ipAddress
        self.watchIdleness(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.act(on: self.machine.headReceived(head), context)
        case .body(let bytes): self.act(on: self.machine.bodyReceived(bytes), context)
        case .end: self.act(on: self.machine.endReceived(), context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.lastRead = .now()
        self.watchBody(context)
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.bodyTimer?.cancel()
        self.idleTimer?.cancel()
        // It is judged to its end all the same; only its answer goes nowhere.
        self.judged?.timer.cancel()
        self.judged = nil
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            self.isInputClosed = true
            if self.judged == nil { context.close(promise: nil) }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What does not parse has been answered; whatever else it is, the sender is gone.
        context.close(promise: nil)
    }

    // MARK: Requests

    private func act(on action: WebhookRequestMachine.OnPart, _ context: ChannelHandlerContext) {
        switch action {
        case .wait:
            break
        case .refuseMethod(let head):
            let fields = [("allow", "GET, POST")]
            self.respond(.methodNotAllowed, fields, isKeptAlive: head.isKeepAlive, context)
        case .refuseSize:
            self.respond(.payloadTooLarge, isKeptAlive: true, isLast: true, context)
            // A moment for reading that: what is left of the body is not waited for.
            self.close(context, in: WebhookServer.lingerTimeout)
        case .tellHealth(let head):
            let gateway = self.judging.gateway
            self.judge(head.isKeepAlive, context) {
                WebhookAnswer(status: await gateway.isServing() ? 200 : 503)
            }
        case .judge(let head, let body):
            self.judge(head, body, context)
        }
    }

    private func judge(
        _ head: HTTPRequestHead,
        _ body: ByteBuffer,
        _ context: ChannelHandlerContext
    ) {
        let (gateway, deliveries) = (self.judging.gateway, self.judging.deliveries)
        guard deliveries.take(of: WebhookServer.deliveriesMax) else {
            self.judging.logger.warning("Too many webhooks wait for their answers")
            return self.respond(.serviceUnavailable, isKeptAlive: head.isKeepAlive, context)
        }
        let webhook = DeliveredWebhook(
            method: head.method.rawValue,
            path: head.uri,
            headers: Self.fields(of: head),
            body: Array(body.readableBytesView),
            remoteAddress: self.remoteAddress
        )
        self.judge(head.isKeepAlive, context) {
            defer { deliveries.giveBack() }
            return await gateway.deliver(webhook)
        }
    }

    /// Begins on the event loop, and comes back to it with the answer or when that takes too long.
    private func judge(
        _ isKeptAlive: Bool,
        _ context: ChannelHandlerContext,
        _ operation: @escaping @Sendable () async -> WebhookAnswer
    ) {
        self.bodyTimer?.cancel()
        self.bodyTimer = nil
        self.requests += 1
        let number = self.requests
        let back = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let timer = context.eventLoop.scheduleTask(in: self.judging.answerTimeout) {
            back.value.handler.answered(nil, number, back.value.context)
        }
        self.judged = Judged(number: number, isKeptAlive: isKeptAlive, timer: timer)
        let eventLoop = context.eventLoop
        // Nobody awaits it: it comes back by itself, or is cancelled when its time is over.
        let task = Task.immediate(executorPreference: self.judging.taskExecutor) {
            let answer = await operation()
            if eventLoop.inEventLoop {
                back.value.handler.answered(answer, number, back.value.context)
            } else {
                eventLoop.execute {
                    back.value.handler.answered(answer, number, back.value.context)
                }
            }
        }
        if self.judged?.number == number { self.judged?.task = task }
    }

    private func answered(
        _ answer: WebhookAnswer?,
        _ number: Int,
        _ context: ChannelHandlerContext
    ) {
        guard let judged = self.judged, judged.number == number else { return }
        self.judged = nil
        judged.timer.cancel()
        guard let answer else {
            judged.task?.cancel()
            self.judging.logger.warning("No answer to a webhook in time")
            return self.respond(.serviceUnavailable, isKeptAlive: judged.isKeptAlive, context)
        }
        // The gateway may be another process, which is no reason to trap.
        let status = (200...599).contains(answer.status) ? answer.status : 500
        self.respond(
            HTTPResponseStatus(statusCode: status),
            answer.contentType.map { [("content-type", $0)] } ?? [],
            answer.body,
            isKeptAlive: judged.isKeptAlive,
            context
        )
    }

    private static func fields(of head: HTTPRequestHead) -> [String: String] {
        var fields: [String: String] = [:]
        for (name, value) in head.headers {
            let name = name.lowercased()
            fields[name] = fields[name].map { "\($0), \(value)" } ?? value
        }
        return fields
    }

    // MARK: Responses

    /// Writes a response; one that `isLast` says that the connection will be closed, although it
    /// is not yet.
    private func respond(
        _ status: HTTPResponseStatus,
        _ fields: [(String, String)] = [],
        _ body: [UInt8] = [],
        isKeptAlive: Bool,
        isLast: Bool = false,
        _ context: ChannelHandlerContext
    ) {
        var headers = HTTPHeaders(fields)
        if status.mayHaveResponseBody {
            headers.add(name: "content-length", value: String(body.count))
        }
        let isKeptAlive = isKeptAlive && !self.isInputClosed
        if !isKeptAlive || isLast { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        if !body.isEmpty {
            let bytes = context.channel.allocator.buffer(bytes: body)
            context.write(self.wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        if !isKeptAlive {
            let loop = NIOLoopBound(context, eventLoop: context.eventLoop)
            written.futureResult.whenComplete { _ in loop.value.close(promise: nil) }
        }
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: written)
    }

    /// A sender that is too slow about a body loses its connection.
    private func watchBody(_ context: ChannelHandlerContext) {
        guard self.machine.isReading else {
            self.bodyTimer?.cancel()
            self.bodyTimer = nil
            return
        }
        if self.bodyTimer == nil {
            self.bodyTimer = self.close(context, in: WebhookServer.bodyTimeout)
        }
    }

    /// A connection on which nothing comes is closed, unless an answer is being waited for. One
    /// timer serves many requests: it looks when the last came.
    private func watchIdleness(_ context: ChannelHandlerContext) {
        let back = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let end = self.lastRead + WebhookServer.idleTimeout
        self.idleTimer = context.eventLoop.scheduleTask(deadline: end) {
            back.value.handler.idleTimerFired(back.value.context)
        }
    }

    private func idleTimerFired(_ context: ChannelHandlerContext) {
        if self.judged != nil { self.lastRead = .now() }
        guard self.lastRead + WebhookServer.idleTimeout > .now() else {
            return context.close(promise: nil)
        }
        self.watchIdleness(context)
    }

    @discardableResult
    private func close(_ context: ChannelHandlerContext, in time: TimeAmount) -> Scheduled<Void> {
        let loop = NIOLoopBound(context, eventLoop: context.eventLoop)
        return context.eventLoop.scheduleTask(in: time) { loop.value.close(promise: nil) }
    }
}
