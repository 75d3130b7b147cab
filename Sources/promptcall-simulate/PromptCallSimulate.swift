import ArgumentParser
import CallSimulation

/// Runs simulations.
@main
struct PromptCallSimulate: ParsableCommand {
    @Option var seed: UInt64 = 1
    @Option var seeds = 1
    @Flag var trace = false
    @Option var calls = SimulationOptions.callsDefault

    func run() {
        var sum = SimulationResult(options: SimulationOptions(seed: self.seed))
        var failures = 0
        for seed in self.seed..<(self.seed + UInt64(self.seeds)) {
            let result = Simulation.run(SimulationOptions(seed: seed, calls: self.calls), tell: self.trace ? { print($0) } : nil)
            if let failure = result.failure { print(failure); failures += 1 }
            sum.add(result)
        }
        print(sum.steps, sum.ended, sum.deaths, sum.commits, sum.commitsFailed, sum.rings, sum.deliveries, sum.eventsRead, sum.coverage.pairs, sum.coverage.triples, "failures", failures)
    }
}
