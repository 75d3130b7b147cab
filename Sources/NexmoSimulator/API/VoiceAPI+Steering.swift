import HTTPTypes
import Hummingbird

/// Reading calls and steering live ones (reference, section 2).
extension VoiceAPI {
    func list(_ request: Request, isStale: Bool, isHere: Bool) -> APIAnswer {
        let parameters = request.uri.queryParameters.map { parameter in
            (name: String(parameter.key), value: String(parameter.value))
        }
        do {
            // Each region knows its own calls only.
            let legs = isHere ? self.switchboard.legs : []
            let known = isStale ? legs.compactMap(\.earlierFacts) : legs.map(\.facts)
            return APIAnswer(200, try ListQuery(parameters).page(of: known))
        } catch {
            return APIAnswer(400, ErrorBody.violation(error))
        }
    }

    func detail(of uuid: String, isStale: Bool, traceID: String) -> APIAnswer {
        guard let leg = self.switchboard.leg(uuid) else { return self.refusal(404, traceID) }
        let known = isStale ? leg.earlierFacts ?? leg.facts : leg.facts
        var answer = APIAnswer(200, known.detail)
        answer.uuid = uuid
        return answer
    }

    func control(_ uuid: String, _ request: Request, traceID: String) async -> APIAnswer {
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
            answer.asked = body
        }
        answer.uuid = uuid
        return answer
    }

    /// A leg cannot be hung up for so long after it was placed (reference, section 2.3).
    static let hangupRefusedFor: Duration = .seconds(1)

    /// Judges a request about the middle of a call.
    func steer(
        _ uuid: String,
        _ kind: InCallRequest,
        _ request: Request,
        traceID: String
    ) async -> APIAnswer {
        guard let leg = self.switchboard.leg(uuid), !leg.hasEnded else {
            return self.refusal(404, traceID)
        }
        let isStopped = request.method == .delete
        var asked: JSON?
        if isStopped {
            guard kind.isStoppable else { return self.refusal(404, traceID) }
        } else {
            switch await self.body(of: request, traceID: traceID) {
            case .failure(let refused): return refused.answer
            case .success(let body):
                asked = body
                do {
                    try kind.check(body)
                } catch {
                    var answer = APIAnswer(400, ErrorBody.violation(error))
                    answer.asked = body
                    return answer
                }
            }
        }
        // Nobody listens yet.
        guard leg.facts.answeredAt != nil else { return self.refusal(400, traceID) }
        let message = JSON.string(kind.message(isStopped: isStopped))
        var answer = APIAnswer(200, ["message": message, "uuid": .string(uuid)])
        answer.asked = asked
        answer.uuid = uuid
        return answer
    }

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
}
