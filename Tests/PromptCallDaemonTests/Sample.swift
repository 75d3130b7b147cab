import PromptCallCore
import Testing

@testable import PromptCallDaemon

/// A call that has ended with everything a call can have, and parts of it.
enum Sample {
    static let id = CallID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001)
    static let start = Timestamp(milliseconds: 1_772_442_845_001)

    static func record(
        callback: CallbackTerms? = CallbackTerms(url: "https://a.example/", method: .postJSON),
        _ change: (inout CallRecord) -> Void = { _ in }
    ) throws -> CallRecord {
        var terms = CallTerms(
            to: try #require(PhoneNumber("447700900123")),
            from: try #require(PhoneNumber("14155550101")),
            prompt: .digits(min: 1, max: 4),
            speech: SpeechLengths(text: .seconds(2)),
            callback: callback,
            credentials: .profile("default"),
            requestID: "r-1",
            notBefore: self.start + .seconds(1),
            expiresAt: self.start + .seconds(600)
        )
        terms.labels = [
            CallLabel(name: "a.b", value: "x & \"y\"\n"), CallLabel(name: "z", value: "é"),
        ]
        var record = CallRecord(
            id: self.id,
            caller: "alice",
            terms: terms,
            expected: [],
            submittedAt: self.start
        )
        record.collected = DTMFDigits("12*#")
        record.progress = self.progress()
        change(&record)
        return record
    }

    private static func progress() -> CallProgress {
        var progress = CallProgress(submittedAt: self.start)
        progress.stage = .ended
        progress.reason = .digitsCollected
        progress.detail = "All \\ well"
        progress.attempts = 2
        progress.redials = 1
        progress.verifiedAt = self.start + .milliseconds(25_999)
        progress.endedAt = self.start + .milliseconds(30_122)
        progress.legs = [self.leg(1), self.leg(2)]
        progress.callback = CallbackProgress()
        return progress
    }

    private static func leg(_ number: Int) -> CallLeg {
        let placed = self.start + .seconds(10 * Int64(number))
        var leg = CallLeg(number: number, placingAt: placed)
        leg.placement = .placed
        leg.uuid = "leg-\(number)"
        leg.conversationUUID = "CON-\(number)"
        leg.placedAt = placed
        leg.ringingAt = placed + .seconds(1)
        leg.answeredAt = number == 2 ? placed + .milliseconds(4_500) : nil
        leg.endedAt = placed + .seconds(9)
        leg.duration = .seconds(number)
        leg.price = Amount("0.01\(number)")
        leg.rate = Amount("0.02")
        leg.network = "GB-FIXED"
        leg.reason = number == 1 ? .busy : nil
        return leg
    }
}
