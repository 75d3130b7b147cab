internal import AsyncHTTPClient
package import Logging
package import NIOCore
internal import NIOHTTP1

/// Sends requests to Nexmo's REST API, each once, and says how far it got.
///
/// HTTP/1.1 over kept-alive connections, TLS verified, without proxies and redirects. The client
/// lives on one event loop: that a head was written and that its request failed are then known
/// in the order in which they happened, which `VoiceProvider` builds on. It must be shut down.
package final class NexmoClient: Sendable {
    /// How long a request may take.
    package struct Timeouts: Sendable {
        /// For a connection, TLS included.
        package var connect: Duration
        /// In all.
        package var whole: Duration

        package init(connect: Duration = .seconds(5), whole: Duration = .seconds(20)) {
            self.connect = connect
            self.whole = whole
        }
    }

    /// Most connections to a host; requests beyond wait for one to be free.
    private static let connectionsMax = 64
    /// How long an idle connection is kept: shorter than peers do, which close theirs at 60 s or
    /// later.
    private static let idleTimeout: TimeAmount = .seconds(30)
    /// Longest error that is passed on, in characters.
    private static let detailMax = 200

    private let http: HTTPClient
    private let timeouts: Timeouts
    private let logger: Logger

    package init(
        timeouts: Timeouts = Timeouts(),
        eventLoopGroup: any EventLoopGroup,
        logger: Logger
    ) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: TimeAmount(timeouts.connect)),
            proxy: nil,
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.idleTimeout = Self.idleTimeout
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            Self.connectionsMax
        // A failed connection is told at once: whoever asks knows better when to try again.
        configuration.connectionPool.retryConnectionEstablishment = false
        self.http = HTTPClient(
            eventLoopGroupProvider: .shared(eventLoopGroup.next()),
            configuration: configuration
        )
        self.timeouts = timeouts
        self.logger = logger
    }

    /// Closes all connections; requests under way fail.
    package func shutdown() async throws {
        try await self.http.shutdown()
    }

    /// Sends a request.
    ///
    /// Cancellation of the task breaks it off.
    ///
    /// - Parameters:
    ///   - request: What is sent.
    ///   - token: Signs it.
    ///   - sent: Called once, when its head was written, and not where it was not.
    /// - Returns: The answer, or how far the request got.
    func send(
        _ request: NexmoRequest,
        token: String,
        sent: @escaping @Sendable () -> Void
    ) async -> NexmoReply {
        let start = NIODeadline.now()
        let reply = await self.exchange(request, token, start, sent)
        self.log(request, reply, since: start)
        return reply
    }

    private func exchange(
        _ request: NexmoRequest,
        _ token: String,
        _ start: NIODeadline,
        _ sent: @escaping @Sendable () -> Void
    ) async -> NexmoReply {
        let collector = AnswerCollector(bytesMax: request.answerBytesMax, sent: sent)
        do {
            var message = try HTTPClient.Request(url: request.url, method: request.method)
            message.headers.add(name: "authorization", value: "Bearer \(token)")
            message.headers.add(name: "accept", value: "application/json")
            message.headers.add(name: "user-agent", value: "promptcall")
            if let body = request.body {
                message.headers.add(name: "content-type", value: "application/json")
                message.body = .bytes(body)
            }
            let task = self.http.execute(
                request: message,
                delegate: collector,
                deadline: start + TimeAmount(self.timeouts.whole)
            )
            try await withTaskCancellationHandler {
                try await task.futureResult.get()
            } onCancel: {
                task.cancel()
            }
        } catch {
            return Self.reply(error, collector.progress)
        }
        guard let answer = collector.progress.answer else {
            return .failed(NexmoReply.Failure(wasSent: true, detail: "There was no answer."))
        }
        return .answer(answer)
    }

    private static func reply(
        _ error: any Error,
        _ progress: AnswerCollector.Progress
    ) -> NexmoReply {
        if var answer = progress.answer, (400..<500).contains(answer.status) {
            // The status came whole, and says that nothing was done.
            answer.isCut = !(error is AnswerCollector.TooLong)
            return .answer(answer)
        }
        // The description of an invalid header has the header in it; the short one never has.
        let detail = (error as? HTTPClientError)?.shortDescription ?? "\(error)"
        return .failed(
            NexmoReply.Failure(
                wasSent: progress.wasSent,
                detail: String(detail.prefix(self.detailMax))
            )
        )
    }

    private func log(_ request: NexmoRequest, _ reply: NexmoReply, since start: NIODeadline) {
        guard self.logger.logLevel <= .debug else { return }
        var metadata: Logger.Metadata = [
            LogKey.operation: "\(request.operation.rawValue)",
            LogKey.method: "\(request.method.rawValue)",
            LogKey.duration: "\((NIODeadline.now() - start).nanoseconds / 1_000_000)",
        ]
        switch reply {
        case .answer(let answer):
            metadata[LogKey.status] = "\(answer.status)"
            metadata[LogKey.traceID] = answer.traceID.map { "\($0.prefix(LegWords.nameMax))" }
            self.logger.debug("Nexmo answered", metadata: metadata)
        case .failed(let failure):
            metadata[LogKey.error] = "\(failure.detail)"
            self.logger.debug("Nexmo did not answer", metadata: metadata)
        }
    }
}
