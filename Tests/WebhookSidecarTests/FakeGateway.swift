import Synchronization
import WebhookSidecar

/// A gateway that answers by path, and can be told to wait.
final class FakeGateway: WebhookGateway {
    private struct State {
        var delivered: [DeliveredWebhook] = []
        var isServing = true
    }

    private let state = Mutex(State())
    /// Finishes when a request for `/wait` has come.
    let arrived: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation
    private let gate: AsyncStream<Void>
    private let opener: AsyncStream<Void>.Continuation

    init() {
        (self.arrived, self.arrival) = AsyncStream.makeStream()
        (self.gate, self.opener) = AsyncStream.makeStream()
    }

    var delivered: [DeliveredWebhook] { self.state.withLock { $0.delivered } }

    func setServing(_ isServing: Bool) {
        self.state.withLock { $0.isServing = isServing }
    }

    /// Lets requests for `/wait` go on.
    func open() { self.opener.finish() }

    func deliver(_ request: DeliveredWebhook) async -> WebhookAnswer {
        self.state.withLock { $0.delivered.append(request) }
        switch request.path {
        case "/wait":
            self.arrival.finish()
            for await _ in self.gate {}
            return WebhookAnswer(status: 204)
        case "/event":
            return WebhookAnswer(status: 204)
        default:
            return WebhookAnswer(
                status: 200,
                contentType: "application/json",
                body: Array("[1]".utf8)
            )
        }
    }

    func isServing() async -> Bool { self.state.withLock { $0.isServing } }
}
