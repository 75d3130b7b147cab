import PromptCallCore
import Testing

@Suite("CallMachine: answering machines")
struct CallMachineMachineTests {
    private static let speech = Duration.seconds(8)

    private static func hangingUp(_ prompt: PromptKind = .pin(length: 4)) -> CallDriver {
        var call = CallDriver.placed(
            Samples.terms(prompt) { $0.machine = MachineTerms(.hangUp, detection: .advanced) }
        )
        call.report(.answered)
        return call
    }

    private static func leaving(
        _ prompt: PromptKind = .announcement,
        _ detection: MachineDetection = .advanced,
        change: (inout CallTerms) -> Void = { _ in }
    ) -> CallDriver {
        let terms = Samples.terms(prompt) {
            $0.machine = MachineTerms(.leaveMessage, detection: detection, speech: Self.speech)
            change(&$0)
        }
        var call = CallDriver.placed(terms)
        call.report(.answered)
        return call
    }

    private static let playedOut = Samples.report(.completed, by: .platform, price: Samples.price)
    private static let hungUp = Samples.report(.completed, by: .user, price: Samples.price)

    // MARK: - Hanging up

    @Test("A machine is hung up, and the call ends as MACHINE")
    func hangUp() {
        var call = Self.hangingUp()
        call.report(.machine)
        #expect(call.effects == [.hangUp(leg: 1)])
        call.report(Self.playedOut)
        call.pass(CallWindows.holdForEntry)
        #expect(call.record.progress.reason == .machine)
        #expect(call.record.progress.status == .failed)
    }

    @Test("A machine that is not known by name yet is hung up as soon as it is")
    func hangUpUnnamed() {
        var call = CallDriver(
            Samples.terms { $0.machine = MachineTerms(.hangUp, detection: .standard) }
        )
        call.turnCame()
        call.report(Samples.report(.machine, uuid: nil))
        #expect(call.effects.isEmpty)
        call.report(Samples.report(.answered))
        #expect(call.effects == [.hangUp(leg: 1)])
    }

    @Test("A hang-up that is refused is repeated, and one of a leg that is gone ends the call")
    func hangUpAgain() {
        var call = Self.hangingUp()
        call.report(.machine)
        call.hangUp(.refused)
        call.pass(CallWindows.hangUpAgain)
        #expect(call.effects == [.hangUp(leg: 1)])
        call.hangUp(.gone)
        call.pass(CallWindows.holdForEntry)
        #expect(call.record.progress.reason == .machine)
    }

    @Test("A hang-up without effect is repeated by the watchdog")
    func hangUpWithoutEffect() {
        var call = Self.hangingUp()
        call.report(.machine)
        call.hangUp(.accepted)
        call.pass(CallWindows.hangUpCheck)
        #expect(call.effects.contains(.hangUp(leg: 1)))
    }

    @Test("A key before the machine was told, or while it is suspected, is a human's")
    func keys() {
        var early = Self.hangingUp()
        early.enter(Samples.wrong, turn: 1)
        early.report(.machine)
        #expect(early.effects.isEmpty)
        var late = Self.hangingUp()
        late.report(.machine)
        late.enter(Samples.right, turn: 1)
        late.report(Self.playedOut)
        #expect(late.record.progress.reason == .pinMatched)
    }

    @Test("The right digits win while the end of a machine is held")
    func rightInHold() {
        var call = Self.hangingUp()
        call.report(.machine)
        call.report(Self.playedOut)
        call.enter(Samples.right, turn: 1)
        #expect(call.record.decided == .pinMatched)
    }

    @Test("A human who was hung up for a machine is not the one to blame")
    func wrongedHuman() {
        var call = Self.hangingUp()
        call.report(.machine)
        call.enter(Samples.wrong, turn: 1)
        call.report(Self.playedOut)
        call.pass(CallWindows.holdForEntry)
        #expect(call.record.progress.reason == .interrupted)
    }

    @Test("A key after Nexmo knew of no leg leaves the end open")
    func keyAfterGone() {
        var call = Self.hangingUp()
        call.report(.machine)
        call.hangUp(.gone)
        #expect(call.left(.hold) != nil)
        call.enter(Samples.wrong, turn: 1)
        #expect(call.left(.hold) == nil)
    }

    @Test("A machine that is told of after the leg's end explains it")
    func toldLate() {
        var call = Self.hangingUp()
        call.report(Self.hungUp)
        call.report(.machine)
        call.pass(CallWindows.holdForEntry)
        #expect(call.record.progress.reason == .machine)
    }

    @Test("Silence of a machine is a machine's")
    func silence() {
        var call = Self.leaving(.pin(length: 4)) { $0.attemptsMax = 1 }
        call.report(.machine)
        call.pass(.seconds(20))
        call.silence(turn: 1)
        #expect(call.record.decided == .machine)
    }

    @Test("Nobody listens for machines unless that was ordered")
    func notOrdered() {
        var call = CallDriver.answered()
        call.report(.machine)
        call.report(.beep)
        #expect(call.effects.isEmpty)
        #expect(call.record.leg?.callee == nil)
    }

    // MARK: - Listening

    @Test("Watchdogs wait while Nexmo listens, and the words of a human begin behind that")
    func watchdogs() {
        var call = Self.hangingUp()
        let words = Samples.speech.text + .seconds(5)
        #expect(call.left(.watch) == words + CallWindows.slack + CallWindows.detection)
        call.pass(.seconds(5))
        call.report(.human)
        #expect(call.left(.watch) == words + CallWindows.slack)
        #expect(call.record.dialogue.openedAt == call.now)
        call.report(.machine)
        #expect(call.record.leg?.callee == .human)
        call.pass(.seconds(1))
        call.report(.human)
        #expect(call.record.dialogue.openedAt == call.now - .seconds(1))
    }

    @Test("A human who is told of after the first entry, or the end, changes no times")
    func lateHuman() {
        var call = Self.hangingUp()
        call.report(Self.hungUp)
        call.report(.human)
        #expect(call.record.leg?.callee == .human)
        call.pass(CallWindows.holdForEntry)
        #expect(call.record.progress.reason == .hungUp)
    }

    // MARK: - Leaving a message

    @Test("The message waits for the beep, and played out it ends an announcement well")
    func message() {
        var call = Self.leaving()
        call.report(.machine)
        #expect(call.effects.isEmpty)
        call.pass(.seconds(20))
        call.report(.beep)
        #expect(call.effects == [.leaveMessage(leg: 1)])
        call.message(.accepted)
        call.pass(Self.speech)
        call.messagePlayed()
        #expect(call.record.progress.messageLeft)
        call.report(Self.playedOut)
        #expect(call.record.progress.reason == .messageLeft)
        #expect(call.record.progress.status == .ok)
    }

    @Test("A call that asks for digits ends as MACHINE, with its message left")
    func messageInsteadOfDigits() {
        var call = Self.leaving(.pin(length: 4))
        call.report(.machine)
        call.report(.beep)
        call.message(.accepted)
        call.messagePlayed()
        call.report(Self.playedOut)
        call.pass(CallWindows.holdForEntry)
        #expect(call.record.progress.reason == .machine)
        #expect(call.record.progress.messageLeft)
    }

    @Test("The end by Nexmo shows that a message which was taken was played out")
    func playedByEnd() {
        var call = Self.leaving()
        call.report(.beep)
        call.message(.accepted)
        call.report(Self.playedOut)
        #expect(call.record.progress.reason == .messageLeft)
        #expect(call.record.progress.messageLeft)
    }

    @Test("An end that overtakes the answer to the message is held for it")
    func endOvertakes() {
        var call = Self.leaving()
        call.report(.beep)
        call.report(Self.playedOut)
        #expect(call.record.stage == .answered)
        call.message(.accepted)
        #expect(call.record.progress.reason == .messageLeft)
    }

    @Test("A machine that hangs up during its message did not take it")
    func cutShort() {
        var call = Self.leaving()
        call.report(.beep)
        call.message(.accepted)
        call.report(Self.hungUp)
        call.pass(CallWindows.hold)
        #expect(call.record.progress.reason == .machine)
        #expect(!call.record.progress.messageLeft)
    }

    @Test("Standard detection hears no beep, so the message is told at once")
    func standard() {
        var call = Self.leaving(.announcement, .standard)
        call.report(.machine)
        #expect(call.effects == [.leaveMessage(leg: 1)])
        call.report(.machine)
        #expect(call.effects.isEmpty)
    }

    @Test("A beep of which word was lost is awaited in vain no longer than Nexmo would")
    func lostBeep() {
        var call = Self.leaving()
        call.report(.machine)
        call.pass(CallWindows.beep + CallWindows.slack)
        #expect(call.performed.map(\.effect) == [.place(leg: 1), .leaveMessage(leg: 1)])
    }

    @Test("A refused message is asked for again, and at last the leg is hung up")
    func refused() {
        var call = Self.leaving()
        call.report(.beep)
        for _ in 1..<Dialogue.messagesMax {
            call.message(.refused)
            call.pass(CallWindows.messageAgain)
            #expect(call.effects == [.leaveMessage(leg: 1)])
        }
        call.message(.refused)
        call.pass(CallWindows.messageAgain)
        #expect(call.effects == [.hangUp(leg: 1)])
        call.report(Self.playedOut)
        call.pass(CallWindows.hold)
        #expect(call.record.progress.reason == .machine)
    }

    @Test("A message that may play is asked for again when it has had its time")
    func unknownFate() {
        var call = Self.leaving()
        call.report(.beep)
        call.message(.failed)
        call.pass(Self.speech)
        #expect(call.performed.count { $0.effect == .leaveMessage(leg: 1) } == 1)
        call.pass(CallWindows.slack)
        #expect(call.performed.count { $0.effect == .leaveMessage(leg: 1) } == 2)
        call.messagePlayed()
        #expect(call.record.decided == .messageLeft)
    }

    @Test("A leg that is gone is asked about at once")
    func gone() {
        var call = Self.leaving()
        call.report(.beep)
        call.message(.gone)
        call.pass(CallWindows.silentHangUp)
        #expect(call.effects == [.fetch(leg: 1)])
    }

    @Test("A leg without a name is told its message once it has one")
    func unnamed() {
        var call = CallDriver(
            Samples.terms(.announcement) {
                $0.machine = MachineTerms(.leaveMessage, detection: .advanced)
            }
        )
        call.turnCame()
        call.report(Samples.report(.beep, uuid: nil))
        #expect(call.effects.isEmpty)
        call.report(Samples.report(.ringing))
        call.pass(CallWindows.messageAgain)
        #expect(call.effects == [.leaveMessage(leg: 1)])
    }

    @Test("A key during the message is a human's, who goes on being asked")
    func keyDuringMessage() {
        var call = Self.leaving(.pin(length: 4))
        call.report(.beep)
        call.message(.accepted)
        call.enter(Samples.wrong, turn: 1)
        #expect(call.record.dialogue.message == nil)
        call.messagePlayed()
        #expect(!call.record.progress.messageLeft)
        call.enter(Samples.right, turn: 2)
        call.report(Self.playedOut)
        #expect(call.record.progress.reason == .pinMatched)
    }

    @Test("A cancel during the message wins")
    func cancelled() {
        var call = Self.leaving()
        call.report(.beep)
        call.cancel()
        call.message(.accepted)
        #expect(call.record.decided == .cancelled)
        call.pass(Self.speech + CallWindows.slack)
        #expect(call.performed.count { $0.effect == .leaveMessage(leg: 1) } == 1)
        call.report(Self.playedOut)
        #expect(call.record.progress.reason == .cancelled)
    }

    @Test("After a cancel no message is asked for")
    func cancelledBefore() {
        var call = Self.leaving()
        call.report(.machine)
        call.cancel()
        call.pass(CallWindows.beep + CallWindows.slack)
        #expect(call.performed.allSatisfy { $0.effect != .leaveMessage(leg: 1) })
    }

    @Test("A message that was asked for before a crash is asked for again")
    func restart() {
        var call = Self.leaving()
        call.report(.beep)
        call.restart()
        call.pass(Self.speech + CallWindows.slack)
        #expect(call.performed.count { $0.effect == .leaveMessage(leg: 1) } == 2)
    }

    @Test("A machine that stays on the line after its message is hung up")
    func stays() {
        var call = Self.leaving(.pin(length: 4))
        call.report(.beep)
        call.message(.accepted)
        call.messagePlayed()
        call.pass(CallWindows.lastWordsSlack)
        #expect(call.effects.contains(.hangUp(leg: 1)))
    }

    @Test("Word of a message that nobody asked for, or of no leg, is only noted")
    func stray() {
        var call = CallDriver.answered()
        call.messagePlayed()
        call.messagePlayed(leg: 7)
        call.message(.accepted, leg: 7)
        #expect(!call.record.progress.messageLeft)
        call.report(Samples.report(.completed, by: .user, price: Samples.price))
        call.pass(CallWindows.holdForEntry)
        call.messagePlayed()
        #expect(call.record.progress.reason == .hungUp)
    }

    @Test("The words for a machine are the text where none are stated")
    func words() {
        #expect(CallScript(text: "a").message == "a")
        #expect(CallScript(text: "a", machineText: "b").message == "b")
        #expect(CallScript(text: "").message == nil)
    }
}
