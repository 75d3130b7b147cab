internal import PromptCallCore

/// What is checked beside a simulation, and what was broken.
struct SimulationModel {
    private(set) var violations: [String] = []
    /// The wall clock was set, so stored times were judged by another clock.
    var clockWasSet = false
    /// When Nexmo was asked for a call's latest leg, and when the call's end was stored, in the time
    /// that the daemon's clock may not show.
    private var orderedAt: [CallID: Timestamp] = [:]
    private var endedAt: [CallID: Timestamp] = [:]

    /// A promise was broken.
    mutating func violate(_ message: String) {
        if self.violations.count < 10 { self.violations.append(message) }
    }

    /// A promise holds where a condition does.
    mutating func check(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { self.violate(message()) }
    }

    /// Nexmo was asked for a leg of a call.
    mutating func ordered(_ id: CallID, at time: Timestamp) {
        self.orderedAt[id] = time
    }

    /// A batch was written.
    mutating func written(_ batch: CommitBatch, at time: Timestamp) {
        for record in batch.transitions.map(\.record) where record.stage == .ended {
            self.endedAt[record.id] = self.endedAt[record.id] ?? time
        }
    }

    /// From the latest order to ring to the end; nil where one of them is not known.
    func time(of id: CallID) -> Duration? {
        guard let start = self.orderedAt[id], let end = self.endedAt[id] else { return nil }
        return end - start
    }
}
