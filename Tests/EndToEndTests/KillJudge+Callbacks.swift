import Foundation
import PromptCallAPI

// Every result is delivered, each time the same.
extension KillJudge {
    mutating func judgeCallbacks() {
        var received: [String: [ReceivedCallback]] = [:]
        for callback in self.evidence.callbacks {
            received[callback.values["tid"] ?? "", default: []].append(callback)
        }
        for tid in received.keys where self.orders[tid]?.callbackMethod == nil {
            self.expect(false, "a result of \(tid), which wants none, was delivered")
        }
        for (tid, order) in self.orders where order.callbackMethod != nil {
            guard let call = self.evidence.calls[tid] else { continue }
            let mine = received[tid] ?? []
            self.expect(!mine.isEmpty, "\(tid): no result came")
            self.expect(call.callback.state == .delivered, "\(tid): \(call.callback.state)")
            let names = Set(mine.map { $0.headers["webhook-id"] ?? "" })
            self.expect(names.count == 1 && names != [""], "\(tid): webhook-id \(names)")
            self.expect(
                mine.count >= Int(call.callback.attempts),
                "\(tid): \(call.callback.attempts) attempts, \(mine.count) came"
            )
            for callback in mine { self.compare(callback.values, with: call) }
        }
    }

    private mutating func compare(_ values: [String: String], with call: Promptcall_V1_Call) {
        var stored: [String: String?] = [
            "to": call.to, "tid": call.tid, "status": "\(call.status)",
            "reason": Self.snakeCase("\(call.reason)"), "attempts": "\(call.attempts)",
            "redials": "0", "request_id": call.requestID, "label.order": call.labels["order"],
            "detail": call.detail,
        ]
        // These may have come after the result was sent.
        if values["price"] != nil { stored["price"] = call.price }
        if values["call_uuid"] != nil { stored["call_uuid"] = call.legs.last?.uuid }
        for (name, value) in stored {
            let wanted = value.flatMap { $0.isEmpty ? nil : $0 }
            self.expect(
                values[name] == wanted,
                "\(call.tid): \(name) was told as \(values[name] ?? "nothing")"
            )
        }
    }

    /// A name of the generated code as the contract has it.
    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { text, letter in
            text += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
        }
    }
}

extension ReceivedCallback {
    /// The fields, whatever the form.
    fileprivate var values: [String: String] {
        guard self.headers["content-type"]?.hasPrefix("application/json") == true else {
            return self.fields
        }
        let json = try? JSONSerialization.jsonObject(with: Data(self.body.utf8))
        return (json as? [String: Any])?.mapValues { "\($0)" } ?? [:]
    }
}
