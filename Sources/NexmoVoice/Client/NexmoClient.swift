internal import AsyncHTTPClient
package import Logging
package import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// Sends requests to Nexmo's REST API, each once, and says how far it got.
///
/// HTTP/1.1 over kept-alive connections, TLS verified, without redirects, and through a proxy
/// only where one is configured: no variable of the environment is looked at. The client
/// lives on one event loop: that a head was written and that its request failed are then known
/// in the order in which they happened, which `VoiceProvider` builds on. It must be shut down.
package final class NexmoClient: Sendable {
    /// How long each phase of a request may take.
    package struct Timeouts: Sendable {
        /// For a connection: to a proxy if there is one, and TLS, included.
        package var connect: Duration
        /// From the head of the request to the head of the answer.
        package var head: Duration
        /// Silence before each part of the answer's body.
        package var body: Duration
        /// In all, the wait for a free connection included.
        package var whole: Duration

        package init(
            connect: Duration = .seconds(5),
            head: Duration = .seconds(15),
            body: Duration = .seconds(5),
            whole: Duration = .seconds(20)
        ) {
            self.connect = connect
            self.head = head
            self.body = body
            self.whole = whole
        }
    }

    /// Who stands between us and Nexmo.
    package struct Proxy: Equatable, Sendable {
        package var host: String
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
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

    /// Prepares a client; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - timeouts: For each request.
    ///   - authorities: Whose certificates are believed beside those the system trusts.
    ///   - proxy: Where every connection goes; nil for straight to Nexmo.
    ///   - eventLoopGroup: One of its loops does the work.
    ///   - logger: Where each request is told.
    package init(
        timeouts: Timeouts = Timeouts(),
        authorities: CertificateAuthorities? = nil,
        proxy: Proxy? = nil,
        eventLoopGroup: any EventLoopGroup,
        logger: Logger
    ) {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let authorities { tls.additionalTrustRoots = [.certificates(authorities.certificates)] }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: TimeAmount(timeouts.connect)),
            proxy: proxy.map { .server(host: $0.host, port: $0.port) },
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
        let collector = AnswerCollector(
            bytesMax: request.answerBytesMax,
            timeouts: self.timeouts,
            sent: sent
        )
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
        let level = Self.level(of: reply, to: request.operation)
        guard self.logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            LogKey.operation: "\(request.operation.rawValue)",
            LogKey.method: "\(request.method.rawValue)",
            LogKey.duration: "\((NIODeadline.now() - start).nanoseconds / 1_000_000)",
        ]
        switch reply {
        case .answer(let answer):
            metadata[LogKey.status] = "\(answer.status)"
            metadata[LogKey.traceID] = answer.traceID.map { "\($0.prefix(LegWords.nameMax))" }
            self.logger.log(level: level, "Nexmo answered", metadata: metadata)
        case .failed(let failure):
            metadata[LogKey.error] = "\(failure.detail)"
            self.logger.log(level: level, "Nexmo did not answer", metadata: metadata)
        }
    }

    /// A refusal is told at the level that is on by default: with its trace id, Nexmo's support
    /// can say more.
    private static func level(
        of reply: NexmoReply,
        to operation: NexmoRequest.Operation
    ) -> Logger.Level {
        guard case .answer(let answer) = reply else { return .debug }
        switch (operation, answer.status) {
        case (_, ..<400): return .debug
        // The leg is too young to be ended, or has ended, or is not known any more.
        case (.hangUp, 400), (.hangUp, 404), (.fetch, 404): return .debug
        default: return .warning
        }
    }
}
