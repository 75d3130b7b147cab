import Foundation
import Logging
import PromptCallAPI
import TTRPC
import WebhookSidecar

/// Hands webhooks to a daemon behind a socket, and tells Nexmo to send again while it is away.
struct SocketGateway: WebhookGateway {
    private let client: TTRPCClient
    private let logger: Logger

    /// How long the daemon may take, a little below what the server allows.
    private static let timeout = Duration.milliseconds(1900)
    /// From one try to reach the daemon to the next.
    private static let pause = Duration.milliseconds(100)

    init(path: String, logger: Logger) {
        self.client = TTRPCClient(configuration: TTRPCClientConfiguration(socketPath: path))
        self.logger = logger
    }

    func close() async {
        await self.client.close()
    }

    func isServing() async -> Bool {
        do {
            try await self.client.connect()
            return true
        } catch {
            return false
        }
    }

    func deliver(_ request: DeliveredWebhook) async -> WebhookAnswer {
        let end = ContinuousClock.now + Self.timeout
        var message = Promptcall_V1_WebhookRequest()
        message.method = request.method
        message.path = request.path
        message.headers = request.headers
        message.body = Data(request.body)
        message.remoteAddress = request.remoteAddress ?? ""
        while true {
            do {
                let left = end - ContinuousClock.now
                let answer = try await WebhooksClient(self.client).deliver(
                    message,
                    options: TTRPCCallOptions(timeout: left)
                )
                return WebhookAnswer(
                    status: Int(answer.status),
                    contentType: answer.contentType.isEmpty ? nil : answer.contentType,
                    body: Array(answer.body)
                )
            } catch {
                guard Self.mayPass(error), ContinuousClock.now + Self.pause < end,
                    // It throws only where the request was given up.
                    (try? await Task.sleep(for: Self.pause)) != nil
                else {
                    self.logger.warning("daemon not reached", metadata: ["error": "\(error)"])
                    return WebhookAnswer(status: 503)
                }
            }
        }
    }

    /// Whether trying again can help. A webhook judged twice changes nothing the second time.
    private static func mayPass(_ error: any Error) -> Bool {
        switch error {
        case is TTRPCError: true
        case let error as RPCError: error.code == .unavailable
        default: false
        }
    }
}
