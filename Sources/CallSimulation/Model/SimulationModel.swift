internal import PromptCallCore

/// What is checked beside a simulation, and what was broken.
struct SimulationModel {
    private(set) var violations: [String] = []
    /// Answers to webhooks for which nobody waited any more.
    var lateAnswers = 0
    /// The wall clock was set, so stored times were judged by another clock.
    var clockWasSet = false
    /// Which legs of which calls Nexmo was asked for.
    private var ordered: [CallID: Set<Int>] = [:]

    /// A promise was broken.
    mutating func violate(_ message: String) {
        if self.violations.count < 10 { self.violations.append(message) }
    }

    /// A promise holds where a condition does.
    mutating func check(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { self.violate(message()) }
    }

    /// Nexmo was asked for a leg.
    mutating func ordered(_ record: CallRecord, leg: Int) {
        self.ordered[record.id, default: []].insert(leg)
    }
}
