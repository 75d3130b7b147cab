internal import CallEngine
internal import PromptCallCore

/// Which kinds of inputs met which states of a call, and under which faults.
package struct SimulationCoverage: Sendable {
    /// Each a state, an input and a fault, in its own digits.
    private var hit: Set<Int> = []

    package init() {}

    /// Different triples of state, input and fault.
    package var triples: Int { self.hit.count }

    /// Different pairs of state and input.
    package var pairs: Int { Set(self.hit.map { $0 / Self.faultsMax }).count }

    package mutating func add(_ other: Self) {
        self.hit.formUnion(other.hit)
    }

    /// An input met a call, after such faults had touched it.
    mutating func met(_ input: Input, _ record: CallRecord?, faults: Set<SimulationFault>) {
        let pair = (Self.state(of: record) * Input.allCases.count + input.rawValue) * Self.faultsMax
        if faults.isEmpty { self.hit.insert(pair) }
        for (index, fault) in SimulationFault.allCases.enumerated() where faults.contains(fault) {
            self.hit.insert(pair + index + 1)
        }
    }

    /// The kinds of inputs, as far as they can differ in what they do.
    enum Input: Int, CaseIterable, Sendable {
        case submit
        case cancel
        case started
        case ringing
        case answered
        case human
        case unreached
        case completed
        case rightEntry
        case wrongEntry
        case emptyEntry
        case played
        case placed
        case notPlaced
        case refused
        case unknown
        case hangUpAccepted
        case hangUpGone
        case hangUpFailed
        case fetchedAlive
        case fetchedOver
        case fetchFailed
        case found
        case foundNothing
        case callbackTaken
        case callbackFailed
        case restarted
        case timer
        case machine
        case beep
        case messagePlayed
        case messageAccepted
        case messageFailed
    }

    private static let faultsMax = 64

    /// What tells states of a call apart: its stage, what is decided of it, and how its leg is.
    private static func state(of record: CallRecord?) -> Int {
        guard let record else { return 0 }
        let leg = record.leg
        let placement = leg.map { Int($0.placement.rawValue) } ?? 0
        let flags =
            (record.decided != nil ? 1 : 0) + (leg?.isOver ?? false ? 2 : 0)
            + (leg?.hangUpAsked ?? false ? 4 : 0) + (record.progress.legs.count > 1 ? 8 : 0)
        return (record.stage.rawValue * 5 + placement) * 16 + flags + 1
    }
}

extension SimulationCoverage.Input {
    init(_ event: LegEvent) {
        switch event {
        case .report(let report):
            self =
                switch report.status {
                case .started: .started
                case .ringing: .ringing
                case .answered: .answered
                case .human: .human
                case .machine: .machine
                case .beep: .beep
                case .completed: .completed
                case .busy, .cancelled, .unanswered, .rejected, .failed: .unreached
                }
        case .entry(let entry):
            self =
                entry.digits.isEmpty
                ? .emptyEntry
                : entry.digits.withoutFinalHash.keys == Callee.rightPIN ? .rightEntry : .wrongEntry
        case .played: self = .played
        case .messagePlayed: self = .messagePlayed
        case .opening, .fault, .other: self = .answered
        }
    }

    /// What a completion tells a call; nil where it is not about one.
    init?(_ completion: EngineCompletion) {
        switch completion {
        case .placement(_, _, let answer):
            self =
                switch answer {
                case .placed: .placed
                case .notPlaced: .notPlaced
                case .refused: .refused
                case .unknown: .unknown
                }
        case .hangUp(_, _, let answer):
            self =
                switch answer {
                case .accepted: .hangUpAccepted
                case .gone: .hangUpGone
                case .refused, .failed: .hangUpFailed
                }
        case .message(_, _, let answer):
            self = answer == .accepted ? .messageAccepted : .messageFailed
        case .fetch(_, _, .report(let report)): self = report.isFinal ? .fetchedOver : .fetchedAlive
        case .fetch: self = .fetchFailed
        case .search(_, _, .legs(let legs)): self = legs.isEmpty ? .foundNothing : .found
        case .search: self = .foundNothing
        case .callback(_, let answer):
            self = (200..<300).contains(answer.httpStatus) ? .callbackTaken : .callbackFailed
        case .loaded, .committed, .readBack, .queuedClaimed, .dueClaimed, .eventsRead,
            .placementSent:
            return nil
        }
    }
}
