import PromptCallCore
import Testing

@Suite("CallMachine: ending")
struct CallMachineEndingTests {
    private func completed(
        by disconnector: CallLeg.Disconnector? = nil,
        duration: Duration? = nil,
        price: Amount? = Samples.price,
        source: LegReport.Source = .webhook
    ) -> LegReport {
        Samples.report(
            .completed,
            by: disconnector,
            duration: duration,
            price: price,
            source: source
        )
    }

    // MARK: - Holds

    @Test("Nothing is held back where reason and bill are known")
    func noHold() {
        var busy = CallDriver.placed()
        busy.report(Samples.report(.busy, price: Samples.price))
        #expect(busy.record.progress.reason == .busy)

        var verified = CallDriver.answered()
        verified.enter(Samples.right, turn: 1)
        verified.report(self.completed())
        #expect(verified.record.progress.reason == .pinMatched)

        var announced = CallDriver.answered(Samples.terms(.announcement))
        announced.report(self.completed(by: .platform))
        #expect(announced.record.progress.reason == .announced)
    }

    @Test("A missing bill is waited for 2 s, and ends the wait when it comes")
    func holdForBill() {
        var call = CallDriver.placed()
        call.report(.busy)
        #expect(call.left(.hold) == .seconds(2))
        call.pass(.milliseconds(1999))
        #expect(call.record.stage == .started)
        var billed = call
        billed.report(self.completed(duration: .zero))
        #expect(billed.record.progress.reason == .busy)
        call.pass(.milliseconds(1))
        #expect(call.record.progress.reason == .busy)
        #expect(call.record.progress.price == nil)
    }

    @Test("A bare completed is held for 2 s, in which its reason may come")
    func holdForReason() {
        var call = CallDriver.placed()
        call.report(self.completed(duration: .zero))
        #expect(call.left(.hold) == .seconds(2))
        call.pass(.seconds(1))
        call.report(.rejected(.declined))
        #expect(call.record.progress.reason == .rejected)
    }

    @Test("An open entry is waited for 3 s, and judged when it comes")
    func holdForEntry() {
        var call = CallDriver.answered()
        call.report(self.completed(by: .user))
        #expect(call.left(.hold) == .seconds(3))
        call.pass(.milliseconds(2999))
        #expect(call.enter(Samples.right, turn: 1) == .directive(.say(.byeText)))
        #expect(call.record.progress.reason == .pinMatched)
        #expect(call.kinds == [.queued, .placed, .answered, .digits, .verified, .ended])
    }

    @Test("A wrong entry in the hold is judged too, and does not lengthen it")
    func wrongEntryInHold() {
        var call = CallDriver.answered()
        call.report(self.completed(by: .user))
        call.pass(.seconds(1))
        call.enter(Samples.wrong, turn: 1)
        #expect(call.left(.hold) == .seconds(2))
        call.pass(.seconds(2))
        #expect(call.record.progress.reason == .hungUp)
        #expect(call.record.progress.attempts == 1)
    }

    @Test("A right entry without a bill ends the call 2 s behind the leg, not behind the entry")
    func rightEntryInHold() {
        var call = CallDriver.answered()
        call.report(self.completed(by: .user, price: nil))
        call.pass(.milliseconds(2500))
        call.enter(Samples.right, turn: 1)
        #expect(call.record.progress.reason == .pinMatched)
    }

    @Test("A repeated final status does not lengthen the hold")
    func repeatedFinal() {
        var call = CallDriver.placed()
        call.report(.busy)
        call.pass(.seconds(1))
        call.report(.busy)
        #expect(call.left(.hold) == .seconds(1))
    }

    // MARK: - Evidence

    @Test("Billed seconds prove an answer")
    func durationProves() {
        var call = CallDriver.placed()
        call.report(self.completed(by: .user, duration: .seconds(9)))
        call.pass(.seconds(3))
        #expect(call.record.progress.reason == .hungUp)
        #expect(call.kinds == [.queued, .placed, .answered, .ended])
    }

    @Test("An answer is worth more than busy")
    func answeredOverBusy() {
        var call = CallDriver.placed()
        call.report(.busy)
        call.report(.answered)
        call.enter(Samples.wrong, turn: 1)
        call.pass(.seconds(3))
        #expect(call.record.progress.answeredAt != nil)
        #expect(call.record.progress.reason != .busy)
    }

    @Test(
        "Who ended an answered leg decides whose doing it was",
        arguments: [
            (.user, .hungUp), (nil, .hungUp), (.platform, .interrupted),
        ] as [(CallLeg.Disconnector?, CallReason)]
    )
    func disconnected(disconnector: CallLeg.Disconnector?, reason: CallReason) {
        var call = CallDriver.answered()
        call.report(self.completed(by: disconnector))
        call.pass(.seconds(3))
        #expect(call.record.progress.reason == reason)
    }

    @Test(
        "An end known from GET alone is nobody's",
        arguments: [PromptKind.pin(length: 4), .announcement]
    )
    func fetchedEnd(prompt: PromptKind) {
        var call = CallDriver.answered(Samples.terms(prompt))
        call.report(self.completed(source: .fetch))
        call.pass(.seconds(3))
        #expect(call.record.progress.reason == .interrupted)
    }

    @Test("An end known from GET gets its cause from the webhook that follows")
    func fetchedThenTold() {
        var call = CallDriver.answered()
        call.report(self.completed(source: .fetch))
        call.pass(.seconds(1))
        call.report(self.completed(by: .user))
        call.fetched(.report(self.completed(source: .fetch)))
        call.pass(.seconds(2))
        #expect(call.record.progress.reason == .hungUp)
    }

    @Test("After an error event the end is not the callee's doing")
    func faulted() {
        var call = CallDriver.answered()
        call.faulted("no NCCO")
        #expect(call.left(.watch) == CallWindows.hangUpCheck)
        call.report(self.completed(by: .user))
        call.pass(.seconds(3))
        #expect(call.record.progress.reason == .interrupted)
        #expect(call.record.progress.detail == "no NCCO")
    }

    @Test("After a webhook that we did not answer the end is not the callee's doing")
    func outage() {
        var call = CallDriver.answered()
        call.unanswered()
        call.report(self.completed(by: .user))
        call.pass(.seconds(3))
        #expect(call.record.progress.reason == .interrupted)
    }

    @Test("An outage before the answer did no harm")
    func earlyOutage() {
        var call = CallDriver.placed()
        call.unanswered()
        call.report(.answered)
        call.report(self.completed(by: .user))
        call.pass(.seconds(3))
        #expect(call.record.progress.reason == .hungUp)
    }

    @Test("A callee who was served after a fault is asked again for what becomes of it")
    func servedAfterFault() {
        var call = CallDriver.answered()
        call.faulted()
        call.enter(Samples.wrong, turn: 1)
        call.report(self.completed(by: .user))
        call.pass(.seconds(3))
        #expect(call.record.progress.reason == .hungUp)
    }

    @Test("A restart while the callee is asked is an outage")
    func restart() {
        var call = CallDriver.answered()
        call.restart()
        #expect(call.left(.watch) == .zero)
        call.report(self.completed(by: .user))
        call.pass(.seconds(3))
        #expect(call.record.progress.reason == .interrupted)
    }

    @Test("A restart in a hold changes nothing")
    func restartInHold() {
        var call = CallDriver.placed()
        call.report(.busy)
        let before = call.record
        call.restart()
        #expect(call.record == before)
    }

    @Test("A restart in a hold for an open entry, which may have come meanwhile, is an outage")
    func restartInHoldForEntry() {
        var call = CallDriver.answered()
        call.report(self.completed(by: .user))
        call.restart()
        call.pass(CallWindows.holdForEntry)
        #expect(call.record.progress.reason == .interrupted)
    }

    @Test("A restart in a hold for the bill alone changes nothing")
    func restartInHoldForBill() {
        var call = CallDriver.answered(Samples.terms(.announcement))
        call.report(Samples.report(.completed, by: .platform))
        let before = call.record
        call.restart()
        #expect(call.record == before)
        call.pass(CallWindows.hold)
        #expect(call.record.progress.reason == .announced)
    }

    // MARK: - Announcements

    @Test(
        "An announcement that was cut short was hung up or interrupted",
        arguments: [(.user, .hungUp), (nil, .hungUp)] as [(CallLeg.Disconnector?, CallReason)]
    )
    func announcementCut(disconnector: CallLeg.Disconnector?, reason: CallReason) {
        var call = CallDriver.answered(Samples.terms(.announcement))
        call.report(self.completed(by: disconnector))
        #expect(call.left(.hold) == .seconds(2))
        call.pass(.seconds(2))
        #expect(call.record.progress.reason == reason)
    }

    @Test("An announcement that we ended ourselves was interrupted")
    func announcementTooLong() {
        var call = CallDriver.answered(
            Samples.terms(.announcement) { $0.maxDuration = .seconds(10) }
        )
        call.pass(.seconds(10))
        call.report(self.completed(by: .platform))
        call.pass(.seconds(2))
        #expect(call.record.progress.reason == .interrupted)
    }

    @Test("Word of the played text in the hold makes the announcement")
    func playedInHold() {
        var call = CallDriver.answered(Samples.terms(.announcement))
        call.report(self.completed(by: .user))
        call.pass(.seconds(1))
        call.played()
        #expect(call.record.progress.reason == .announced)
        call.played()
        #expect(call.kinds == [.queued, .placed, .answered, .ended])
    }

    @Test("The rest of an announcement plays on after its first time")
    func playsOn() {
        var call = CallDriver(Samples.terms(.announcement) { $0.plays = 3 })
        call.turnCame()
        call.played()
        #expect(call.record.decided == .announced)
        call.cancel()
        call.pass(.seconds(30))
        #expect(call.performed.map(\.effect) == [.place(leg: 1)])
    }

    // MARK: - Cancel

    @Test("A queued call that is cancelled is never placed")
    func cancelQueued() {
        var call = CallDriver()
        call.cancel()
        #expect(call.record.progress.reason == .cancelled)
        call.turnCame()
        #expect(call.effects.isEmpty)
        call.cancel()
        #expect(call.kinds == [.queued, .ended])
    }

    @Test("A call cancelled while it is placed is hung up as soon as its uuid is known")
    func cancelPlacing() {
        var call = CallDriver()
        call.turnCame()
        call.cancel()
        #expect(call.effects.isEmpty)
        call.accepted()
        #expect(call.effects == [.hangUp(leg: 1)])
        call.report(Samples.report(.cancelled, price: Samples.price))
        #expect(call.record.progress.reason == .cancelled)
    }

    @Test(
        "A call cancelled while it is placed ends with a placing that fails",
        arguments: [
            .notPlaced(.init(throttled: true, detail: "")), .refused(.init(.request, detail: "")),
            .refused(.init(.credit, detail: "")),
        ] as [PlacementAnswer]
    )
    func cancelPlacingFailed(answer: PlacementAnswer) {
        var call = CallDriver()
        call.turnCame()
        call.cancel()
        call.placement(answer)
        #expect(call.record.progress.reason == .cancelled)
        #expect(call.record.progress.legs.isEmpty)
    }

    @Test("A call cancelled while it is placed no one knows how is not rung again")
    func cancelUnknown() {
        var call = CallDriver(Samples.terms { $0.unknownPlacement = .ringAgain })
        call.turnCame()
        call.cancel()
        call.placement(.unknown(detail: ""))
        #expect(call.record.stage == .placing)
        var found = call
        found.searched(.legs([Samples.report(.ringing, source: .fetch)]))
        #expect(found.effects == [.hangUp(leg: 1)])
        call.pass(.seconds(75))
        #expect(call.record.progress.reason == .cancelled)
    }

    @Test("A late 201 of a cancelled call whose leg was seen is hung up")
    func cancelLateAnswer() {
        var call = CallDriver()
        call.turnCame()
        call.report(Samples.report(.ringing, uuid: nil))
        call.cancel()
        #expect(call.effects.isEmpty)
        call.accepted()
        #expect(call.effects == [.hangUp(leg: 1)])
    }

    @Test("A live call that is cancelled is hung up, and no later PIN changes that")
    func cancelLive() {
        var call = CallDriver.answered()
        call.cancel()
        #expect(call.effects == [.hangUp(leg: 1)])
        #expect(call.left(.watch) == CallWindows.hangUpCheck)
        #expect(call.enter(Samples.right, turn: 1) == .directive(.silence))
        #expect(call.record.stage == .answered)
        call.report(self.completed(by: .user))
        #expect(call.record.progress.reason == .cancelled)
        #expect(call.record.progress.attempts == 0)
    }

    @Test("A cancelled call whose uuid came with a webhook is hung up then")
    func cancelWithoutUUID() {
        var call = CallDriver()
        call.turnCame()
        call.report(Samples.report(.started, uuid: nil))
        call.cancel()
        call.report(.ringing)
        #expect(call.effects == [.hangUp(leg: 1)])
    }

    @Test("A cancel while a final status is held back ends the call as cancelled")
    func cancelInHold() {
        var call = CallDriver.placed()
        call.report(.busy)
        call.cancel()
        #expect(call.effects.isEmpty)
        call.pass(.seconds(2))
        #expect(call.record.progress.reason == .cancelled)
    }

    @Test("A cancel after the last entry comes too late")
    func cancelAfterLastEntry() {
        var call = CallDriver.answered(Samples.terms { $0.attemptsMax = 1 })
        call.enter(Samples.wrong, turn: 1)
        call.cancel()
        #expect(call.effects.isEmpty)
        #expect(call.record.decided == .attemptsExhausted)
    }

    // MARK: - Hanging up

    @Test("A refused hang-up is repeated after 2 s")
    func hangUpRefused() {
        var call = CallDriver.placed()
        call.cancel()
        call.hangUp(.refused)
        #expect(call.left(.hangUp) == .seconds(2))
        call.pass(.seconds(2))
        #expect(call.effects == [.hangUp(leg: 1)])
        #expect(call.left(.hangUp) == nil)
    }

    @Test("A hang-up without an answer is repeated, later each time")
    func hangUpFailed() {
        var call = CallDriver.placed()
        call.cancel()
        call.hangUp(.failed)
        #expect(call.left(.hangUp) == .seconds(5))
        call.pass(.seconds(60))
        call.hangUp(.failed)
        #expect(call.left(.hangUp) == .seconds(15))
    }

    @Test("After an accepted hang-up Nexmo is asked whether it worked")
    func hangUpAccepted() {
        var call = CallDriver.placed()
        call.cancel()
        call.hangUp(.accepted)
        #expect(call.left(.watch) == .seconds(10))
        call.pass(.seconds(10))
        #expect(call.effects == [.hangUp(leg: 1), .fetch(leg: 1)])
    }

    @Test("A leg that is gone ends a decided call after a hold")
    func hangUpGone() {
        var call = CallDriver.placed()
        call.cancel()
        call.hangUp(.gone)
        call.pass(.seconds(3))
        #expect(call.record.progress.reason == .cancelled)
    }

    @Test("A leg that is gone leaves open how it ended where that is not decided")
    func hangUpGoneUndecided() {
        var call = CallDriver.answered(Samples.terms { $0.maxDuration = .seconds(10) })
        call.pass(.seconds(10))
        call.hangUp(.gone)
        #expect(call.left(.hold) == nil)
        call.pass(.seconds(1))
        #expect(call.effects == [.fetch(leg: 1)])
    }

    @Test("The answer to a hang-up of a leg that is over changes nothing")
    func hangUpOver() {
        var call = CallDriver.placed()
        call.cancel()
        call.report(.busy)
        let before = call.record
        call.hangUp(.refused)
        #expect(call.record == before)
    }

    // MARK: - After the end

    @Test("A bill after the end is an event of its own, once")
    func billed() {
        var call = CallDriver.placed()
        call.report(.busy)
        call.pass(.seconds(2))
        call.report(self.completed(duration: .zero))
        call.report(self.completed(duration: .zero))
        #expect(call.kinds == [.queued, .placed, .ended, .billed])
        #expect(call.record.progress.price == Samples.price)
        #expect(call.record.progress.reason == .busy)
    }

    @Test("A leg given up that shows life after the end is hung up")
    func lifeAfterEnd() {
        var call = CallDriver.unknown()
        call.pass(.seconds(75))
        call.report(.ringing)
        #expect(call.effects == [.hangUp(leg: 1)])
        call.hangUp(.refused)
        #expect(call.left(.hangUp) == .seconds(2))
        call.pass(.seconds(2))
        #expect(call.effects == [.hangUp(leg: 1)])
        call.hangUp(.accepted)
        #expect(call.left(.hangUp) == nil)
        call.pass(.seconds(60))
        call.hangUp(.failed)
        #expect(call.left(.hangUp) == nil)
    }

    @Test("A final status after the end only adds to what is known")
    func finalAfterEnd() {
        var call = CallDriver.unknown()
        call.pass(.seconds(75))
        call.report(.busy)
        #expect(call.effects.isEmpty)
        #expect(call.kinds == [.queued, .ended])
    }

    @Test("The end erases what was right, and keeps what was collected")
    func secrets() {
        var call = CallDriver.answered(
            Samples.terms(.digits(min: 1, max: 1)),
            expected: [Samples.digits("1")]
        )
        call.enter(Samples.digits("1"), turn: 1)
        #expect(call.record.expected.count == 1)
        call.report(self.completed())
        #expect(call.record.expected.isEmpty)
        #expect(call.record.collected?.count == 1)
    }

    @Test("An outage is forgotten when Nexmo's next try was served")
    func servedAgain() {
        var opened = CallDriver.answered()
        opened.unanswered()
        opened.opened()
        var repeated = CallDriver.answered()
        repeated.enter(Samples.wrong, turn: 1)
        repeated.unanswered()
        repeated.enter(Samples.wrong, turn: 1)
        for var call in [opened, repeated] {
            call.report(self.completed(by: .user))
            call.pass(.seconds(3))
            #expect(call.record.progress.reason == .hungUp)
        }
    }

    @Test("An outage that an entry outlived in a hold is not forgotten")
    func servedTooLate() {
        var call = CallDriver.answered()
        call.unanswered()
        call.report(self.completed(by: .user))
        call.enter(Samples.wrong, turn: 1)
        call.pass(.seconds(3))
        #expect(call.record.progress.reason == .interrupted)
    }

    @Test("A leg that stays gone however often it is hung up ends its call after one hold")
    func hangUpGoneAgain() {
        var call = CallDriver.placed()
        call.cancel()
        call.hangUpAnswer = .gone
        call.fetchAnswer = .notFound
        call.hangUp(.gone)
        call.pass(.milliseconds(2999))
        #expect(call.record.stage == .started)
        call.pass(.milliseconds(1))
        #expect(call.record.progress.reason == .cancelled)
    }

    @Test("A leg that was called gone and that GET shows alive is not ended by the clock")
    func goneButAlive() {
        var call = CallDriver.placed()
        call.cancel()
        call.hangUp(.gone)
        call.fetchAnswer = .report(Samples.report(.ringing, source: .fetch))
        call.pass(.seconds(600))
        #expect(call.record.stage == .ringing)
    }

    @Test(
        "An answered leg that failed was interrupted, unless the callee is known to have hung up",
        arguments: [
            (.failed(.internalError), nil, .interrupted), (.busy, nil, .interrupted),
            (.cancelled, nil, .interrupted), (.failed(.internalError), .user, .hungUp),
            (.failed(.internalError), .platform, .interrupted),
        ] as [(LegReport.Status, CallLeg.Disconnector?, CallReason)]
    )
    func failedAfterAnswer(
        status: LegReport.Status,
        disconnector: CallLeg.Disconnector?,
        reason: CallReason
    ) {
        var call = CallDriver.answered()
        call.report(status)
        call.report(self.completed(by: disconnector, duration: .seconds(4)))
        call.pass(.seconds(3))
        #expect(call.record.progress.reason == reason)
    }

    @Test("Trouble that passed leaves no words in the result")
    func detailOfTheEndAlone() {
        var call = CallDriver()
        call.turnCame()
        call.placement(.notPlaced(.init(throttled: false, detail: "no connection")))
        #expect(call.record.progress.detail == "no connection")
        call.pass(CallWindows.placeAgain)
        call.turnCame()
        call.accepted()
        #expect(call.record.progress.detail.isEmpty)
        call.report(.answered)
        call.faulted("no NCCO")
        call.enter(Samples.wrong, turn: 1)
        #expect(call.record.progress.detail.isEmpty)
    }
}
