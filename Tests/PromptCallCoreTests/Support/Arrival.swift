import PromptCallCore

/// Something that arrives from Nexmo, in whatever order.
enum Arrival: Equatable, CustomStringConvertible {
    case accepted
    /// A status, by webhook or by GET as its source says.
    case report(LegReport)
    case opened
    case entry(DTMFDigits, turn: Int)
    case played

    static let right = Self.entry(Samples.right, turn: 1)

    static func status(_ status: LegReport.Status) -> Self { .report(Samples.report(status)) }

    /// Delivers it; nil where it is not answered.
    @discardableResult
    func deliver(to call: inout CallDriver) -> LegAnswer? {
        switch self {
        case .accepted:
            call.accepted()
        case .report(let report) where report.source == .fetch:
            call.fetched(.report(report))
        case .report(let report):
            call.report(report)
        case .opened:
            return call.opened()
        case .entry(let digits, let turn):
            return call.enter(digits, turn: turn)
        case .played:
            call.played()
        }
        return nil
    }

    var description: String {
        switch self {
        case .accepted: "201"
        case .report(let report): "\(report.status) by \(report.source)"
        case .opened: "opened"
        case .entry(_, let turn): "input \(turn)"
        case .played: "played"
        }
    }
}
