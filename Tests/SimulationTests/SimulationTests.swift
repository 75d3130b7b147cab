import CallSimulation
import Testing

@Suite("Simulation")
struct SimulationTests {
    @Test("A seed always does the same")
    func isDeterministic() {
        let options = SimulationOptions(seed: 7)
        let first = Simulation.run(options)
        let second = Simulation.run(options)
        #expect(first.steps == second.steps)
        #expect(first.ended == second.ended)
    }
}
