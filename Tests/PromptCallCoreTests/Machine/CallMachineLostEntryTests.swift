import PromptCallCore
import Testing

/// Where the webhook of an entry was lost, Nexmo goes on in the same NCCO and asks the turn again.
@Suite("CallMachine: lost entries")
struct CallMachineLostEntryTests {
    private func entry(_ digits: DTMFDigits) -> LegEvent.Entry {
        LegEvent.Entry(turn: 1, digits: digits, timedOut: digits.isEmpty, isRepeat: true)
    }

    @Test("Silence behind a lost entry uses up no try, and the text is played again")
    func silence() {
        var call = CallDriver.answered(Samples.terms { $0.attemptsMax = 1 })
        call.sleep(.seconds(20))
        let answer = call.feed { $0.entered(self.entry(Samples.none), leg: 1, at: $1) }
        #expect(answer == .directive(.ask(.text, turn: 2, plays: 1, bargeIn: true)))
        #expect(call.record.decided == nil)
        #expect(call.record.dialogue.rounds == 0)
        call.sleep(.seconds(20))
        call.silence(turn: 2)
        #expect(call.record.decided == .noInput)
    }

    @Test("The right digits behind a lost entry are right")
    func right() {
        var call = CallDriver.answered()
        _ = call.feed { $0.entered(self.entry(Samples.right), leg: 1, at: $1) }
        #expect(call.record.decided == .pinMatched)
    }

    @Test("Wrong digits behind a lost entry are one try")
    func wrong() {
        var call = CallDriver.answered()
        _ = call.feed { $0.entered(self.entry(Samples.wrong), leg: 1, at: $1) }
        #expect(call.record.progress.attempts == 1)
        #expect(call.record.dialogue.rounds == 1)
    }
}
