import NexmoSimulator
import Testing

private let hook = WebhookAddress(url: "http://127.0.0.1:1/input", method: .post)

private func prompt(
    _ words: String = "Your code please",
    _ input: NCCOAction.Input = .init(webhook: hook)
) -> [NCCOAction] {
    [.talk(.init(words, bargeIn: true)), .input(input)]
}

private func request(_ actions: [NCCOAction] = prompt()) -> CallRequest {
    CallRequest(
        to: "447700900100",
        from: "447700900001",
        beginning: .ncco(actions),
        events: hook
    )
}

@Suite("LegMachine")
struct LegMachineTests {
    @Test(
        "The last digits of a number pick what happens",
        arguments: [
            ("00", "started ringing answered input? completed", ["1234"]),
            ("01", "started ringing answered input? input? completed", ["2345", "1234"]),
            (
                "02", "started ringing answered input? input? input? completed",
                ["2345", "2345", "2345"]
            ),
            ("03", "started ringing answered input? input? input? completed", ["", "", ""]),
            ("04", "started ringing answered completed", []),
            ("05", "started ringing busy completed", []),
            ("06", "started ringing unanswered completed", []),
            ("07", "started ringing answered input? input? input? completed", ["", "", ""]),
            ("08", "started rejected", []),
            ("09", "started failed completed", []),
        ] as [(String, String, [String])]
    )
    func callees(ending: String, story: String, digits: [String]) {
        let plan = CalleePlan.callee(ofNumber: "4477009001" + ending)
        // Asks three times at most, as a service with three attempts does.
        let play = Playthrough(request(), plan) { question, count in
            guard case .input(_, let digits, _) = question else { return .nothing }
            return digits == "1234" || count == 3
                ? .ncco([.talk(.init("Bye"))]) : .ncco(prompt("Again"))
        }
        #expect(play.story.joined(separator: " ") == story)
        #expect(play.asked.map(\.digits) == digits)
        #expect(play.asked.allSatisfy { $0.timedOut == $0.digits.isEmpty })
    }

    @Test("The callee who hangs up does so halfway through the talk")
    func hangUpDuringPrompt() {
        let plan = CalleePlan.callee(ofNumber: "447700900104")
        let play = Playthrough(request(prompt(String(repeating: "a", count: 150))), plan)
        // Ten seconds of talk, begun with the answer at 2.5 s.
        #expect(play.end == .milliseconds(7500))
        #expect(play.events.last == .completed(duration: 5, by: .user, sipCode: 200))
    }

    @Test(
        "The PIN is the first run of three to ten digits spoken",
        arguments: [
            ("Key in 4831 now, not 9999", "4831"),
            ("Room 12, code 123, please", "123"),
            ("Your code please", "1234"),
            ("Card 12345678901", "1234"),
        ]
    )
    func pinHeard(words: String, pin: String) {
        let input = NCCOAction.Input(maxDigits: pin.count, webhook: hook)
        let play = Playthrough(request(prompt(words, input)), CalleePlan())
        #expect(play.asked.map(\.digits) == [pin])
    }

    @Test("Numbers inside SSML tags are not heard")
    func ssml() {
        let words = SpokenText.words(of: #"<speak>Hi<break time="200ms"/> 4831</speak>"#)
        #expect(words == "Hi 4831")
        #expect(SpokenText.pin(in: words) == "4831")
        #expect(SpokenText.words(of: "a < b and c > d") == "a < b and c > d")
    }

    @Test("A key cuts interruptible speech short, and only that")
    func bargeIn() {
        let long = String(repeating: "a", count: 150)
        let interrupted = Playthrough(request(prompt(long)), CalleePlan())
        // Answer at 2.5 s, three seconds of patience, four keys of 0.4 s.
        #expect(interrupted.asked.map(\.at) == [.milliseconds(7100)])
        let heardOut = Playthrough(
            request([.talk(.init(long)), .input(.init(webhook: hook))]),
            CalleePlan()
        )
        #expect(heardOut.asked.map(\.at) == [.milliseconds(14100)])
    }

    @Test("Silence counts from the end of the speech")
    func silence() {
        let long = String(repeating: "a", count: 150)
        let input = NCCOAction.Input(timeOut: .seconds(5), webhook: hook)
        let play = Playthrough(request(prompt(long, input)), CalleePlan(entries: []))
        #expect(play.asked.map(\.at) == [.milliseconds(17500)])
    }

    @Test("Hash ends an entry, and the keys behind it go to the next")
    func hash() {
        let input = NCCOAction.Input(maxDigits: 10, submitOnHash: true, webhook: hook)
        let plan = CalleePlan(entries: [.keys("12#34#")], repeatsLastEntry: false)
        let play = Playthrough(request(prompt("Code", input)), plan) { _, count in
            count < 2 ? .ncco(prompt("Again", input)) : .nothing
        }
        #expect(play.asked.map(\.digits) == ["12", "34"])
        #expect(play.asked.allSatisfy { !$0.timedOut })
    }

    @Test("Too few keys are sent with the mark that time ran out")
    func tooFewKeys() {
        let play = Playthrough(request(), CalleePlan(entries: [.keys("12")]))
        #expect(play.asked.map(\.digits) == ["12"])
        #expect(play.asked.map(\.timedOut) == [true])
    }

    @Test("A lost webhook leaves the rest of the NCCO standing")
    func lostInput() {
        let play = Playthrough(request(prompt() + prompt()), CalleePlan()) { _, count in
            count == 1 ? .undelivered(reason: nil) : .nothing
        }
        #expect(play.asked.map(\.digits) == ["1234", "1234"])
    }

    @Test("An unusable reply ends the leg with an error event")
    func unusable() {
        let play = Playthrough(request(), CalleePlan()) { _, _ in .unusable(reason: "x") }
        #expect(play.story.suffix(3) == ["input?", "error", "completed"])
    }

    @Test("An action that is not supported ends the leg with an error event")
    func unsupported() {
        let play = Playthrough(request([.unsupported("connect")]), CalleePlan())
        #expect(play.story.suffix(3) == ["answered", "error", "completed"])
    }

    @Test("Notify is asked when the talk before it has ended")
    func notify() {
        let actions: [NCCOAction] = [
            .talk(.init("Hello")), .notify(.init(payload: [:], webhook: hook)),
        ]
        let play = Playthrough(request(actions), CalleePlan())
        #expect(play.story.suffix(3) == ["answered", "notify?", "completed"])
    }

    @Test(
        "Machine detection tells who answers",
        arguments: [
            ("00", MachineDetection.Mode.waitsForVerdict, false, "human input? completed"),
            ("07", .waitsForVerdict, false, "machine input? completed"),
            ("07", .waitsForVerdict, true, "machine completed"),
            ("07", .waitsForBeep, false, "machine machine input? completed"),
            ("07", .meanwhile, true, "machine completed"),
        ] as [(String, MachineDetection.Mode, Bool, String)]
    )
    func detection(ending: String, mode: MachineDetection.Mode, hangsUp: Bool, story: String) {
        var call = request(
            prompt(String(repeating: "a", count: 150), .init(timeOut: .seconds(9), webhook: hook))
        )
        call.detection = MachineDetection(mode: mode, hangsUp: hangsUp)
        let play = Playthrough(call, CalleePlan.callee(ofNumber: "4477009001" + ending))
        #expect(play.story.dropFirst(3).joined(separator: " ") == story)
    }

    @Test("A beep that does not come is reported when its time is over")
    func noBeep() {
        var call = request()
        call.detection = MachineDetection(mode: .waitsForBeep)
        var plan = CalleePlan.callee(ofNumber: "447700900107")
        plan.beepsAfter = nil
        let play = Playthrough(call, plan)
        #expect(play.events.contains(.machine(subState: "beep_timeout")))
    }

    @Test("Nobody rings longer than the ringing timer")
    func ringingTimer() {
        var call = request()
        call.ringingTimer = .seconds(10)
        let play = Playthrough(call, CalleePlan.callee(ofNumber: "447700900106"))
        #expect(play.story == ["started", "ringing", "timeout", "completed"])
        #expect(play.end == .milliseconds(10500))
    }

    @Test("Nobody talks longer than the length timer")
    func lengthTimer() {
        var call = request([.talk(.init("Hello", loop: 0))])
        call.lengthTimer = .seconds(20)
        let play = Playthrough(call, CalleePlan())
        #expect(play.events.last == .completed(duration: 20, by: .platform, sipCode: 200))
    }

    @Test("Hanging up before the answer cancels, afterwards completes")
    func hangup() {
        var ringing = LegMachine(request: request(), plan: CalleePlan())
        _ = ringing.timePassed(at: .seconds(1))
        let cancelled = ringing.hangupRequested(at: .seconds(1))
        #expect(cancelled.events.map(\.kind) == [.cancelled, .completed])
        #expect(cancelled.step == .over)
        #expect(ringing.hangupRequested(at: .seconds(1)) == LegMove(step: .over))

        var answered = LegMachine(request: request(), plan: CalleePlan())
        _ = answered.timePassed(at: .seconds(3))
        let completed = answered.hangupRequested(at: .seconds(4))
        #expect(completed.events == [.completed(duration: 2, by: .platform, sipCode: 200)])
    }

    @Test("A transfer replaces what plays and what waits")
    func transfer() {
        var machine = LegMachine(request: request(), plan: CalleePlan())
        _ = machine.timePassed(at: .seconds(3))
        let actions: [NCCOAction] = [.talk(.init("Hi"))]
        let move = machine.transferRequested(.ncco(actions), at: .seconds(3))
        #expect(move.events == [.transfer])
        #expect(move.step == .sleep(until: .milliseconds(3500)))
        #expect(machine.timePassed(at: .milliseconds(3500)).step == .over)
    }

    @Test("A leg that vanished is silent until it is hung up")
    func vanishing() {
        var plan = CalleePlan()
        plan.vanishes = .atInput
        var machine = LegMachine(request: request(), plan: plan)
        let move = machine.timePassed(at: .seconds(60))
        #expect(move.events.map(\.kind) == [.ringing, .answered])
        #expect(machine.isSilenced)
        #expect(machine.hangupRequested(at: .seconds(61)).step == .over)
    }

    @Test("Whatever comes in whatever order, a leg ends once", arguments: 0..<200)
    func randomWalk(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let ending = "0\(seed % 10)"
        var call = request(prompt() + prompt())
        call.lengthTimer = .seconds(60)
        if seed % 3 == 0 { call.detection = MachineDetection(mode: .waitsForBeep) }
        var machine = LegMachine(
            request: call,
            plan: CalleePlan.callee(ofNumber: "4477009001" + ending)
        )
        var move = machine.placed()
        var now: Duration = .zero
        var ends = 0
        for _ in 0..<400 {
            let final: [WebhookKind] = [.completed, .rejected]
            ends += move.events.count { final.contains($0.kind) }
            if move.step == .over { break }
            now += .milliseconds(Int64.random(in: 0...2000, using: &random))
            switch Int.random(in: 0..<40, using: &random) {
            case 0: move = machine.hangupRequested(at: now)
            case 1: move = machine.transferRequested(.ncco(prompt()), at: now)
            case 2...10: move = machine.replied(.ncco(prompt()), at: now)
            case 11...20: move = machine.replied(.nothing, at: now)
            default: move = machine.timePassed(at: now)
            }
        }
        #expect(move.step == .over)
        #expect(ends == 1)
        #expect(machine.timePassed(at: now + .seconds(9)) == LegMove(step: .over))
    }
}
