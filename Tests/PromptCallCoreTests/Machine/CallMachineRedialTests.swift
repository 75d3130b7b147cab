import PromptCallCore
import Testing

@Suite("CallMachine: redial")
struct CallMachineRedialTests {
    private static func terms(
        _ reasons: [CallReason] = RedialTerms.possibleReasons,
        redialsMax: Int = 2,
        prompt: PromptKind = .pin(length: 4),
        change: (inout CallTerms) -> Void = { _ in }
    ) -> CallTerms {
        Samples.terms(prompt) {
            $0.redial = RedialTerms(redialsMax: redialsMax, reasons: reasons)
            $0.expiresAt = Samples.start + .seconds(3600)
            change(&$0)
        }
    }

    /// A call that was busy and waits for its second leg.
    private static func waiting(_ terms: CallTerms = Self.terms()) -> CallDriver {
        var call = CallDriver.placed(terms)
        call.report(Samples.report(.busy, duration: .zero, price: Samples.price))
        return call
    }

    @Test("A busy call waits in the queue, and its second leg is rung")
    func story() {
        var call = Self.waiting()
        #expect(call.record.stage == .queued)
        #expect(call.record.leg?.reason == .busy)
        #expect(call.record.progress.redials == 1)
        #expect(call.left(.ready) == .seconds(60))
        #expect(call.left(.expiry) == .seconds(3600))
        call.turnCame()
        #expect(call.record.stage == .queued, "it is not its turn yet")
        call.pass(.seconds(60))
        call.turnCame()
        #expect(call.effects == [.place(leg: 2)])
        call.accepted(leg: 2, uuid: "second")
        call.report(Samples.report(.answered, uuid: "second"), leg: 2)
        call.enter(Samples.right, turn: 1, leg: 2, uuid: "second")
        let end = Samples.report(
            .completed,
            by: .platform,
            duration: .seconds(9),
            price: Samples.price,
            uuid: "second"
        )
        call.report(end, leg: 2)
        #expect(call.record.progress.reason == .pinMatched)
        #expect(call.record.progress.price == Samples.price + Samples.price)
        #expect(call.record.progress.legs.map(\.reason) == [.busy, .pinMatched])
        #expect(
            call.kinds == [
                .queued, .placed, .redial, .placed, .answered, .digits, .verified, .ended,
            ]
        )
    }

    @Test("The wait doubles up to 15 minutes")
    func waits() {
        let redial = RedialTerms(redialsMax: 10)
        let waits = (0...10).map { redial.wait(afterRedials: $0) }
        #expect(waits.prefix(5) == [60, 120, 240, 480, 900].map { Duration.seconds($0) }[...])
        #expect(waits.dropFirst(5).allSatisfy { $0 == .seconds(900) })
    }

    @Test("After the last redial the call ends as its last leg did")
    func last() {
        var call = Self.waiting(Self.terms(redialsMax: 1))
        call.pass(.seconds(60))
        call.turnCame()
        call.accepted(leg: 2, uuid: "second")
        call.report(Samples.report(.unanswered, price: Samples.price, uuid: "second"), leg: 2)
        #expect(call.record.progress.reason == .unanswered)
        #expect(call.record.progress.redials == 1)
        #expect(call.record.progress.legs.map(\.reason) == [.busy, .unanswered])
    }

    @Test("An end that was not asked for is the call's end")
    func otherReason() {
        let call = Self.waiting(Self.terms([.unanswered]))
        #expect(call.record.progress.reason == .busy)
    }

    @Test("A redial that would come after expires_at is none: the call ends as its leg did")
    func tooLate() {
        let terms = Self.terms { $0.expiresAt = Samples.start + .seconds(60) }
        let call = Self.waiting(terms)
        #expect(call.record.progress.reason == .busy)
        #expect(call.record.progress.redials == 0)
    }

    @Test("A call that waits for its redial at expires_at ends as expired")
    func expiresWaiting() {
        let terms = Self.terms { $0.expiresAt = Samples.start + .seconds(61) }
        var call = Self.waiting(terms)
        call.pass(.seconds(61))
        #expect(call.record.progress.reason == .expired)
        #expect(call.record.leg?.reason == .busy, "its leg keeps its own reason")
    }

    @Test("A call that waits for its redial can be cancelled")
    func cancelWaiting() {
        var call = Self.waiting()
        call.cancel()
        #expect(call.record.progress.reason == .cancelled)
        #expect(call.record.leg?.reason == .busy)
        call.pass(.seconds(120))
        call.turnCame()
        #expect(call.effects.isEmpty)
    }

    @Test("A redial that Nexmo refuses leaves the earlier leg as it was")
    func refused() {
        var call = Self.waiting()
        call.pass(.seconds(60))
        call.turnCame()
        call.placement(.refused(.init(.request, detail: "No.")), leg: 2)
        #expect(call.record.progress.reason == .refusedByNexmo)
        #expect(call.record.progress.legs.map(\.reason) == [.busy])
    }

    @Test("What comes late for an earlier leg belongs to that leg")
    func late() {
        var call = CallDriver.placed(Self.terms())
        call.report(.busy)
        call.pass(CallWindows.hold)
        #expect(call.record.stage == .queued)
        call.report(Samples.report(.completed, duration: .zero, price: Samples.price))
        #expect(call.record.progress.legs[0].price == Samples.price)
        #expect(call.record.stage == .queued)
        #expect(call.enter(Samples.right, turn: 1) == .directive(.silence))
        call.pass(.seconds(60))
        call.turnCame()
        call.accepted(leg: 2, uuid: "second")
        #expect(call.enter(Samples.right, turn: 1) == .directive(.silence))
        call.report(.answered)
        #expect(call.record.stage == .started, "the second leg has not been answered")
    }

    @Test("Tries count over all legs")
    func tries() {
        var call = CallDriver.answered(Self.terms { $0.attemptsMax = 2 })
        call.enter(Samples.wrong, turn: 1)
        call.report(Samples.report(.completed, by: .user, price: Samples.price))
        call.pass(CallWindows.holdForEntry)
        #expect(call.record.leg?.reason == .hungUp)
        call.pass(.seconds(60))
        call.turnCame()
        call.accepted(leg: 2, uuid: "second")
        call.enter(Samples.wrong, turn: 1, leg: 2, uuid: "second")
        #expect(call.record.decided == .attemptsExhausted)
        #expect(call.record.progress.attempts == 2)
    }

    @Test("Silence uses up the tries of its leg alone, for nobody guessed")
    func silence() {
        var call = CallDriver.answered(Self.terms { $0.attemptsMax = 1 })
        call.pass(.seconds(20))
        call.silence(turn: 1)
        #expect(call.record.decided == .noInput)
        call.report(Samples.report(.completed, by: .platform, price: Samples.price))
        #expect(call.record.stage == .queued)
        #expect(call.record.leg?.reason == .noInput)
        #expect(call.record.dialogue.rounds == 0)
    }

    @Test("A machine's silence is forgiven, and a guess before it is not")
    func machineSilence() {
        let terms = Self.terms {
            $0.attemptsMax = 2
            $0.machine = MachineTerms(.leaveMessage, detection: .advanced)
        }
        var call = CallDriver.answered(terms)
        call.enter(Samples.wrong, turn: 1)
        call.report(Samples.report(.completed, by: .user, price: Samples.price))
        call.pass(CallWindows.holdForEntry + .seconds(60))
        call.turnCame()
        call.accepted(leg: 2, uuid: "second")
        call.report(Samples.report(.machine, uuid: "second"), leg: 2)
        call.pass(.seconds(20))
        let silence = LegEvent.Entry(turn: 1, digits: Samples.none, timedOut: true, uuid: "second")
        _ = call.enter(silence, leg: 2)
        #expect(call.record.decided == .machine)
        call.report(
            Samples.report(.completed, by: .platform, price: Samples.price, uuid: "second"),
            leg: 2
        )
        #expect(call.record.stage == .queued)
        #expect(call.record.dialogue.rounds == 1)
    }

    @Test("A cancel between the last silence and the redial wins, for the call would go on")
    func cancelBeforeRedial() {
        var call = CallDriver.answered(Self.terms { $0.attemptsMax = 1 })
        call.pass(.seconds(20))
        call.silence(turn: 1)
        call.cancel()
        call.report(Samples.report(.completed, by: .platform, price: Samples.price))
        #expect(call.record.progress.reason == .cancelled)
    }

    @Test("A cancelled leg whose name comes with an old entry is hung up")
    func namedByOldEntry() {
        var call = CallDriver(Samples.terms())
        call.turnCame()
        call.enter(Samples.wrong, turn: 1, uuid: nil)
        call.cancel()
        #expect(call.effects.isEmpty)
        call.enter(Samples.wrong, turn: 1)
        #expect(call.effects == [.hangUp(leg: 1)])
    }

    @Test("A leg of which nothing is known is not followed by another")
    func lost() {
        var call = CallDriver.answered(Self.terms { $0.attemptsMax = 1 })
        call.pass(.seconds(20))
        call.silence(turn: 1)
        call.fetchAnswer = .notFound
        call.hangUpAnswer = .failed
        call.pass(.seconds(1200))
        #expect(call.record.progress.reason == .noInput)
        #expect(call.record.progress.redials == 0)
    }

    @Test("What was due together with the end of a leg does not end the call that waits")
    func dueTogether() {
        var call = CallDriver.placed(Self.terms())
        call.report(.busy)
        call.sleep(CallWindows.hold + .seconds(1))
        #expect(call.record.stage == .queued)
        #expect(call.kinds.last == .redial)
    }

    @Test("A restart while it waits changes nothing, but for credentials that are gone")
    func restart() {
        var call = Self.waiting()
        let before = call.record
        call.restart()
        #expect(call.record == before)
        var own = Self.waiting(Self.terms { $0.credentials = .ownCredentials })
        own.restart(hasCredentials: false)
        own.pass(CallWindows.credentials)
        #expect(own.record.progress.reason == .credentialsLost)
        #expect(own.record.leg?.reason == .busy)
    }

    @Test("Calls that are rung again count unknown legs alone")
    func unknownLegs() {
        var call = Self.waiting(
            Self.terms {
                $0.unknownPlacement = .ringAgain
                $0.expiresAt = Samples.start + .seconds(36_000)
            }
        )
        call.pass(.seconds(60))
        for leg in 2...CallLeg.unknownMax {
            call.turnCame()
            call.placement(.unknown(detail: ""), leg: leg)
            call.pass(CallWindows.ringAgain)
        }
        #expect(call.record.stage == .queued)
        call.turnCame()
        call.placement(.unknown(detail: ""), leg: CallLeg.unknownMax + 1)
        #expect(call.record.leg?.placement == .unknown)
    }

    @Test("Every end that a redial can help is one", arguments: RedialTerms.possibleReasons)
    func everyReason(reason: CallReason) {
        let terms = Self.terms([reason]) {
            $0.attemptsMax = 1
            $0.machine = MachineTerms(.hangUp, detection: .advanced)
        }
        var call = CallDriver.placed(terms)
        switch reason {
        case .busy: call.report(.busy)
        case .unanswered: call.report(.unanswered)
        case .rejected: call.report(.rejected(.declined))
        case .unreachable: call.report(.failed(.unreachable))
        case .machine:
            call.report(.machine)
            call.report(Samples.report(.completed, by: .platform))
        case .noInput:
            call.report(.answered)
            call.pass(.seconds(20))
            call.silence(turn: 1)
            call.report(Samples.report(.completed, by: .platform))
        case .hungUp:
            call.report(.answered)
            call.report(Samples.report(.completed, by: .user))
        default:
            call.report(.answered)
            call.report(Samples.report(.completed, by: .platform))
        }
        call.pass(CallWindows.holdForEntry)
        #expect(call.record.stage == .queued)
        #expect(call.record.leg?.reason == reason)
    }
}
