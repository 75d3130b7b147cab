import PromptCallCore
import Testing

@Suite("CallMachine: placing")
struct CallMachinePlacingTests {
    private let ringingAgain = Samples.terms { $0.unknownPlacement = .ringAgain }
    private let own = Samples.terms { $0.credentials = .ownCredentials }

    @Test("A call waits for its time, and its turn before that changes nothing")
    func notBefore() {
        var call = CallDriver(Samples.terms { $0.notBefore = Samples.start + .seconds(60) })
        #expect(call.record.readyAt == Samples.start + .seconds(60))
        #expect(call.left(.ready) == .seconds(60))
        call.pass(.seconds(59))
        call.turnCame()
        #expect(call.record.stage == .queued)
        call.pass(.seconds(1))
        #expect(call.record.readyAt == call.now)
        call.turnCame()
        #expect(call.effects == [.place(leg: 1)])
    }

    @Test("A call whose time has gone by when it was submitted waits from the submission on")
    func notBeforeInThePast() {
        let call = CallDriver(Samples.terms { $0.notBefore = Samples.start - .seconds(60) })
        #expect(call.left(.ready) == nil)
        // It stands behind those who came before it.
        #expect(call.record.readyAt == Samples.start)
    }

    @Test(
        "A queued call expires at its time, by the clock or when its turn comes",
        arguments: [0, 1]
    )
    func expiry(late: Int64) {
        var call = CallDriver()
        #expect(call.left(.expiry) == .seconds(600))
        if late == 0 {
            call.pass(.seconds(600))
        } else {
            call.now = call.now + .seconds(600)
            call.turnCame()
        }
        #expect(call.record.progress.reason == .expired)
        #expect(call.kinds == [.queued, .ended])
        #expect(call.record.progress.legs.isEmpty)
    }

    @Test("The guard ends a queued call, and no other")
    func guardClosed() {
        var call = CallDriver()
        call.feed { $0.guardClosed("The breaker is open.", at: $1) }
        #expect(call.record.progress.reason == .guard)
        #expect(call.record.progress.status == .error)
        #expect(call.record.progress.detail == "The breaker is open.")
        #expect(call.kinds == [.queued, .ended])
        var placing = CallDriver()
        placing.turnCame()
        placing.feed { $0.guardClosed("The breaker is open.", at: $1) }
        #expect(placing.record.stage == .placing)
        #expect(placing.record.progress.detail == "")
    }

    @Test("A second turn changes nothing")
    func secondTurn() {
        var call = CallDriver()
        call.turnCame()
        call.turnCame()
        #expect(call.effects.isEmpty)
        #expect(call.record.progress.legs.count == 1)
    }

    @Test("What was surely not placed waits again, and is not counted")
    func notPlaced() {
        var call = CallDriver()
        call.turnCame()
        call.placement(.notPlaced(.init(throttled: false, detail: "refused connection")))
        #expect(call.record.stage == .queued)
        #expect(call.record.progress.legs.isEmpty)
        #expect(call.left(.ready) == CallWindows.placeAgain)
        #expect(call.left(.expiry) == .seconds(600))
        #expect(call.kinds == [.queued])
        call.turnCame()
        #expect(call.record.stage == .queued)
        call.pass(CallWindows.placeAgain)
        call.turnCame()
        #expect(call.effects == [.place(leg: 1)])
    }

    @Test(
        "A throttled placing waits as long as Nexmo asks, or a second",
        arguments: [
            (nil, .seconds(1)), (.seconds(7), .seconds(7)), (.seconds(Int64.max), .seconds(60)),
        ] as [(Duration?, Duration)]
    )
    func throttled(retryAfter: Duration?, wait: Duration) {
        var call = CallDriver()
        call.turnCame()
        call.placement(.notPlaced(.init(throttled: true, retryAfter: retryAfter, detail: "429")))
        #expect(call.left(.ready) == wait)
    }

    @Test("A placing that Nexmo wants again at once waits for its turn alone")
    func noWait() {
        var call = CallDriver()
        call.turnCame()
        call.placement(.notPlaced(.init(throttled: true, retryAfter: .zero, detail: "429")))
        #expect(call.left(.ready) == nil)
        call.turnCame()
        #expect(call.effects == [.place(leg: 1)])
    }

    @Test(
        "Refused credentials and spent credit are the profile's trouble, not the call's",
        arguments: [.credentials, .credit] as [PlacementAnswer.Refusal.Kind]
    )
    func profileRefused(kind: PlacementAnswer.Refusal.Kind) {
        var call = CallDriver()
        call.turnCame()
        call.placement(.refused(.init(kind, detail: "no")))
        #expect(call.record.stage == .queued)
        #expect(call.record.progress.legs.isEmpty)
        #expect(call.record.readyAt == Samples.start)
        call.pass(.seconds(600))
        #expect(call.record.progress.reason == .expired)
        #expect(call.record.progress.detail == "no")
    }

    @Test(
        "What Nexmo refuses for good ends the call",
        arguments: [
            (true, .credentials, .credentialsRefused), (true, .credit, .refusedByNexmo),
            (true, .request, .refusedByNexmo), (false, .request, .refusedByNexmo),
        ] as [(Bool, PlacementAnswer.Refusal.Kind, CallReason)]
    )
    func refused(isOwn: Bool, kind: PlacementAnswer.Refusal.Kind, reason: CallReason) {
        var call = CallDriver(isOwn ? self.own : Samples.terms())
        call.turnCame()
        call.placement(.refused(.init(kind, detail: "Nexmo's words")))
        #expect(call.record.progress.reason == reason)
        #expect(call.record.progress.detail == "Nexmo's words")
        #expect(call.record.progress.legs.isEmpty)
        #expect(call.kinds == [.queued, .ended])
    }

    @Test("An unknown placing is looked for, at growing intervals, and given up after its window")
    func unknown() {
        var call = CallDriver.unknown()
        #expect(call.record.stage == .placing)
        #expect(call.left(.search) == CallWindows.search)
        #expect(call.left(.placement) == .seconds(75))
        call.searchAnswer = .legs([])
        call.pass(.seconds(74))
        #expect(call.record.stage == .placing)
        let searches = call.performed.filter { $0.effect == .search(leg: 1) }.map(\.at)
        #expect(searches.first == .seconds(2))
        #expect(searches.count > 4)
        call.pass(.seconds(1))
        #expect(call.record.progress.reason == .nexmoUnavailable)
        #expect(call.record.leg?.placement == .gaveUp)
        #expect(call.record.leg?.endedAt == nil)
        #expect(call.kinds == [.queued, .ended])
        #expect(call.performed.count { $0.effect == .place(leg: 1) } == 1)
    }

    @Test("Exactly one leg in Nexmo's list is adopted")
    func adopted() {
        var call = CallDriver.unknown()
        let first = Samples.report(.ringing, source: .fetch, uuid: "a")
        let second = Samples.report(.ringing, source: .fetch, uuid: "b")
        call.searched(.failed)
        call.searched(.legs([first, second]))
        #expect(call.record.stage == .placing)
        call.searched(.legs([first]))
        #expect(call.record.stage == .ringing)
        #expect(call.record.leg?.uuid == "a")
        #expect(call.kinds == [.queued, .placed, .ringing])
        #expect(call.left(.placement) == nil)
        #expect(call.left(.search) == nil)
        call.searched(.legs([second]))
        #expect(call.record.leg?.uuid == "a")
    }

    @Test("Any sign of life makes an unknown placing a placed one")
    func signOfLife() {
        var reported = CallDriver.unknown()
        reported.report(.started)
        var opened = CallDriver.unknown()
        opened.opened()
        var faulted = CallDriver.unknown()
        faulted.faulted()
        var late = CallDriver.unknown()
        late.accepted()
        for call in [reported, opened, faulted, late] {
            #expect(call.record.leg?.placement == .placed)
            #expect(call.kinds.contains(.placed))
            #expect(call.left(.placement) == nil)
        }
    }

    @Test(
        "Where signs of life came first, the answer to the placing changes nothing",
        arguments: [
            .notPlaced(.init(throttled: false, detail: "")), .refused(.init(.request, detail: "")),
            .unknown(detail: ""), .placed(uuid: "other", conversationUUID: "conversation"),
        ] as [PlacementAnswer]
    )
    func lateAnswer(answer: PlacementAnswer) {
        var call = CallDriver()
        call.turnCame()
        call.report(.ringing)
        call.placement(answer)
        #expect(call.record.stage == .ringing)
        #expect(call.record.leg?.uuid == Samples.uuid)
    }

    @Test("Where two rings are better than none, an unknown placing is rung again")
    func ringAgain() {
        var call = CallDriver.unknown(self.ringingAgain)
        #expect(call.record.stage == .queued)
        #expect(call.left(.ready) == CallWindows.ringAgain)
        #expect(call.left(.expiry) == .seconds(600))
        call.pass(CallWindows.ringAgain)
        call.turnCame()
        #expect(call.effects == [.place(leg: 2)])
        call.accepted(leg: 2)
        #expect(call.record.progress.legs.map(\.placement) == [.gaveUp, .placed])
        #expect(call.kinds == [.queued, .placed])
    }

    @Test("Tries used up on one leg stay used up on the next")
    func roundsOverLegs() {
        var call = CallDriver.rungAgain(
            Samples.terms {
                $0.unknownPlacement = .ringAgain
                $0.attemptsMax = 1
            }
        )
        call.report(.answered, leg: 2)
        #expect(call.enter(Samples.wrong, turn: 1, leg: 2) == .directive(.silence))
        #expect(call.record.decided == .attemptsExhausted)
    }

    @Test("A leg that was given up is hung up when it shows life")
    func deadLeg() {
        var queued = CallDriver.unknown(self.ringingAgain)
        queued.report(.ringing)
        #expect(queued.effects == [.hangUp(leg: 1)])
        #expect(queued.record.stage == .queued)

        var accepted = CallDriver.rungAgain()
        accepted.accepted(leg: 1, uuid: "first")
        #expect(accepted.effects == [.hangUp(leg: 1)])

        var answered = CallDriver.rungAgain()
        #expect(answered.opened(leg: 1, uuid: "first") == .directive(.silence))
        #expect(answered.effects == [.hangUp(leg: 1)])
        let answer = answered.enter(Samples.right, turn: 1, leg: 1, uuid: "first")
        #expect(answer == .directive(.silence))
        #expect(answered.record.decided == nil)
        #expect(answered.record.stage == .placing)
    }

    @Test("What is late for an earlier leg belongs to that leg")
    func earlierLeg() {
        var call = CallDriver.rungAgain()
        call.accepted(leg: 2, uuid: "second")
        call.report(Samples.report(.busy, price: Samples.price, uuid: "first"), leg: 1)
        #expect(call.record.stage == .started)
        #expect(call.record.progress.legs.map(\.reason) == [.busy, nil])
        #expect(call.record.progress.price == Samples.price)
        call.unanswered(leg: 1)
        call.faulted(leg: 1)
        #expect(call.record.progress.legs.map(\.fault) == [nil, nil])
    }

    @Test("A leg that was never asked for is unknown")
    func noSuchLeg() {
        var call = CallDriver.placed()
        let before = call.record
        for leg in [Int.min, -1, 0, 2, Int.max] {
            #expect(call.opened(leg: leg) == .unknown)
            #expect(call.enter(Samples.right, turn: 1, leg: leg) == .unknown)
            call.report(.answered, leg: leg)
            call.played(leg: leg)
            call.faulted(leg: leg)
            call.unanswered(leg: leg)
            call.accepted(leg: leg)
            call.hangUp(.accepted, leg: leg)
            call.fetched(.report(Samples.report(.answered)), leg: leg)
            call.searched(.legs([Samples.report(.answered)]), leg: leg)
        }
        #expect(call.record == before)
    }

    @Test("A restart while Nexmo is asked leaves the placing unknown", arguments: [false, true])
    func restartWhilePlacing(ringsAgain: Bool) {
        var call = CallDriver(ringsAgain ? self.ringingAgain : Samples.terms())
        call.turnCame()
        call.restart()
        #expect(call.record.stage == (ringsAgain ? .queued : .placing))
        #expect(call.record.leg?.placement == (ringsAgain ? .gaveUp : .unknown))
        #expect(!call.record.progress.detail.isEmpty)
    }

    @Test("A restart leaves a queued call with its credentials as it is")
    func restartWhileQueued() {
        var call = CallDriver()
        let before = call.record
        call.restart()
        #expect(call.record == before)
    }

    @Test("Credentials that a restart lost are waited for a minute")
    func credentialsLost() {
        var call = CallDriver(self.own)
        call.restart(hasCredentials: false)
        #expect(call.left(.credentials) == .seconds(60))
        call.pass(.seconds(30))
        call.restart(hasCredentials: false)
        #expect(call.left(.credentials) == .seconds(30))
        call.pass(.seconds(30))
        #expect(call.record.progress.reason == .credentialsLost)
        #expect(call.kinds == [.queued, .ended])
    }

    @Test("Credentials that came again let the call go on")
    func credentialsReturned() {
        var call = CallDriver(self.own)
        call.restart(hasCredentials: false)
        call.feed { machine, _ in machine.credentialsReturned() }
        call.pass(.seconds(60))
        call.turnCame()
        #expect(call.effects == [.place(leg: 1)])
    }

    @Test("A restart of an ended call changes nothing")
    func restartAfterEnd() {
        var call = CallDriver()
        call.cancel()
        let before = call.record
        call.restart(hasCredentials: false)
        #expect(call.record == before)
    }

    @Test("A call that ends in the queue leaves the reason of its earlier leg alone")
    func earlierReason() {
        var call = CallDriver.unknown(self.ringingAgain)
        call.report(.busy)
        call.cancel()
        #expect(call.record.progress.reason == .cancelled)
        #expect(call.record.progress.legs.map(\.reason) == [.busy])
    }

    @Test("A refused hang-up of an earlier leg is repeated, and spares the current one")
    func earlierHangUpRefused() {
        var call = CallDriver.unknown(self.ringingAgain)
        call.pass(CallWindows.ringAgain)
        call.report(.ringing)
        call.hangUp(.refused)
        #expect(call.left(.hangUp) == CallWindows.hangUpAgain)
        call.turnCame()
        call.accepted(leg: 2, uuid: "second")
        call.pass(CallWindows.hangUpAgain)
        #expect(call.effects == [.hangUp(leg: 1)])
        call.hangUp(.failed)
        #expect(call.left(.hangUp) == CallWindows.pollMin)
        call.pass(CallWindows.pollMin)
        #expect(call.effects == [.hangUp(leg: 1)])
        call.hangUp(.gone)
        #expect(call.left(.hangUp) == nil)
        #expect(call.record.progress.legs.map(\.hangUpAsked) == [true, false])
    }

    @Test("A hang-up of an earlier leg does not put off that of the current one")
    func bothHangUps() {
        var call = CallDriver.rungAgain(
            Samples.terms {
                $0.unknownPlacement = .ringAgain
                $0.attemptsMax = 1
            }
        )
        call.report(.answered, leg: 2)
        call.enter(Samples.wrong, turn: 1, leg: 2)
        call.accepted(leg: 1, uuid: "first")
        call.hangUp(.refused, leg: 1)
        #expect(call.left(.hangUp) == CallWindows.silentHangUp)
        call.pass(CallWindows.silentHangUp)
        #expect(call.effects == [.hangUp(leg: 1), .hangUp(leg: 2)])
    }

    /// A call that rings once more, and whose first leg showed life and was not hung up at once.
    private var owing: CallDriver {
        var call = CallDriver.rungAgain()
        call.accepted(leg: 2, uuid: "second")
        call.report(.ringing, leg: 1)
        call.hangUp(.refused, leg: 1)
        return call
    }

    @Test("A refused hang-up of an earlier leg is repeated although the call has ended since")
    func hangUpOwedAtEnd() {
        var call = self.owing
        #expect(call.left(.hangUp) == CallWindows.hangUpAgain)
        call.report(Samples.report(.busy, price: Samples.price, uuid: "second"), leg: 2)
        #expect(call.record.stage == .ended)
        call.pass(CallWindows.hangUpAgain)
        #expect(call.effects == [.hangUp(leg: 1)])
    }

    @Test("A refused hang-up of an earlier leg is repeated in the hold of the latest")
    func hangUpOwedInHold() {
        var call = self.owing
        call.report(Samples.report(.completed, uuid: "second"), leg: 2)
        #expect(call.record.isLive)
        #expect(call.left(.hangUp) == CallWindows.hangUpAgain)
    }

    @Test("A refused hang-up of an earlier leg is repeated although the latest is hung up too")
    func hangUpOwedWhenCancelled() {
        var call = self.owing
        call.cancel()
        #expect(call.effects == [.hangUp(leg: 2)])
        call.hangUp(.failed, leg: 2)
        #expect(call.left(.hangUp) == CallWindows.hangUpAgain)
        call.pass(CallWindows.hangUpAgain)
        #expect(call.effects.contains(.hangUp(leg: 1)))
    }

    @Test("A leg in Nexmo's list that is an earlier one of the call is not adopted")
    func searchFindsEarlierLeg() {
        var call = CallDriver.rungAgain()
        call.report(Samples.report(.ringing, uuid: nil), leg: 2)
        call.report(.ringing, leg: 1)
        call.searched(.legs([Samples.report(.ringing, source: .fetch)]), leg: 2)
        #expect(call.record.leg?.uuid == nil)
        call.searched(.legs([Samples.report(.ringing, source: .fetch, uuid: "second")]), leg: 2)
        #expect(call.record.leg?.uuid == "second")
    }

    @Test("No call is placed while its credentials are awaited")
    func credentialsAwaited() {
        var call = CallDriver(self.own)
        call.restart(hasCredentials: false)
        #expect(call.record.readyAt == nil)
        call.turnCame()
        #expect(call.record.stage == .queued)
        call.feed { machine, _ in machine.credentialsReturned() }
        #expect(call.record.readyAt == Samples.start)
    }

    @Test("A call to be rung again after a restart waits for its credentials too")
    func credentialsLostWhilePlacing() {
        var call = CallDriver(
            Samples.terms {
                $0.credentials = .ownCredentials
                $0.unknownPlacement = .ringAgain
            }
        )
        call.turnCame()
        call.restart(hasCredentials: false)
        #expect(call.left(.credentials) == .seconds(60))
        call.pass(.seconds(60))
        #expect(call.record.progress.reason == .credentialsLost)
    }

    @Test("A call of which nobody knows how often it rang is not rung for ever")
    func ringsAtMost() {
        var call = CallDriver(self.ringingAgain)
        for leg in 1...CallLeg.unknownMax {
            #expect(call.record.stage == .queued)
            call.turnCame()
            call.placement(.unknown(detail: "500"), leg: leg)
            call.pass(CallWindows.ringAgain)
        }
        #expect(call.record.stage == .placing)
        call.pass(.seconds(75))
        #expect(call.record.progress.reason == .nexmoUnavailable)
    }

    @Test("A leg that was given up is hung up when its words were played")
    func deadLegPlayed() {
        var call = CallDriver(Samples.terms(.announcement) { $0.unknownPlacement = .ringAgain })
        call.turnCame()
        call.placement(.unknown(detail: ""))
        call.report(.ringing)
        call.played()
        #expect(call.effects == [.hangUp(leg: 1)])
        #expect(call.record.decided == nil)
    }
}
