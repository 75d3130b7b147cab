internal import CallEngine
internal import Logging
internal import NexmoVoice
internal import PromptCallCore
internal import Synchronization
package import WebhookSidecar

/// Judges webhooks as they came over HTTP: whose they are, whether they are genuine, what they
/// say; then asks the engine (contract, "Webhooks").
package final class WebhookJudge: WebhookGateway {
    private let engine: CallEngine
    private let urls: WebhookURLs
    private let regions: LegRegions
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var signatures: [String: WebhookSignature]
        var counts = WebhookCounts()
    }

    init(
        engine: CallEngine,
        urls: WebhookURLs,
        regions: LegRegions,
        signatures: [String: WebhookSignature],
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.engine = engine
        self.urls = urls
        self.regions = regions
        self.now = now
        self.logger = logger
        self.state = Mutex(State(signatures: signatures))
    }

    /// Checks signatures by other secrets from now on; they are keyed by profile.
    func replace(_ signatures: [String: WebhookSignature]) {
        self.state.withLock { $0.signatures = signatures }
    }

    /// What was answered since the start.
    var counts: WebhookCounts { self.state.withLock { $0.counts } }

    package func isServing() async -> Bool { true }

    package func deliver(_ request: DeliveredWebhook) async -> WebhookAnswer {
        let answer = await self.judge(request)
        self.state.withLock { $0.counts.answered(answer.status) }
        return answer
    }

    private func judge(_ request: DeliveredWebhook) async -> WebhookAnswer {
        guard let route = self.urls.route(request.path) else { return .notFound }
        guard request.method == "POST" else { return .methodNotAllowed }
        switch route {
        case .applicationEvents: return await self.judgeApplicationEvent(request)
        case .leg(let path): return await self.judge(request, at: path)
        }
    }

    private func judge(_ request: DeliveredWebhook, at path: WebhookPath) async -> WebhookAnswer {
        guard self.urls.isGenuine(path) else { return self.refused(.notFound, "key", path.id) }
        let credentials: CredentialsSource?
        do throws(EngineError) {
            credentials = try await self.engine.credentials(of: path.id)
        } catch {
            return self.unanswered(path)
        }
        guard let credentials else { return .notFound }
        if let refusal = self.checkSignature(request, of: path.id, credentials) { return refusal }
        let decoded: DecodedWebhook
        do throws(WebhookError) {
            decoded = try WebhookDecoder.decode(request.body, at: path)
        } catch {
            return .badRequest
        }
        if let region = decoded.regionURL, let uuid = decoded.uuid {
            self.regions.learn(region, of: uuid)
        }
        do throws(EngineError) {
            return WebhookAnswer(
                try await self.engine.judge(decoded.event, of: path.id, leg: path.leg)
            )
        } catch {
            // The engine itself remembers what it could not commit.
            return error.code == .notFound ? .notFound : .unavailable
        }
    }

    /// Takes an error event that Nexmo sends to the application, which names no call but by its
    /// conversation.
    private func judgeApplicationEvent(_ request: DeliveredWebhook) async -> WebhookAnswer {
        let signatures = self.state.withLock { $0.signatures }
        guard !signatures.isEmpty else { return .notFound }
        let verdicts = signatures.mapValues { self.check(request, $0) }
        let signers = verdicts.filter { $0.value == .valid }.keys
        guard !signers.isEmpty else {
            return verdicts.values.contains(.missing)
                ? self.refused(.unavailable, "signature missing", nil)
                : self.refused(.unauthorized, "signature", nil)
        }
        guard let decoded = try? WebhookDecoder.decode(request.body, at: nil) else {
            return .badRequest
        }
        guard case .fault = decoded.event, let (call, leg) = self.liveLeg(of: decoded) else {
            return .noContent
        }
        do throws(EngineError) {
            // Who knows the secret of one profile has no say in the calls of another.
            guard case .profile(let name) = try await self.engine.credentials(of: call),
                signers.contains(name)
            else { return .noContent }
            return WebhookAnswer(try await self.engine.judge(decoded.event, of: call, leg: leg))
        } catch {
            return error.code == .notFound ? .noContent : .unavailable
        }
    }

    /// The leg that an event of the application is about: by its conversation, or where it has no
    /// other name by its uuid.
    private func liveLeg(of webhook: DecodedWebhook) -> (CallID, leg: Int)? {
        if let conversation = webhook.conversationUUID,
            let found = self.engine.liveLeg(conversationUUID: conversation)
        {
            return found
        }
        return webhook.uuid.flatMap { self.engine.liveLeg(uuid: $0) }
    }

    /// Checks the signature where the call's profile has a secret; nil where all is well.
    private func checkSignature(
        _ request: DeliveredWebhook,
        of id: CallID,
        _ credentials: CredentialsSource
    ) -> WebhookAnswer? {
        guard case .profile(let name) = credentials,
            let signature = self.state.withLock({ $0.signatures[name] })
        else { return nil }
        switch self.check(request, signature) {
        case .valid: return nil
        case .missing: return self.refused(.unavailable, "signature missing", id)
        case .wrong(let fault): return self.refused(.unauthorized, fault.rawValue, id)
        }
    }

    private func check(
        _ request: DeliveredWebhook,
        _ signature: WebhookSignature
    ) -> WebhookSignature.Verdict {
        signature.check(
            authorization: request.headers["authorization"],
            body: request.body,
            now: self.now()
        )
    }

    private func refused(
        _ answer: WebhookAnswer,
        _ fault: String,
        _ id: CallID?
    ) -> WebhookAnswer {
        self.logger.warning(
            "webhook refused",
            metadata: [
                "webhook.fault": "\(fault)", "webhook.status": "\(answer.status)",
                "call.id": "\(id.map { "\($0)" } ?? "none")",
            ]
        )
        return answer
    }

    private func unanswered(_ path: WebhookPath) -> WebhookAnswer {
        self.engine.webhookUnanswered(call: path.id, leg: path.leg)
        return .unavailable
    }
}

/// How webhooks were answered since the start.
struct WebhookCounts: Equatable, Sendable {
    /// By HTTP status, of which there are a handful.
    private(set) var statuses: [Int: Int] = [:]

    mutating func answered(_ status: Int) {
        self.statuses[status, default: 0] += 1
    }
}

extension WebhookAnswer {
    static let noContent = Self(status: 204)
    static let badRequest = Self(status: 400)
    static let unauthorized = Self(status: 401)
    static let notFound = Self(status: 404)
    static let methodNotAllowed = Self(status: 405)
    static let unavailable = Self(status: 503)

    init(_ reply: WebhookReply) {
        switch reply {
        case .instructions(let ncco):
            self.init(status: 200, contentType: "application/json", body: ncco)
        case .noted:
            self = .noContent
        case .unknown:
            self = .notFound
        }
    }
}
