import PromptCallCore
import Testing

@Suite("CallMachine: watchdogs")
struct CallMachineWatchdogTests {
    private let alive = FetchAnswer.report(Samples.report(.answered, source: .fetch))

    @Test("A placed call is asked about 30 s, its ring window and 15 s later")
    func placedWindow() {
        var call = CallDriver.placed(Samples.terms { $0.ringTimeout = .seconds(20) })
        #expect(call.left(.watch) == .seconds(65))
        #expect(call.left(.lost) == .seconds(65 + 300 + 60))
        call.report(.ringing)
        call.pass(.milliseconds(64_999))
        #expect(!call.performed.contains { $0.effect == .fetch(leg: 1) })
        call.pass(.milliseconds(1))
        #expect(call.effects == [.fetch(leg: 1)])
    }

    @Test("Questions follow each other at a quarter of the leg's age, 5 s to 60 s")
    func polls() {
        var call = CallDriver.placed(
            Samples.terms {
                $0.ringTimeout = .seconds(1)
                $0.maxDuration = .seconds(600)
            }
        )
        call.fetchAnswer = .notFound
        call.pass(.seconds(600))
        let asked = call.performed.filter { $0.effect == .fetch(leg: 1) }.map(\.at)
        #expect(asked.prefix(2) == [.seconds(46), .milliseconds(57_500)])
        let gaps = zip(asked, asked.dropFirst()).map { $1 - $0 }
        #expect(gaps.allSatisfy { $0 <= .seconds(60) })
        #expect(gaps == gaps.sorted())
        #expect(CallWindows.poll(since: Samples.start, at: Samples.start) == .seconds(5))
    }

    @Test("Each question to the callee gets its words, the time to answer and 15 s")
    func promptingWindow() {
        var call = CallDriver.answered()
        #expect(call.left(.watch) == .seconds(10 + 5 + 15))
        call.enter(Samples.wrong, turn: 1)
        #expect(call.left(.watch) == .seconds(3 + 5 + 15))
        call.enter(Samples.hash, turn: 2)
        #expect(call.left(.watch) == .seconds(5 + 15))
    }

    @Test("An announcement gets its words as often as they are played, and 15 s")
    func announcementWindow() {
        let call = CallDriver.answered(Samples.terms(.announcement) { $0.plays = 3 })
        #expect(call.left(.watch) == .seconds(30 + 15))
    }

    @Test("Last words get their length and 10 s, then the leg is hung up")
    func lastWordsWindow() {
        var call = CallDriver.answered()
        call.enter(Samples.right, turn: 1)
        #expect(call.left(.watch) == .seconds(2 + 10))
        call.pass(.seconds(12))
        #expect(call.effects == [.hangUp(leg: 1), .fetch(leg: 1)])
    }

    @Test("A callee who listens for too long is hung up, and the call was interrupted")
    func maxDuration() {
        var call = CallDriver.answered(Samples.terms { $0.maxDuration = .seconds(20) })
        #expect(call.left(.length) == .seconds(20))
        call.pass(.seconds(20))
        #expect(call.effects == [.hangUp(leg: 1)])
        call.report(Samples.report(.completed, by: .platform, price: Samples.price))
        call.pass(.seconds(3))
        #expect(call.record.progress.reason == .interrupted)
    }

    @Test("A leg without a name is looked for in Nexmo's list")
    func nameless() {
        var call = CallDriver()
        call.turnCame()
        call.report(Samples.report(.started, uuid: nil))
        call.searchAnswer = .legs([Samples.report(.ringing, source: .fetch)])
        call.pass(.seconds(105))
        #expect(call.performed.last?.effect == .search(leg: 1))
        #expect(call.record.leg?.uuid == Samples.uuid)
        #expect(call.record.stage == .ringing)
    }

    @Test("What GET says is judged like a webhook")
    func fetched() {
        var call = CallDriver.placed()
        call.fetched(.report(Samples.report(.answered, source: .fetch)))
        #expect(call.record.stage == .answered)
        #expect(call.record.leg?.webhookSeen == false)
        call.fetched(.failed)
        call.fetched(.report(Samples.report(.completed, price: Samples.price, source: .fetch)))
        call.pass(.seconds(3))
        #expect(call.record.progress.reason == .interrupted)
    }

    @Test("With every webhook lost and GET saying nothing, a call is lost 60 s past its windows")
    func lost() {
        var call = CallDriver.placed()
        call.fetchAnswer = .notFound
        call.hangUpAnswer = .failed
        call.pass(.milliseconds(464_999))
        #expect(call.record.stage == .started)
        call.pass(.milliseconds(1))
        #expect(call.record.progress.reason == .lost)
        #expect(call.record.progress.status == .error)
    }

    @Test("A call that GET shows alive is never ended by the clock")
    func neverEndsAlive() {
        var call = CallDriver.answered()
        call.fetchAnswer = self.alive
        call.hangUpAnswer = .accepted
        call.pass(.seconds(7200))
        #expect(call.record.stage == .answered)
        call.fetchAnswer = .notFound
        call.pass(.seconds(240))
        #expect(call.record.progress.reason == .lost)
    }

    @Test("A call that was decided ends as it was, although nothing more was heard")
    func lostButDecided() {
        var call = CallDriver.answered()
        call.enter(Samples.right, turn: 1)
        call.fetchAnswer = .notFound
        call.hangUpAnswer = .failed
        call.pass(.seconds(600))
        #expect(call.record.progress.reason == .pinMatched)
    }

    @Test(
        "A restart asks about a live leg at once",
        arguments: [CallStage.started, .ringing, .answered]
    )
    func restart(stage: CallStage) {
        var call = CallDriver.placed()
        if stage == .ringing { call.report(.ringing) }
        if stage == .answered { call.report(.answered) }
        call.restart()
        call.pass(.zero)
        #expect(call.effects == [.fetch(leg: 1)])
    }

    @Test("A lost leg that shows life after all is hung up, again if that is refused")
    func lostShowsLife() {
        var call = CallDriver.placed()
        call.pass(.seconds(465))
        #expect(call.record.progress.reason == .lost)
        #expect(call.record.leg?.reason == .lost)
        call.report(.ringing)
        #expect(call.effects == [.hangUp(leg: 1)])
        call.hangUp(.refused)
        #expect(call.left(.hangUp) == CallWindows.hangUpAgain)
        call.pass(CallWindows.hangUpAgain)
        #expect(call.effects == [.hangUp(leg: 1)])
        #expect(call.opened() == .directive(.silence))
        #expect(call.effects == [.hangUp(leg: 1)])
        call.report(.completed)
        call.report(.ringing)
        #expect(call.effects.isEmpty)
    }

    @Test("A restart lets the goodbye play, and hangs up what was cancelled")
    func restartDecided() {
        var verified = CallDriver.answered()
        verified.enter(Samples.right, turn: 1)
        verified.restart()
        verified.pass(.seconds(11))
        #expect(verified.effects.isEmpty)
        verified.pass(.seconds(1))
        #expect(verified.effects == [.hangUp(leg: 1), .fetch(leg: 1)])

        var cancelled = CallDriver.answered()
        cancelled.cancel()
        cancelled.restart()
        cancelled.pass(.zero)
        #expect(cancelled.effects == [.hangUp(leg: 1), .fetch(leg: 1)])
    }

    @Test("A restart after all windows asks before it gives a leg up")
    func restartAfterLongOutage() {
        var call = CallDriver.answered()
        call.now = call.now + .seconds(3600)
        call.restart()
        call.fire()
        #expect(call.effects.contains(.fetch(leg: 1)))
        #expect(call.record.stage == .answered)
        call.fetched(.report(Samples.report(.completed, price: Samples.price, source: .fetch)))
        call.pass(.seconds(3))
        #expect(call.record.progress.reason == .interrupted)
    }

    @Test("A restart after all windows looks for an unknown leg before it gives it up")
    func restartUnknownAfterLongOutage() {
        var call = CallDriver.unknown()
        call.now = call.now + .seconds(3600)
        call.restart()
        call.fire()
        #expect(call.effects == [.search(leg: 1)])
        #expect(call.record.stage == .placing)
        call.pass(.seconds(15))
        #expect(call.record.progress.reason == .nexmoUnavailable)
    }

    @Test("A call that the clock ends asks nothing more")
    func noQuestionAtTheEnd() {
        var unknown = CallDriver.unknown()
        unknown.sleep(.seconds(75))
        #expect(unknown.record.progress.reason == .nexmoUnavailable)
        #expect(unknown.effects.isEmpty)
        var lost = CallDriver.placed()
        lost.sleep(.seconds(465))
        #expect(lost.record.progress.reason == .lost)
        #expect(lost.effects.isEmpty)
    }

    @Test("A leg that was answered long after its window is not lost before its time is over")
    func answeredLate() {
        var call = CallDriver.placed()
        call.fetchAnswer = .report(Samples.report(.ringing, source: .fetch))
        call.pass(.seconds(300))
        call.report(.answered)
        #expect(call.left(.length) == .seconds(300))
        #expect(call.left(.lost) == .seconds(360))
        let early = CallDriver.answered()
        #expect(early.left(.lost) == .seconds(465))
    }
}
