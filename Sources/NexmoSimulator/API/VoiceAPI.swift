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

    func respond(to request: Request, context: APIContext) async throws -> Response {
        let at = self.switchboard.wallClock.now
        let start = self.switchboard.time.unscaled
        let traceID = self.switchboard.random.traceID()
        let answer = await self.answer(to: request, at: at, traceID: traceID)
        if let lateness = self.switchboard.dice.lateness() { await self.wait(lateness) }
        self.log(answer, to: request, at: at, took: self.switchboard.time.unscaled - start)
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
        switch (request.method, path.count) {
        case (.post, 3): return await self.create(request, traceID: traceID)
        case (.get, 3), (.get, 4):
            let fault = self.switchboard.dice.reading()
            if fault == .missing { return self.refusal(404, traceID) }
            let isStale = fault == .stale
            return path.count == 3
                ? self.list(request, isStale: isStale)
                : self.detail(of: String(path[3]), isStale: isStale, traceID: traceID)
        case (.put, 4): return await self.control(String(path[3]), request, traceID: traceID)
        default: return self.refusal(404, traceID)
        }
    }

    // MARK: Placing

    private func create(_ request: Request, traceID: String) async -> APIAnswer {
        guard self.switchboard.admitsCall() else { return self.refusal(429, traceID) }
        switch await self.body(of: request, traceID: traceID) {
        case .failure(let refused): return refused.answer
        case .success(let body):
            self.switchboard.recorder?.write(.create, body)
            do {
                return await self.place(try CallRequest(body: body), traceID: traceID)
            } catch {
                return APIAnswer(400, ErrorBody.violation(error))
            }
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

    // MARK: Reading and steering

    private func list(_ request: Request, isStale: Bool) -> APIAnswer {
        let parameters = request.uri.queryParameters.map { parameter in
            (name: String(parameter.key), value: String(parameter.value))
        }
        do {
            let legs = self.switchboard.legs
            let known = isStale ? legs.compactMap(\.earlierFacts) : legs.map(\.facts)
            return APIAnswer(200, try ListQuery(parameters).page(of: known))
        } catch {
            return APIAnswer(400, ErrorBody.violation(error))
        }
    }

    private func detail(of uuid: String, isStale: Bool, traceID: String) -> APIAnswer {
        guard let leg = self.switchboard.leg(uuid) else { return self.refusal(404, traceID) }
        let known = isStale ? leg.earlierFacts ?? leg.facts : leg.facts
        var answer = APIAnswer(200, known.detail)
        answer.uuid = uuid
        return answer
    }

    private func control(_ uuid: String, _ request: Request, traceID: String) async -> APIAnswer {
        guard let leg = self.switchboard.leg(uuid), !leg.hasEnded else {
            return self.refusal(404, traceID)
        }
        var answer: APIAnswer
        switch await self.body(of: request, traceID: traceID) {
        case .failure(let refused): answer = refused.answer
        case .success(let body):
            self.switchboard.recorder?.write(.control, body)
            do {
                let control = try ControlRequest(body: body)
                answer = self.carryOut(control, on: leg, traceID: traceID)
            } catch {
                answer = APIAnswer(400, ErrorBody.violation(error))
            }
        }
        answer.uuid = uuid
        return answer
    }

    /// A leg cannot be hung up for so long after it was placed (reference, section 2.3).
    static let hangupRefusedFor: Duration = .seconds(1)

    private func carryOut(
        _ control: ControlRequest,
        on leg: Leg,
        traceID: String
    ) -> APIAnswer {
        let refusal: Leg.Refusal?
        switch control {
        case .hearing: refusal = nil
        case .hangUp:
            let age = self.switchboard.time.now - leg.placedAt
            refusal = age < Self.hangupRefusedFor ? .inapplicable : leg.take(.hangUp)
        case .transfer(let beginning):
            let conversationUUID = "CON-" + self.switchboard.random.uuid()
            refusal = leg.take(.transfer(beginning, conversationUUID: conversationUUID))
        }
        switch refusal {
        case nil: return APIAnswer(204)
        case .ended: return self.refusal(404, traceID)
        case .inapplicable: return self.refusal(400, traceID)
        }
    }

    // MARK: HTTP

    private struct Refused: Error {
        var answer: APIAnswer
    }

    private func refusal(_ status: Int, _ traceID: String) -> APIAnswer {
        APIAnswer(status, ErrorBody.status(status, instance: traceID))
    }

    private func body(
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
