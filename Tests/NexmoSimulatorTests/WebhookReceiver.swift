import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NexmoSimulator
import ServiceLifecycle
import Testing

/// A webhook as it came in.
struct ReceivedWebhook: Sendable {
    var method: String
    var path: String
    var query: String
    var authorization: String?
    var body: [UInt8]

    var json: JSON { (try? JSON.parse(self.body)) ?? .null }

    /// The status of an event, or the last part of the path.
    var name: String { self.json["status"]?.string ?? String(self.path.dropFirst()) }
}

/// What the receiver answers.
struct ReceiverAnswer: Sendable {
    var status = 200
    var type = "application/json"
    var body = ""

    static let empty = ReceiverAnswer()
    static func ncco(_ json: String) -> ReceiverAnswer { ReceiverAnswer(body: json) }
}

/// A small server that keeps the webhooks it gets.
struct WebhookReceiver: Sendable {
    private struct State: Sendable {
        var received: [ReceivedWebhook] = []
        var port: Int?
    }

    private let state = Watched(State())

    var all: [ReceivedWebhook] { self.state.value.received }

    /// Waits until a webhook of a name has come.
    func wait(for name: String) async throws {
        try await self.state.wait { $0.received.contains { $0.name == name } }
    }

    /// Runs a receiver beside a body.
    ///
    /// - Parameters:
    ///   - answer: Is given the webhook and how often its path was called before.
    ///   - body: Is given the base URL and the receiver.
    /// - Throws: What the body throws.
    static func run(
        answer: @escaping @Sendable (ReceivedWebhook, Int) -> ReceiverAnswer = { _, _ in .empty },
        body: @Sendable (String, WebhookReceiver) async throws -> Void
    ) async throws {
        let receiver = WebhookReceiver()
        let router = Router()
        for method in [HTTPRequest.Method.get, .post] {
            router.on("**", method: method) { request, _ in
                try await receiver.take(request, answer)
            }
        }
        let logger = Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                receiver.state.update { $0.port = channel.localAddress?.port }
            },
            logger: logger
        )
        let group = ServiceGroup(services: [application], logger: logger)
        async let running: Void = group.run()
        try await receiver.state.wait { $0.port != nil }
        let result: Result<Void, any Error>
        do {
            let port = try #require(receiver.state.value.port)
            result = .success(try await body("http://127.0.0.1:\(port)", receiver))
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await running
        try result.get()
    }

    private func take(
        _ request: Request,
        _ answer: @Sendable (ReceivedWebhook, Int) -> ReceiverAnswer
    ) async throws -> Response {
        let buffer = try await request.body.collect(upTo: 1 << 16)
        let webhook = ReceivedWebhook(
            method: request.method.rawValue,
            path: request.uri.path,
            query: request.uri.query ?? "",
            authorization: request.headers[.authorization],
            body: Array(buffer.readableBytesView)
        )
        let before = self.state.update { state in
            let before = state.received.count { $0.path == webhook.path }
            state.received.append(webhook)
            return before
        }
        let answer = answer(webhook, before)
        var response = Response(status: HTTPResponse.Status(code: answer.status))
        response.headers[.contentType] = answer.type
        response.body = ResponseBody(byteBuffer: ByteBuffer(string: answer.body))
        return response
    }
}
