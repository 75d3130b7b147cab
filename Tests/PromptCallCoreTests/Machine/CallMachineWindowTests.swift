import PromptCallCore
import Testing

/// Calling windows, and clocks that step.
@Suite("CallMachine: windows")
struct CallMachineWindowTests {
    @Test("A call outside its window waits until that opens, or expires where that is too late")
    func window() {
        var call = CallDriver()
        call.turnCame(opensAt: call.now + .seconds(60))
        #expect(call.record.stage == .queued)
        #expect(call.left(.ready) == .seconds(60))
        call.pass(.seconds(60))
        call.turnCame(opensAt: call.now + .seconds(3600))
        #expect(call.record.progress.reason == .expired)
    }

    @Test("A call can be made to wait from its submission on")
    func submitted() {
        var record = CallRecord(
            id: Samples.id,
            caller: "tests",
            terms: Samples.terms { $0.notBefore = Samples.start + .seconds(10) },
            expected: [],
            submittedAt: Samples.start
        )
        record.timers[.ready] = Samples.start + .seconds(30)
        let machine = CallMachine.submitted(record)
        #expect(machine.record.timers[.ready] == Samples.start + .seconds(30))
    }

    @Test("Where the wall clock was set forward, a queued call expires by it", arguments: [1, -1])
    func expiry(direction: Int64) {
        var call = CallDriver()
        call.wallLead = .seconds(direction * 300)
        call.sleep(.seconds(600) - call.wallLead - .milliseconds(1))
        #expect(call.record.stage == .queued)
        call.sleep(.milliseconds(1))
        #expect(call.record.progress.reason == .expired)
    }

    @Test("not_before goes by the wall clock, and a wait of ours does not")
    func notBefore() {
        var call = CallDriver(Samples.terms { $0.notBefore = Samples.start + .seconds(300) })
        #expect(call.record.followsWall(.ready))
        call.wallLead = .seconds(200)
        call.sleep(.seconds(100))
        call.turnCame()
        #expect(call.record.stage == .placing)
        call.placement(.notPlaced(.init(throttled: false, detail: "")))
        #expect(!call.record.followsWall(.ready))
        #expect(!call.record.followsWall(.watch))
        call.sleep(.seconds(4))
        #expect(call.left(.ready) != nil)
    }

    @Test("A call is not placed nor redialled after expires_at by the wall clock")
    func turn() {
        var call = CallDriver()
        call.wallLead = .seconds(600)
        call.turnCame()
        #expect(call.record.progress.reason == .expired)
        var busy = CallDriver.placed(
            Samples.terms { $0.redial = RedialTerms(redialsMax: 1) }
        )
        busy.wallLead = .seconds(540)
        busy.report(Samples.report(.busy, price: Samples.price))
        #expect(busy.record.progress.reason == .busy)
    }
}
