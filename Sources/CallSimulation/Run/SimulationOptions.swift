/// What is simulated.
package struct SimulationOptions: Sendable {
    /// Everything is drawn from it.
    package var seed: UInt64
    /// Calls submitted.
    package var calls: Int
    /// Faults that may happen.
    package var faults: [SimulationFault]

    package init(
        seed: UInt64,
        calls: Int = Self.callsDefault,
        faults: [SimulationFault] = SimulationFault.allCases
    ) {
        self.seed = seed
        self.calls = calls
        self.faults = faults
    }

    package static let callsDefault = 24

    /// The command that does the same again.
    package var command: String {
        let isAll = Set(self.faults).count == SimulationFault.allCases.count
        let names =
            isAll
            ? "all"
            : self.faults.isEmpty ? "none" : self.faults.map(\.rawValue).joined(separator: ",")
        return "promptcall-simulate --seed \(self.seed) --calls \(self.calls) --faults \(names)"
    }
}
