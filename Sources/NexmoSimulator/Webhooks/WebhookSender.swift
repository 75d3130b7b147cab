import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Delivers webhooks: signs, sends, records.
struct WebhookSender: Sendable {
    /// Longest wait for the answer to an answer webhook (reference, section 5.6).
    static let answerTimeout: TimeAmount = .seconds(5)
    /// Longest wait for the answer to any other webhook.
    static let eventTimeout: TimeAmount = .seconds(10)
    /// Longest wait for a connection.
    static let connectTimeout: TimeAmount = .seconds(1)
    /// Tries of a webhook that wants an NCCO.
    static let tries = 2
    /// Simulated pause between them; Nexmo's is unconfirmed.
    static let pause: Duration = .milliseconds(300)
    /// Largest answer read, in bytes; one that is larger counts as none.
    static let answerBytesMax = 1 << 18
    /// Most connections to a receiver at once.
    static let connectionsMax = 256

    let client: HTTPClient
    let signature: WebhookSignature?
    let time: SimulatedTime
    let wallClock: WallClock
    let random: SharedRandom
    let records: Watched<Records>
    let log: SimulatorLog?

    /// A client with the limits above; whoever asks for it shuts it down.
    static func makeClient() -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = Self.connectTimeout
        configuration.timeout.read = Self.eventTimeout
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.connectionPool.idleTimeout = .seconds(5)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            Self.connectionsMax
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Sends an event, once.
    func tell(_ webhook: Webhook) async {
        guard !webhook.isLost else { return self.lose(webhook) }
        _ = await self.attempt(webhook, number: 1)
    }

    /// Sends a webhook that wants an NCCO, twice if need be.
    func ask(_ webhook: Webhook) async -> WebhookAnswer {
        var answer = await self.attempt(webhook, number: 1)
        for number in 2...Self.tries where answer.wantsAnotherTry {
            do {
                try await self.time.sleep(for: Self.pause)
            } catch {
                return .none
            }
            answer = await self.attempt(webhook, number: number)
        }
        return answer
    }

    /// Records a webhook that is not sent.
    func lose(_ webhook: Webhook) {
        self.record(webhook, attempt: 1, .lost, at: self.wallClock.now, took: .zero)
    }

    private func attempt(_ webhook: Webhook, number: Int) async -> WebhookAnswer {
        let at = self.wallClock.now
        let start = self.time.unscaled
        let timeout = webhook.kind == .answer ? Self.answerTimeout : Self.eventTimeout
        var answer = WebhookAnswer.none
        do {
            let request = self.request(for: webhook, at: at)
            let response = try await self.client.execute(request, timeout: timeout)
            var body = try await response.body.collect(upTo: Self.answerBytesMax)
            answer = .answered(
                status: Int(response.status.code),
                contentType: response.headers.first(name: "content-type") ?? "",
                body: body.readBytes(length: body.readableBytes) ?? []
            )
        } catch {
            // No answer, whatever the reason: it is recorded below and judged by the caller.
        }
        let result: SentWebhook.Result =
            switch answer {
            case .answered(let status, _, _): .status(status)
            case .none: .noAnswer
            }
        self.record(
            webhook,
            attempt: number,
            result,
            at: at,
            took: self.time.unscaled - start
        )
        return answer
    }

    private func request(for webhook: Webhook, at now: WallTime) -> HTTPClientRequest {
        let payload: [UInt8]
        var request: HTTPClientRequest
        switch webhook.address.method {
        case .post:
            payload = webhook.body.bytes
            request = HTTPClientRequest(url: webhook.address.url)
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(payload)
        case .get:
            let query = QueryText(webhook.body)
            payload = query.signedJSON.bytes
            let separator = webhook.address.url.contains("?") ? "&" : "?"
            request = HTTPClientRequest(url: webhook.address.url + separator + query.text)
        }
        request.headers.add(name: "user-agent", value: "nexmo-sim")
        if let signature = self.signature {
            let tokenID = self.random.uuid()
            request.headers.add(
                name: "authorization",
                value: signature.authorization(for: payload, tokenID: tokenID, at: now)
            )
        }
        return request
    }

    private func record(
        _ webhook: Webhook,
        attempt: Int,
        _ result: SentWebhook.Result,
        at: WallTime,
        took: Duration
    ) {
        let sent = SentWebhook(
            kind: webhook.kind,
            uuid: webhook.uuid,
            attempt: attempt,
            result: result,
            at: at,
            took: took
        )
        self.records.update { $0.add(sent) }
        guard let log = self.log else { return }
        let status: JSON =
            switch result {
            case .status(let status): .integer(status)
            case .noAnswer: "none"
            case .lost: "lost"
            }
        log.write([
            "time": .string(at.text), "webhook": .string(webhook.kind.rawValue),
            "uuid": .string(webhook.uuid), "number_end": .string(webhook.numberEnd),
            "attempt": .integer(attempt), "status": status, "ms": Self.milliseconds(took),
        ])
    }

    /// A duration in milliseconds with three decimals.
    static func milliseconds(_ duration: Duration) -> JSON {
        let microseconds = duration / .microseconds(1)
        return .number(String((microseconds).rounded() / 1000))
    }
}
