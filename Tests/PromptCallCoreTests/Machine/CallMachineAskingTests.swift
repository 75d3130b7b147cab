import PromptCallCore
import Testing

@Suite("CallMachine: asking")
struct CallMachineAskingTests {
    private func ask(
        _ spoken: Spoken?,
        turn: Int,
        plays: Int = 1,
        bargeIn: Bool = true
    ) -> LegAnswer {
        .directive(.ask(spoken, turn: turn, plays: plays, bargeIn: bargeIn))
    }

    @Test("The opening asks the first turn, or announces")
    func opening() {
        let asking = CallMachine(CallDriver(Samples.terms { $0.plays = 3 }).record)
        #expect(asking.opening == .ask(.text, turn: 1, plays: 3, bargeIn: true))
        let announcing = CallMachine(CallDriver(Samples.terms(.announcement)).record)
        #expect(announcing.opening == .announce)
    }

    @Test("A leg that asks what to do is told the turn that is open")
    func openedAgain() {
        var call = CallDriver.answered()
        #expect(call.opened() == self.ask(.text, turn: 1))
        call.enter(Samples.wrong, turn: 1)
        #expect(call.opened() == self.ask(.failedText, turn: 2))
        #expect(call.kinds == [.queued, .placed, .answered, .digits])
    }

    @Test("A repeated entry gets the answer given then, and counts once")
    func repeated() {
        var call = CallDriver.answered()
        let first = call.enter(Samples.wrong, turn: 1)
        let second = call.enter(Samples.wrong, turn: 2)
        #expect(call.enter(Samples.wrong, turn: 1) == first)
        #expect(call.enter(Samples.right, turn: 1) == first)
        #expect(call.enter(Samples.wrong, turn: 2) == second)
        #expect(call.record.progress.attempts == 2)
        let right = call.enter(Samples.right, turn: 3)
        #expect(call.enter(Samples.right, turn: 3) == right)
        #expect(call.enter(Samples.wrong, turn: 1) == first)
        #expect(call.record.decided == .pinMatched)
    }

    @Test("A turn that was never asked is unknown", arguments: [Int.min, -1, 0, 2, Int.max])
    func neverAsked(turn: Int) {
        var call = CallDriver.answered()
        let before = call.record
        #expect(call.enter(Samples.right, turn: turn) == .unknown)
        #expect(call.record == before)
    }

    @Test("An announcement asks nothing")
    func announcementAsksNothing() {
        var call = CallDriver.answered(Samples.terms(.announcement))
        #expect(call.enter(Samples.right, turn: 1) == .unknown)
    }

    @Test("A call that asks does not end by its words being played")
    func playedWhileAsking() {
        var call = CallDriver.placed()
        call.played()
        #expect(call.record.stage == .answered)
        #expect(call.record.decided == nil)
    }

    @Test(
        "A final # is no part of an entry",
        arguments: [("1234#", true), ("1234", true), ("1234##", false), ("#1234", false)]
    )
    func hashEnds(keys: String, isRight: Bool) {
        var call = CallDriver.answered()
        call.enter(Samples.digits(keys), turn: 1)
        #expect((call.record.stage == .verified) == isRight)
    }

    @Test("# is a digit where it was asked to be", arguments: [("12#", true), ("12", false)])
    func hashIsDigit(keys: String, isRight: Bool) {
        var call = CallDriver.answered(
            Samples.terms { $0.hashIsDigit = true },
            expected: [Samples.digits("12#")]
        )
        call.enter(Samples.digits(keys), turn: 1)
        #expect((call.record.stage == .verified) == isRight)
    }

    @Test("A lone # is an entry where it is a digit")
    func loneHashIsDigit() {
        var call = CallDriver.answered(Samples.terms { $0.hashIsDigit = true })
        #expect(call.enter(Samples.hash, turn: 1) == self.ask(.failedText, turn: 2))
        #expect(call.record.progress.attempts == 1)
    }

    @Test("Digits are digits although the time ran out")
    func timedOutDigits() {
        var call = CallDriver.answered()
        call.enter(Samples.right, turn: 1, timedOut: true)
        #expect(call.record.stage == .verified)
    }

    @Test(
        "A stray # is no attempt and is asked again without words",
        arguments: [("", false), ("#", false), ("#", true)]
    )
    func strayHash(keys: String, timedOut: Bool) {
        var call = CallDriver.answered()
        let answer = call.enter(Samples.digits(keys), turn: 1, timedOut: timedOut)
        #expect(answer == self.ask(nil, turn: 2))
        #expect(call.record.progress.attempts == 0)
        #expect(call.record.dialogue.rounds == 0)
        #expect(call.record.dialogue.entries.map(\.verdict) == [.uncounted])
        #expect(!call.kinds.contains(.digits))
        call.enter(Samples.right, turn: 2)
        #expect(call.record.stage == .verified)
    }

    @Test("A round excuses two entries, the third uses it up, and the next excuses two again")
    func graces() {
        var call = CallDriver.answered(Samples.terms { $0.attemptsMax = 2 })
        #expect(call.enter(Samples.none, turn: 1) == self.ask(nil, turn: 2))
        #expect(call.enter(Samples.none, turn: 2) == self.ask(nil, turn: 3))
        #expect(call.enter(Samples.none, turn: 3) == self.ask(.text, turn: 4))
        #expect(call.enter(Samples.none, turn: 4) == self.ask(nil, turn: 5))
        #expect(call.enter(Samples.none, turn: 5) == self.ask(nil, turn: 6))
        #expect(call.enter(Samples.none, turn: 6) == .directive(.silence))
        #expect(call.record.decided == .noInput)
        #expect(
            call.record.dialogue.entries.map(\.verdict)
                == [.uncounted, .uncounted, .silent, .uncounted, .uncounted, .silent]
        )
    }

    @Test("Silence before the words can have been over is not counted, and they are played whole")
    func earlySilence() {
        // Two fifths of the text's 10 s, and the 5 s to answer.
        for (wait, isEarly) in [(8999, true), (9000, false)] as [(Int64, Bool)] {
            var call = CallDriver.answered()
            call.pass(.milliseconds(wait))
            let answer = call.silence(turn: 1)
            #expect(answer == self.ask(.text, turn: 2, bargeIn: !isEarly))
            #expect(call.record.dialogue.rounds == (isEarly ? 0 : 1))
        }
    }

    @Test("After words that could not be cut short, silence is silence")
    func silenceBehindWholeWords() {
        var call = CallDriver.answered()
        call.silence(turn: 1)
        call.pass(.seconds(1))
        #expect(call.silence(turn: 2) == self.ask(.text, turn: 3))
        #expect(call.record.dialogue.rounds == 1)
    }

    @Test("Early silence after a wrong entry repeats what was said then")
    func earlySilenceAfterWrong() {
        var call = CallDriver.answered()
        call.enter(Samples.wrong, turn: 1)
        call.pass(.seconds(6))
        #expect(call.silence(turn: 2) == self.ask(.failedText, turn: 3, bargeIn: false))
    }

    @Test("After a question without words, silence is silence")
    func silenceBehindNoWords() {
        var call = CallDriver.answered()
        call.enter(Samples.hash, turn: 1)
        #expect(call.silence(turn: 2) == self.ask(.text, turn: 3))
        #expect(call.record.dialogue.rounds == 1)
    }

    @Test("Silence that came before word of the answer is not early")
    func silenceBeforeAnswered() {
        var call = CallDriver.placed()
        #expect(call.silence(turn: 1) == self.ask(.text, turn: 2))
        #expect(call.record.dialogue.rounds == 1)
    }

    @Test("Silence plays the text as often as asked before it uses up a try")
    func plays() {
        var call = CallDriver.answered(
            Samples.terms {
                $0.plays = 3
                $0.attemptsMax = 2
            }
        )
        var answers: [LegAnswer] = []
        for turn in 1...6 {
            call.pass(.seconds(16))
            answers.append(call.silence(turn: turn))
        }
        #expect(
            answers == [
                self.ask(.text, turn: 2, plays: 2), self.ask(.text, turn: 3, plays: 1),
                self.ask(.text, turn: 4, plays: 3), self.ask(.text, turn: 5, plays: 2),
                self.ask(.text, turn: 6, plays: 1), .directive(.silence),
            ]
        )
        #expect(call.kinds == [.queued, .placed, .answered, .digits, .digits])
        #expect(
            call.record.dialogue.entries.map(\.verdict)
                == [.replayed, .replayed, .silent, .replayed, .replayed, .silent]
        )
    }

    @Test("A wrong entry begins a new round of plays")
    func playsAfterWrong() {
        var call = CallDriver.answered(Samples.terms { $0.plays = 2 })
        call.pass(.seconds(16))
        call.silence(turn: 1)
        #expect(call.enter(Samples.wrong, turn: 2) == self.ask(.failedText, turn: 3, plays: 2))
    }

    @Test("Without words for a wrong entry the text is repeated")
    func noFailedText() {
        var call = CallDriver.answered(Samples.terms { $0.speech.failedText = .zero })
        #expect(call.enter(Samples.wrong, turn: 1) == self.ask(.text, turn: 2))
    }

    @Test("Silence repeats the text, never the words for a wrong entry")
    func silenceRepeatsText() {
        var call = CallDriver.answered()
        call.enter(Samples.wrong, turn: 1)
        call.pass(.seconds(20))
        #expect(call.silence(turn: 2) == self.ask(.text, turn: 3))
        #expect(call.record.progress.attempts == 1)
        #expect(call.record.dialogue.rounds == 2)
    }

    @Test("A call with at least one key in it does not end for lack of input")
    func someKeys() {
        var call = CallDriver.answered(Samples.terms { $0.attemptsMax = 2 })
        call.enter(Samples.wrong, turn: 1)
        call.pass(.seconds(20))
        call.silence(turn: 2)
        #expect(call.record.decided == .attemptsExhausted)
    }

    @Test("Where there is no goodbye, a right PIN ends with silence and a hang-up")
    func noGoodbye() {
        var call = CallDriver.answered(Samples.terms { $0.speech.byeText = .zero })
        #expect(call.enter(Samples.right, turn: 1) == .directive(.silence))
        #expect(call.left(.hangUp) == .seconds(1))
        call.pass(.seconds(1))
        #expect(call.effects == [.hangUp(leg: 1)])
        #expect(call.record.stage == .verified)
    }

    @Test("The right PIN ends the call well, whatever comes later")
    func rightWhateverComes() {
        var call = CallDriver.answered()
        call.enter(Samples.right, turn: 1)
        call.cancel()
        call.faulted()
        call.unanswered()
        call.report(.machine)
        call.report(Samples.report(.failed(.internalError), price: Samples.price))
        #expect(call.record.progress.reason == .pinMatched)
    }

    @Test("The right PIN of a suspected machine is a human's")
    func machine() {
        var call = CallDriver.placed()
        call.report(.machine)
        #expect(call.record.stage == .answered)
        call.enter(Samples.right, turn: 1)
        #expect(call.record.stage == .verified)
    }

    @Test("Entries that are too short are wrong", arguments: [("7", false), ("77", true)])
    func shortEntries(keys: String, isRight: Bool) {
        var call = CallDriver.answered(Samples.terms(.digits(min: 2, max: 4)))
        call.enter(Samples.digits(keys), turn: 1)
        #expect((call.record.stage == .verified) == isRight)
        #expect((call.record.collected != nil) == isRight)
    }

    @Test(
        "Where some entries count, any other is wrong",
        arguments: [("1", true), ("2", true), ("3", false), ("12", false)]
    )
    func acceptedEntries(keys: String, isRight: Bool) {
        var call = CallDriver.answered(
            Samples.terms(.digits(min: 1, max: 2)),
            expected: [Samples.digits("1"), Samples.digits("2")]
        )
        call.enter(Samples.digits(keys), turn: 1)
        #expect((call.record.stage == .verified) == isRight)
        #expect(call.record.decided == (isRight ? .digitsCollected : nil))
    }

    @Test("An entry after our hang-up that is not right gets silence, and opens no turn")
    func afterHangUp() {
        var call = CallDriver.answered(Samples.terms { $0.maxDuration = .seconds(10) })
        call.pass(.seconds(10))
        #expect(call.effects == [.hangUp(leg: 1)])
        #expect(call.enter(Samples.wrong, turn: 1) == .directive(.silence))
        #expect(call.record.dialogue.turn == 1)
        #expect(call.enter(Samples.wrong, turn: 1) == .directive(.silence))
        #expect(call.record.progress.attempts == 1)
        call.report(Samples.report(.completed, by: .platform, price: Samples.price))
        call.pass(CallWindows.hold)
        #expect(call.record.progress.reason == .interrupted)
    }

    @Test("After the end every input gets silence, and nothing is judged")
    func afterTheEnd() {
        var call = CallDriver.answered()
        call.report(Samples.report(.completed, by: .user, price: Samples.price))
        call.pass(CallWindows.holdForEntry)
        #expect(call.record.progress.reason == .hungUp)
        #expect(call.enter(Samples.right, turn: 1) == .directive(.silence))
        #expect(call.opened() == .directive(.silence))
        #expect(call.record.progress.reason == .hungUp)
        #expect(call.record.progress.attempts == 0)
    }

    @Test("A leg that asks once more what to do does not cut the last words")
    func openedDuringLastWords() {
        var verified = CallDriver.answered()
        verified.enter(Samples.right, turn: 1)
        #expect(verified.opened() == .directive(.say(.byeText)))
        #expect(verified.effects.isEmpty)
        var announced = CallDriver.answered(Samples.terms(.announcement) { $0.plays = 2 })
        announced.played()
        #expect(announced.opened() == .directive(.announce))
        var failed = CallDriver.answered(Samples.terms { $0.attemptsMax = 1 })
        failed.enter(Samples.wrong, turn: 1)
        #expect(failed.opened() == .directive(.silence))
    }

    @Test("A cancelled call whose leg asks what to do is hung up")
    func openedAfterCancel() {
        var call = CallDriver()
        call.turnCame()
        call.report(Samples.report(.started, uuid: nil))
        call.cancel()
        #expect(call.effects.isEmpty)
        #expect(call.opened() == .directive(.silence))
        #expect(call.effects == [.hangUp(leg: 1)])
    }

    @Test("A leg that asks what to do in a hold gets the time of an open entry")
    func openedInHold() {
        var call = CallDriver.placed()
        call.report(.completed)
        call.pass(.seconds(1))
        call.opened()
        #expect(call.left(.hold) == .seconds(2))
        call.pass(.milliseconds(1900))
        call.enter(Samples.right, turn: 1)
        #expect(call.record.progress.reason == .pinMatched)
    }

    @Test(
        "A PIN that differs in one digit is wrong",
        arguments: ["0234", "1034", "1204", "1230", "5234", "1235", "1334", "4321"]
    )
    func nearMiss(keys: String) {
        var call = CallDriver.answered()
        call.enter(Samples.digits(keys), turn: 1)
        #expect(call.record.stage == .answered)
    }
}
