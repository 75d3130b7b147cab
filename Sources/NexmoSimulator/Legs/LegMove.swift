/// What a leg wants done: events sent in this order, then one step.
package struct LegMove: Equatable, Sendable {
    package var events: [LegEvent] = []
    package var step: LegStep

    package init(events: [LegEvent] = [], step: LegStep) {
        self.events = events
        self.step = step
    }
}
