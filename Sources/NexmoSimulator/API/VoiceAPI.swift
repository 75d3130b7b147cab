import Cryptography
import HTTPTypes
import Hummingbird
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// `/v1/calls`, as Nexmo serves it.
struct VoiceAPI: HTTPResponder {
    /// Largest request body, in bytes.
    static let bodyBytesMax = 1 << 18

    let switchboard: Switchboard
    let tokens: TokenCheck
    let log: SimulatorLog?
    let requestLog: RequestLog?

    func respond(to request: Request, context: APIContext) async throws -> Response {
        let at = self.switchboard.wallClock.now
        let start = self.switchboard.time.unscaled
        let traceID = self.switchboard.random.traceID()
        let answer = await self.answer(to: request, at: at, traceID: traceID)
        if let lateness = self.switchboard.dice.lateness() { await self.wait(lateness) }
        self.log(answer, to: request, at: at, took: self.switchboard.time.unscaled - start)
        self.requestLog?.write(
            method: request.method.rawValue,
            path: request.uri.description,
            answer: answer,
            at: at
        )
        if answer.isReset { await self.reset(context.channel) }
        return self.response(answer, traceID: traceID)
    }

    private func answer(to request: Request, at now: WallTime, traceID: String) async -> APIAnswer {
        guard self.tokens.accepts(authorization: request.headers[.authorization], at: now) else {
            return self.refusal(401, traceID)
        }
        let path = request.uri.path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.count >= 3, path[1] == "v1", path[2] == "calls" else {
            return self.refusal(404, traceID)
        }
        guard request.method != .post else {
            return path.count == 3
                ? await self.create(request, traceID: traceID) : self.refusal(404, traceID)
        }
        guard self.switchboard.admitsRequest() else { return self.refusal(429, traceID) }
        let isHere = self.isHere(request.head.authority)
        switch (request.method, path.count) {
        case (.get, 3), (.get, 4):
            let fault = self.switchboard.dice.reading()
            if fault == .missing { return self.refusal(404, traceID) }
            let isStale = fault == .stale
            if path.count == 3 { return self.list(request, isStale: isStale, isHere: isHere) }
            guard isHere else { return self.refusal(404, traceID) }
            return self.detail(of: String(path[3]), isStale: isStale, traceID: traceID)
        case (.put, 4) where isHere:
            return await self.control(String(path[3]), request, traceID: traceID)
        case (.put, 5...6) where isHere, (.delete, 5...6) where isHere:
            guard let kind = InCallRequest(rawValue: path[4...].joined(separator: "/")) else {
                return self.refusal(404, traceID)
            }
            return await self.steer(String(path[3]), kind, request, traceID: traceID)
        default: return self.refusal(404, traceID)
        }
    }

    /// Whether a request by this name of the host finds the calls (reference, section 1.5).
    private func isHere(_ authority: String?) -> Bool {
        guard let host = self.switchboard.configuration.regionHost else { return true }
        return authority?.split(separator: ":").first.map(String.init) == host
    }

    // MARK: Placing

    private func create(_ request: Request, traceID: String) async -> APIAnswer {
        guard self.switchboard.admitsCall() else { return self.refusal(429, traceID) }
        switch await self.body(of: request, traceID: traceID) {
        case .failure(let refused): return refused.answer
        case .success(let body):
            self.switchboard.recorder?.write(.create, body)
            var answer: APIAnswer
            do {
                answer = await self.place(try CallRequest(body: body), traceID: traceID)
            } catch {
                answer = APIAnswer(400, ErrorBody.violation(error))
            }
            answer.asked = body
            return answer
        }
    }

    private func place(_ request: CallRequest, traceID: String) async -> APIAnswer {
        let (plan, fault) = self.switchboard.plan(for: request.to)
        var answer: APIAnswer
        switch fault {
        case .status(let status, let retryAfter):
            answer = self.refusal(status, traceID)
            answer.retryAfter = retryAfter
        case .reset:
            answer = self.refusal(500, traceID)
            answer.isReset = true
        case .lost(let delay):
            answer = self.placed(request, plan, traceID: traceID)
            await self.wait(delay)
            answer.isReset = true
        case .denied(let status):
            let placed = self.placed(request, plan, traceID: traceID)
            answer = self.refusal(status, traceID)
            answer.uuid = placed.uuid
        case .late(let delay):
            answer = self.placed(request, plan, traceID: traceID)
            await self.wait(delay)
        case nil:
            answer = self.placed(request, plan, traceID: traceID)
        }
        answer.numberEnd = String(request.to.suffix(2))
        answer.eventURL = request.events?.url
        return answer
    }

    private func placed(
        _ request: CallRequest,
        _ plan: CalleePlan,
        traceID: String
    ) -> APIAnswer {
        guard let facts = self.switchboard.place(request, plan: plan) else {
            return self.refusal(503, traceID)
        }
        var answer = APIAnswer(
            201,
            [
                "uuid": .string(facts.uuid), "status": "started", "direction": "outbound",
                "conversation_uuid": .string(facts.conversationUUID),
            ]
        )
        answer.uuid = facts.uuid
        return answer
    }

    private func wait(_ delay: Duration) async {
        do {
            try await self.switchboard.time.sleep(for: delay)
        } catch {
            // The simulator is stopping: answer now.
        }
    }

    // MARK: HTTP

    struct Refused: Error {
        var answer: APIAnswer
    }

    func refusal(_ status: Int, _ traceID: String) -> APIAnswer {
        APIAnswer(status, ErrorBody.status(status, instance: traceID))
    }

    func body(
        of request: Request,
        traceID: String
    ) async -> Result<JSON, Refused> {
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased()
        guard type == "application/json" else {
            return .failure(Refused(answer: self.refusal(415, traceID)))
        }
        do {
            var bytes = try await request.body.collect(upTo: Self.bodyBytesMax)
            return .success(try JSON.parse(bytes.readBytes(length: bytes.readableBytes) ?? []))
        } catch is NIOTooManyBytesError {
            return .failure(Refused(answer: self.refusal(413, traceID)))
        } catch {
            return .failure(Refused(answer: self.refusal(400, traceID)))
        }
    }

    private func response(_ answer: APIAnswer, traceID: String) -> Response {
        var response = Response(status: HTTPResponse.Status(code: answer.status))
        if let name = HTTPField.Name("x-nexmo-trace-id") { response.headers[name] = traceID }
        if let seconds = answer.retryAfter, let name = HTTPField.Name("retry-after") {
            response.headers[name] = String(seconds)
        }
        if let body = answer.body {
            response.headers[.contentType] = "application/json"
            response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: body.bytes))
        }
        return response
    }

    /// Breaks the connection so that its peer sees a reset, not an orderly end.
    private func reset(_ channel: any Channel) async {
        do {
            if let socket = channel as? any SocketOptionProvider {
                try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            }
            try await channel.close()
        } catch {
            // The peer was faster.
        }
    }

    private func log(
        _ answer: APIAnswer,
        to request: Request,
        at: WallTime,
        took: Duration
    ) {
        guard let log = self.log else { return }
        let call = answer.eventURL?.split(separator: "?", maxSplits: 1).first.map(String.init)
        log.write([
            "time": .string(at.text), "request": .string(request.method.rawValue),
            "status": answer.isReset ? "reset" : .integer(answer.status),
            "uuid": .text(answer.uuid), "number_end": .text(answer.numberEnd),
            "call": .text(call.map(Self.digest)), "leg": .text(answer.eventURL.map(Self.digest)),
            "ms": WebhookSender.milliseconds(took),
        ])
    }

    /// Tells URLs apart without telling them: the first 16 hex digits of the SHA-256.
    private static func digest(_ url: String) -> String {
        String(Hex.encode(SHA256.digest(Array(url.utf8))).prefix(16))
    }
}
