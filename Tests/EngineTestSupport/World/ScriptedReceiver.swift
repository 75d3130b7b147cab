package import PromptCallCore

/// Receivers of callbacks, who answer as they were told to.
package struct ScriptedReceiver: Sendable {
    /// What a URL answers, one delivery after the other; the last answer stays.
    package var answers: [String: [CallbackAnswer]] = [:]
    /// What all others answer.
    package var standard = CallbackAnswer(httpStatus: 200)
    /// Every delivery, in order.
    package private(set) var deliveries: [CallRecord] = []

    package init() {}

    /// The deliveries of a call.
    package func deliveries(of call: CallID) -> Int { self.deliveries.count { $0.id == call } }

    package mutating func deliver(_ record: CallRecord) -> CallbackAnswer {
        self.deliveries.append(record)
        guard let url = record.terms.callback?.url, var answers = self.answers[url],
            let answer = answers.first
        else { return self.standard }
        if answers.count > 1 {
            answers.removeFirst()
            self.answers[url] = answers
        }
        return answer
    }
}
