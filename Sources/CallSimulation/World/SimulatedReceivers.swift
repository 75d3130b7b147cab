internal import PromptCallCore

/// Receivers of callbacks, by host: well, failing now and then, down for a day, or gone.
struct SimulatedReceivers: Sendable {
    /// What each delivery of a call was answered, in order.
    private(set) var answers: [CallID: [CallbackAnswer]] = [:]
    private var downUntil: [String: Timestamp] = [:]
    private var random: SplitMix64
    private let faults: FaultMix

    private static let day = Duration.seconds(24 * 3600)

    init(faults: FaultMix, random: inout SplitMix64) {
        self.faults = faults
        self.random = random.split()
    }

    /// Takes a result, or does not.
    mutating func deliver(_ id: CallID, to url: String, at now: Timestamp) -> CallbackAnswer {
        let answer = self.answer(url, at: now)
        self.answers[id, default: []].append(answer)
        return answer
    }

    private mutating func answer(_ url: String, at now: Timestamp) -> CallbackAnswer {
        let isDown: Bool
        if let until = self.downUntil[url] {
            isDown = now < until
        } else {
            isDown = self.random.chance(self.faults[.failingReceivers])
            let time = self.random.one(of: [.seconds(60), .seconds(7200), Self.day, Self.day * 5])
            self.downUntil[url] = isDown ? now + time : now
        }
        if isDown { return CallbackAnswer(httpStatus: 0, error: "Connection refused.") }
        guard self.random.chance(self.faults[.failingReceivers] / 2) else {
            return CallbackAnswer(httpStatus: self.random.one(of: [200, 202, 204]))
        }
        return CallbackAnswer(
            httpStatus: self.random.one(of: [500, 503, 404, 302, 410]),
            retryAfter: self.random.chance(0.3) ? .seconds(self.random.number(1...100_000)) : nil
        )
    }
}
