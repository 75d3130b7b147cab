import CallSimulation
import Testing

@Suite("Simulation")
struct SimulationTests {
    @Test("A seed does the same each time")
    func isDeterministic() {
        let options = SimulationOptions(seed: 7, calls: Self.calls)
        let first = Simulation.run(options)
        let second = Simulation.run(options)
        #expect(first.steps == second.steps)
        #expect(first.ended == second.ended)
        #expect(first.commits == second.commits)
        #expect(first.coverage.triples == second.coverage.triples)
    }

    /// Few and small ones: `make simulate` runs many, optimised.
    private static let seeds: ClosedRange<UInt64> = 1...3
    private static let calls = 10

    @Test("Without faults every call ends as its callee makes it", arguments: Self.seeds)
    func withoutFaults(seed: UInt64) {
        let options = SimulationOptions(seed: seed, calls: Self.calls, faults: [])
        let result = Simulation.run(options)
        #expect(result.failure == nil)
        #expect(result.ended.values.reduce(0, +) == Self.calls)
        #expect(result.deaths == 0)
        #expect(result.commitsFailed == 0)
    }

    @Test("Each fault alone breaks no promise", arguments: SimulationFault.allCases)
    func alone(fault: SimulationFault) {
        let options = SimulationOptions(seed: 1, calls: Self.calls, faults: [fault])
        #expect(Simulation.run(options).failure == nil)
    }

    @Test("All faults together break no promise", arguments: Self.seeds)
    func together(seed: UInt64) {
        let options = SimulationOptions(seed: seed, calls: Self.calls)
        #expect(Simulation.run(options).failure == nil)
    }

    @Test("A failure is the command that replays it")
    func failure() {
        var result = SimulationResult(
            options: SimulationOptions(seed: 3, calls: 5, faults: [.crash, .webhooksLost])
        )
        #expect(result.failure == nil)
        result.violations = ["something broke"]
        #expect(
            result.failure
                == "promptcall-simulate --seed 3 --calls 5 --faults crash,webhooks-lost  # something broke"
        )
    }
}
