internal import Hummingbird
internal import Logging
internal import NIOCore

/// Turns HTTP requests into webhooks, and answers into responses.
struct WebhookResponder: HTTPResponder {
    typealias Context = WebhookContext

    let gateway: any WebhookGateway
    let answerTimeout: Duration
    private let deliveries = DeliveryCount()

    init(gateway: any WebhookGateway, answerTimeout: Duration) {
        self.gateway = gateway
        self.answerTimeout = answerTimeout
    }

    func respond(to request: Request, context: WebhookContext) async throws -> Response {
        switch request.method {
        case .get where request.uri.path == "/healthz":
            return Response(status: await self.health(on: context) ? .ok : .serviceUnavailable)
        case .get, .post:
            return try await self.deliver(request, context)
        default:
            return Response(status: .methodNotAllowed, headers: [.allow: "GET, POST"])
        }
    }

    private func health(on context: WebhookContext) async -> Bool {
        let gateway = self.gateway
        return await FirstOf.result(within: self.answerTimeout, on: context.channel.eventLoop) {
            await gateway.isServing()
        } ?? false
    }

    private func deliver(_ request: Request, _ context: WebhookContext) async throws -> Response {
        let declared = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard declared <= WebhookServer.bodyBytesMax else { return self.tooLarge(context) }
        let body: ByteBuffer
        do {
            body = try await self.body(of: request, context)
        } catch is NIOTooManyBytesError {
            return self.tooLarge(context)
        }
        let webhook = DeliveredWebhook(
            method: request.method.rawValue,
            path: request.uri.string,
            headers: Self.headers(of: request),
            body: Array(body.readableBytesView),
            remoteAddress: context.channel.remoteAddress?.ipAddress
        )
        guard self.deliveries.take(of: WebhookServer.deliveriesMax) else {
            context.logger.warning("Too many webhooks wait for their answers")
            return Response(status: .serviceUnavailable)
        }
        let (gateway, deliveries) = (self.gateway, self.deliveries)
        let answer = await FirstOf.result(
            within: self.answerTimeout,
            on: context.channel.eventLoop
        ) {
            defer { deliveries.giveBack() }
            return await gateway.deliver(webhook)
        }
        guard let answer else {
            context.logger.warning("No answer to a webhook in time")
            return Response(status: .serviceUnavailable)
        }
        return Self.response(answer)
    }

    /// Reads the whole body; a sender that is too slow about it loses its connection.
    private func body(of request: Request, _ context: WebhookContext) async throws -> ByteBuffer {
        let channel = context.channel
        let timer = channel.eventLoop.scheduleTask(in: WebhookServer.bodyTimeout) {
            channel.close(promise: nil)
        }
        defer { timer.cancel() }
        return try await request.body.collect(upTo: WebhookServer.bodyBytesMax)
    }

    /// Answers 413, and leaves a moment for reading that before the connection goes: what is
    /// left of the body is not read for as long as somebody sends it.
    private func tooLarge(_ context: WebhookContext) -> Response {
        let channel = context.channel
        channel.eventLoop.scheduleTask(in: WebhookServer.lingerTimeout) {
            channel.close(promise: nil)
        }
        return Response(status: .contentTooLarge, headers: [.connection: "close"])
    }

    private static func headers(of request: Request) -> [String: String] {
        var headers: [String: String] = [:]
        for field in request.headers {
            let name = field.name.canonicalName
            headers[name] = headers[name].map { "\($0), \(field.value)" } ?? field.value
        }
        return headers
    }

    private static func response(_ answer: WebhookAnswer) -> Response {
        var headers = HTTPFields()
        if let contentType = answer.contentType { headers[.contentType] = contentType }
        // The gateway may be another process, which is no reason to trap.
        let status = (200...599).contains(answer.status) ? answer.status : 500
        return Response(
            status: HTTPResponse.Status(code: status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        )
    }
}
