import WireTestSupport

/// How a connection is cut.
enum Cut: CaseIterable, Sendable {
    case fin
    case rst

    var step: WireStep {
        switch self {
        case .fin: .finish
        case .rst: .reset
        }
    }
}
