import NexmoSimulator
import PromptCallAPI

// Nobody is rung twice, and each leg is its call's.
extension KillJudge {
    /// Whose leg a phone rang for.
    private struct Ring: Hashable {
        var tid: String
        var leg: Int

        /// Reads `…/v1/event/{tid}/{key}?leg=N`.
        init?(_ placement: Placement) {
            guard let url = placement.eventURL else { return nil }
            let parts = url.split(separator: "/")
            guard let index = parts.firstIndex(of: "event"), parts.count == index + 3,
                let leg = parts[index + 2].split(separator: "=").last.flatMap({ Int($0) })
            else { return nil }
            self.tid = String(parts[index + 1])
            self.leg = leg
        }
    }

    mutating func judgeRings() {
        var rings: [Ring: Placement] = [:]
        var legs: [String: Int] = [:]
        for placement in self.evidence.placements {
            guard let ring = Ring(placement) else {
                self.expect(false, "a phone rang for nobody")
                continue
            }
            self.expect(rings[ring] == nil, "\(ring.tid) rang twice for leg \(ring.leg)")
            rings[ring] = placement
            legs[ring.tid, default: 0] += 1
        }
        for (tid, count) in legs {
            guard let order = self.orders[tid] else {
                self.expect(false, "\(tid) rang and was never answered to anybody")
                continue
            }
            self.expect(order.ringsAgain || count == 1, "\(tid) rang \(count) times")
        }
        for (tid, call) in self.evidence.calls {
            for leg in call.legs where !leg.uuid.isEmpty {
                let ring = rings.first { $0.value.uuid == leg.uuid }?.key
                let isOwn = ring?.tid == tid && ring?.leg == Int(leg.number)
                self.expect(isOwn, "\(tid) took leg \(leg.number) from another call")
            }
            let isPlaced = call.legs.contains { !$0.uuid.isEmpty }
            self.expect(call.status != .ok || isPlaced, "\(tid) is OK and never rang")
        }
    }

    /// Nexmo was answered as it should be, or not at all.
    mutating func judgeWebhooks() {
        for webhook in self.evidence.webhooks {
            switch webhook.result {
            case .status(200), .status(204), .status(503), .noAnswer, .lost: break
            case .status(let status):
                self.expect(false, "a webhook \(webhook.kind) was answered \(status)")
            }
        }
        // What a kill makes of a webhook that waits for an NCCO.
        let cutOff = [
            "was not answered.", "was not delivered.", "was answered 503.",
            "A doubled webhook got another answer.",
        ]
        for objection in self.evidence.objections {
            let isCutOff = cutOff.contains { objection.hasSuffix($0) }
            self.expect(isCutOff, "Nexmo objects: \(objection)")
        }
    }

    /// Phones that rang for a call that was given up.
    var strayLegs: Int {
        let givenUp: [Promptcall_V1_Reason] = [.nexmoUnavailable, .lost, .credentialsLost]
        return self.evidence.placements.count { placement in
            Ring(placement).flatMap { self.evidence.calls[$0.tid] }
                .map { givenUp.contains($0.reason) } ?? true
        }
    }

    /// Phones that rang without that anything was ever learned of them.
    var unknownLegs: Int {
        let known = Set(self.evidence.calls.values.flatMap { $0.legs.map(\.uuid) })
        return self.evidence.placements.count { !known.contains($0.uuid) }
    }
}
