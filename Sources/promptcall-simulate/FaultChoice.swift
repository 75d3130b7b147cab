import ArgumentParser
import CallSimulation

/// The value of `--faults`.
struct FaultChoice: ExpressibleByArgument {
    let faults: [SimulationFault]

    static let all = Self(faults: SimulationFault.allCases)

    init(faults: [SimulationFault]) {
        self.faults = faults
    }

    init?(argument: String) {
        switch argument {
        case "all":
            self = .all
        case "none":
            self.faults = []
        default:
            let named = argument.split(separator: ",").map { SimulationFault(rawValue: String($0)) }
            guard !named.isEmpty, !named.contains(nil) else { return nil }
            self.faults = named.compactMap(\.self)
        }
    }

    var defaultValueDescription: String { "all" }

    static var allValueStrings: [String] {
        ["all", "none"] + SimulationFault.allCases.map(\.rawValue)
    }
}
