internal import AsyncHTTPClient
internal import DaemonConfiguration
internal import Logging
internal import NIOCore
internal import NIOHTTP1
package import PromptCallCore
internal import Synchronization

/// Carries results to their receivers over HTTP.
package final class HTTPCallbackSender: CallbackSender {
    private let client: HTTPClient
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let secret: Mutex<CallbackSigningSecret?>

    /// How long a receiver may take (contract, "Callbacks").
    private static let timeout = TimeAmount.seconds(15)
    /// Most of an answer that is read, in bytes.
    private static let answerBytesMax = 4 << 10
    private static let errorCharactersMax = 200

    init(
        client: HTTPClient,
        secret: CallbackSigningSecret?,
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.client = client
        self.secret = Mutex(secret)
        self.now = now
        self.logger = logger
    }

    /// Signs with another secret from now on.
    func replace(_ secret: CallbackSigningSecret?) {
        self.secret.withLock { $0 = secret }
    }

    package func deliver(_ record: CallRecord) async -> CallbackAnswer {
        guard let callback = record.terms.callback else { return CallbackAnswer(httpStatus: 200) }
        let delivery = CallbackRequest(
            record,
            to: callback,
            secret: self.secret.withLock(\.self),
            now: self.now()
        )
        var request = HTTPClientRequest(url: delivery.url)
        request.method = HTTPMethod(rawValue: delivery.method)
        for (name, value) in delivery.headers { request.headers.add(name: name, value: value) }
        if !delivery.body.isEmpty { request.body = .bytes(delivery.body) }
        do {
            let response = try await self.client.execute(request, timeout: Self.timeout)
            await Self.readSome(of: response)
            return CallbackAnswer(
                httpStatus: Int(response.status.code),
                retryAfter: Self.retryAfter(response.headers)
            )
        } catch {
            self.logger.debug(
                "callback not delivered",
                metadata: ["call.id": "\(record.id)", "error": "\(error)"]
            )
            let reason = String("\(error)".prefix(Self.errorCharactersMax))
            return CallbackAnswer(httpStatus: 0, error: reason)
        }
    }

    /// Reads a little of the answer, so that its connection can be used again; a longer one costs
    /// its connection.
    private static func readSome(of response: HTTPClientResponse) async {
        // The status has been said already; how the body fares changes nothing.
        _ = try? await response.body.collect(upTo: self.answerBytesMax)
    }

    /// Whole seconds of `Retry-After`; its other form, a date, is not honoured.
    private static func retryAfter(_ headers: HTTPHeaders) -> Duration? {
        headers.first(name: "retry-after").flatMap { Int64($0) }
            .flatMap { $0 > 0 ? .seconds(min($0, 7 * 24 * 3600)) : nil }
    }
}
