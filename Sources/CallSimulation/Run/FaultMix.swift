/// How likely each fault is in one simulation.
///
/// Of those allowed a seed draws some: what never fails hides as much as what always does.
package struct FaultMix: Sendable {
    private var shares: [SimulationFault: Double] = [:]

    /// No fault at all.
    package init() {}

    /// Draws the shares of the faults that are allowed.
    package init(_ allowed: [SimulationFault], _ random: inout SplitMix64) {
        let density = random.one(of: [0.1, 0.35, 0.7])
        for fault in SimulationFault.allCases {
            let isOn = random.chance(density)
            let share = random.one(of: [0.02, 0.05, 0.15, 0.4, 1.0])
            if isOn, allowed.contains(fault) { self.shares[fault] = share }
        }
    }

    /// From 0 for never to 1.
    package subscript(fault: SimulationFault) -> Double { self.shares[fault] ?? 0 }

    /// Whether the fault happens at all.
    package func has(_ fault: SimulationFault) -> Bool { self.shares[fault] != nil }
}
