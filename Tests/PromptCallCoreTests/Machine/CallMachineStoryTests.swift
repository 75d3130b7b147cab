import PromptCallCore
import Testing

@Suite("CallMachine: stories")
struct CallMachineStoryTests {
    @Test("A call is placed, rings, is answered, gets its PIN and says goodbye")
    func rightPIN() {
        var call = CallDriver()
        #expect(call.kinds == [.queued])
        #expect(call.record.readyAt == Samples.start)

        call.turnCame()
        #expect(call.record.stage == .placing)
        #expect(call.effects == [.place(leg: 1)])

        call.accepted()
        #expect(call.record.stage == .started)
        call.report(.started)
        call.report(.ringing)
        #expect(call.record.stage == .ringing)
        call.pass(.seconds(5))
        call.report(.answered)
        #expect(call.record.stage == .answered)
        let asked = Directive.ask(.text, turn: 1, plays: 1, bargeIn: true)
        #expect(call.opened() == .directive(asked))

        call.pass(.seconds(12))
        #expect(call.enter(Samples.right, turn: 1) == .directive(.say(.byeText)))
        #expect(call.record.stage == .verified)
        #expect(call.record.progress.status == nil)

        call.pass(.seconds(3))
        call.report(
            Samples.report(.completed, by: .platform, duration: .seconds(15), price: Samples.price)
        )
        #expect(call.record.stage == .ended)
        #expect(call.record.progress.reason == .pinMatched)
        #expect(call.record.progress.status == .ok)
        #expect(call.record.progress.attempts == 1)
        #expect(call.record.progress.price == Samples.price)
        #expect(call.record.expected.isEmpty)
        #expect(call.record.timers.next == nil)
        #expect(
            call.kinds == [.queued, .placed, .ringing, .answered, .digits, .verified, .ended]
        )
        #expect(call.events.map(\.number) == [1, 2, 3, 4, 5, 6, 7])
        #expect(call.performed.map(\.effect) == [.place(leg: 1)])
    }

    @Test("Three wrong entries end the call as failed")
    func wrongPINs() {
        var call = CallDriver.answered()
        for turn in 1...2 {
            call.pass(.seconds(6))
            let next = Directive.ask(.failedText, turn: turn + 1, plays: 1, bargeIn: true)
            #expect(call.enter(Samples.wrong, turn: turn) == .directive(next))
        }
        #expect(call.enter(Samples.wrong, turn: 3) == .directive(.silence))
        #expect(call.record.stage == .answered)
        call.pass(.seconds(1))
        #expect(call.effects == [.hangUp(leg: 1)])
        call.report(Samples.report(.completed, by: .platform, price: Samples.price))
        #expect(call.record.progress.reason == .attemptsExhausted)
        #expect(call.record.progress.attempts == 3)
        #expect(call.kinds == [.queued, .placed, .answered, .digits, .digits, .digits, .ended])
    }

    @Test("A callee who stays silent ends the call without input")
    func silence() {
        var call = CallDriver.answered()
        for turn in 1...2 {
            call.pass(.seconds(16))
            let next = Directive.ask(.text, turn: turn + 1, plays: 1, bargeIn: true)
            #expect(call.silence(turn: turn) == .directive(next))
        }
        call.pass(.seconds(16))
        #expect(call.silence(turn: 3) == .directive(.silence))
        call.report(Samples.report(.completed, by: .platform, price: Samples.price))
        #expect(call.record.progress.reason == .noInput)
        #expect(call.record.progress.attempts == 0)
    }

    @Test("An announcement is over when its text was played")
    func announcement() {
        var call = CallDriver(Samples.terms(.announcement))
        call.turnCame()
        call.accepted()
        #expect(call.opened() == .directive(.announce))
        call.pass(.seconds(10))
        call.played()
        #expect(call.record.decided == .announced)
        #expect(call.record.stage == .answered)
        call.report(Samples.report(.completed, by: .platform, price: Samples.price))
        #expect(call.record.progress.reason == .announced)
        #expect(call.kinds == [.queued, .placed, .answered, .ended])
    }

    @Test("Digits are collected and kept")
    func collected() {
        var call = CallDriver.answered(Samples.terms(.digits(min: 2, max: 6)))
        call.pass(.seconds(6))
        #expect(call.enter(Samples.digits("4711#"), turn: 1) == .directive(.say(.byeText)))
        call.report(Samples.report(.completed, by: .platform, price: Samples.price))
        #expect(call.record.progress.reason == .digitsCollected)
        #expect(call.record.collected == Samples.digits("4711"))
    }

    @Test(
        "A leg that is not answered gives its reason",
        arguments: [
            (.busy, .busy), (.cancelled, .unanswered), (.unanswered, .unanswered),
            (.rejected(.declined), .rejected), (.rejected(.invalidNumber), .unreachable),
            (.rejected(.restricted), .refusedByNexmo), (.failed(.unreachable), .unreachable),
            (.failed(.internalError), .nexmoUnavailable), (.completed, .unanswered),
        ] as [(LegReport.Status, CallReason)]
    )
    func notAnswered(status: LegReport.Status, reason: CallReason) {
        var call = CallDriver.placed()
        call.report(.ringing)
        call.report(Samples.report(status, detail: "as Nexmo says"))
        #expect(call.record.stage == .ringing)
        call.pass(CallWindows.hold)
        #expect(call.record.progress.reason == reason)
        #expect(call.record.leg?.reason == reason)
        #expect(call.record.progress.status == .error)
        #expect(call.record.progress.detail == (status == .completed ? "" : "as Nexmo says"))
        #expect(call.kinds == [.queued, .placed, .ringing, .ended])
    }
}
