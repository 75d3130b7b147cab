import PromptCallCore
import Testing

/// The wall clock is set back while the daemon is down, by far more than any window of a call.
@Suite("CallMachine: a clock set back")
struct CallMachineClockTests {
    private static let step = Duration.seconds(2 * 3600)

    private func windows(_ call: CallDriver) -> Duration {
        CallWindows.setup + call.record.terms.ringTimeout + CallWindows.slack
            + call.record.terms.maxDuration + CallWindows.lost + .seconds(120)
    }

    @Test("A live call that nothing is heard of ends within its windows all the same")
    func silence() {
        for var call in [CallDriver.placed(), CallDriver.answered(), CallDriver.unknown()] {
            call.now = call.now - Self.step
            call.feed { $0.restarted(hasCredentials: true, at: $1) }
            call.pass(self.windows(call))
            #expect(call.record.stage == .ended)
        }
    }

    @Test("An end that the new clock has yet to reach is held no longer than another")
    func end() {
        var call = CallDriver.answered()
        call.enter(Samples.right, turn: 1)
        call.report(Samples.report(.completed, by: .user))
        #expect(call.left(.hold) == CallWindows.hold)
        call.now = call.now - Self.step
        call.feed { $0.restarted(hasCredentials: true, at: $1) }
        call.report(Samples.report(.completed, by: .user))
        call.pass(CallWindows.hold)
        #expect(call.record.progress.reason == .pinMatched)
    }

    @Test("One that was seen alive by the old clock is not taken for alive by the new one")
    func seenAlive() {
        var call = CallDriver.answered()
        call.report(Samples.report(.answered, source: .fetch))
        #expect(call.record.leg?.seenAliveAt != nil)
        call.now = call.now - Self.step
        call.feed { $0.restarted(hasCredentials: true, at: $1) }
        #expect(call.record.leg?.seenAliveAt == nil)
        call.pass(self.windows(call))
        #expect(call.record.progress.reason == .lost)
    }
}
