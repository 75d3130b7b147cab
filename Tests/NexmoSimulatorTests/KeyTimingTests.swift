import NexmoSimulator
import Testing

private let hook = WebhookAddress(url: "http://127.0.0.1:1/input", method: .post)

/// Ten seconds of interruptible talk, then an input.
private func prompt(timeOut: Duration = .seconds(5)) -> [NCCOAction] {
    [
        .talk(.init(String(repeating: "a", count: 150), bargeIn: true)),
        .input(.init(timeOut: timeOut, webhook: hook)),
    ]
}

private let request = CallRequest(
    to: "447700900100",
    from: "447700900001",
    beginning: .ncco(prompt()),
    events: hook
)

/// Answers come at 2.5 s.
@Suite("KeyTiming")
struct KeyTimingTests {
    @Test("The time of an input starts with the end of the speech, or with its beginning")
    func bargeInTimer() {
        let silent = CalleePlan(entries: [])
        let late = Playthrough(request, silent, bargeInTimer: .promptEnd)
        #expect(late.asked.map(\.at) == [.milliseconds(17500)])
        let early = Playthrough(request, silent, bargeInTimer: .promptStart)
        #expect(early.asked.map(\.at) == [.milliseconds(7500)])
        #expect(early.asked.map(\.timedOut) == [true])
    }

    @Test("Keys that cut the speech short count in both readings", arguments: BargeInTimer.allCases)
    func bargeIn(timer: BargeInTimer) {
        let timing = KeyTiming(.promptBegan, after: .seconds(2), between: .milliseconds(100))
        let play = Playthrough(
            request,
            CalleePlan(entries: [.timed(.pin, timing)]),
            bargeInTimer: timer
        )
        #expect(play.asked.map(\.digits) == ["1234"])
        #expect(play.asked.map(\.at) == [.milliseconds(4800)])
    }

    @Test("Keys after the speech are too late where its time began with it")
    func afterPrompt() {
        let plan = CalleePlan(entries: [.timed(.pin, KeyTiming(.promptEnded, after: .seconds(4)))])
        let heard = Playthrough(request, plan, bargeInTimer: .promptEnd)
        #expect(heard.asked.map(\.digits) == ["1234"])
        let missed = Playthrough(request, plan, bargeInTimer: .promptStart)
        #expect(missed.asked.map(\.digits) == [""])
    }

    @Test("Late keys land in the next prompt if that listens, else nowhere")
    func late() {
        let plan = CalleePlan(
            entries: [.timed(.pin, KeyTiming(.timedOut, after: .seconds(1))), .keys("9999")]
        )
        let asked = Playthrough(request, plan) { _, count in
            count < 3 ? .ncco(prompt()) : .nothing
        }
        #expect(asked.asked.map(\.digits) == ["", "1234", "9999"])
        let talked = Playthrough(request, plan) { _, count in
            count < 2
                ? .ncco([.talk(.init(String(repeating: "a", count: 150)))] + prompt()) : .nothing
        }
        #expect(talked.asked.map(\.digits) == ["", "9999"])
    }

    @Test("A callee hangs up behind an entry")
    func hangsUp() {
        var plan = CalleePlan(entries: [.silence, .wrongPIN])
        plan.hangUp = .afterEntry(1)
        let play = Playthrough(request, plan) { _, _ in .ncco(prompt()) }
        #expect(play.asked.map(\.digits) == ["", "2345"])
        #expect(play.events.last?.kind == .completed)
        #expect(play.end == play.asked.last.map { $0.at + LegMachine.hangsUpBehindEntry })
    }

    @Test("What is keyed in is told however late the machine is asked")
    func lateness() {
        var plan = CalleePlan()
        plan.hangUp = .afterEntry(1)
        var machine = LegMachine(request: request, plan: plan)
        let move = machine.timePassed(at: .seconds(60))
        #expect(move.events.map(\.kind) == [.ringing, .answered])
        guard case .ask(.input(_, "1234", timedOut: false)) = move.step else {
            Issue.record("\(move.step)")
            return
        }
        let end = machine.replied(.ncco(prompt()), at: .seconds(60))
        #expect(end.events.map(\.kind) == [.completed])
    }

    @Test(
        "Detection errs as the plan wants",
        arguments: [
            (CalleePlan.Outcome.answers, CalleePlan.Verdict.machine, ["machine", "machine"]),
            (.machine, .human, ["human"]),
            (.machine, .nothing, []),
        ]
    )
    func detection(
        outcome: CalleePlan.Outcome,
        verdict: CalleePlan.Verdict,
        kinds: [String]
    ) {
        var call = request
        call.detection = MachineDetection(mode: .waitsForBeep)
        var plan = CalleePlan(outcome: outcome)
        plan.detectedAs = verdict
        let play = Playthrough(call, plan)
        #expect(play.story.filter { ["human", "machine"].contains($0) } == kinds)
        #expect(play.asked.count == 1)
    }
}
