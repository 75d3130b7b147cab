internal import CallEngine
internal import PromptCallCore

/// A reader of events: how it reads, and what it was sent.
struct SimulatedSubscriber: Sendable {
    let name: String
    let filter: EventFilter
    /// It has a name that the daemon keeps; else it keeps its cursor itself.
    let isDurable: Bool
    let unackedMax: Int?
    /// Behind what it has dealt with.
    var cursor: EventCursor?
    /// Behind what it has acknowledged, where it has a name.
    var acknowledged: EventCursor?
    /// What it dealt with, in the order in which it came; repeats left out.
    var trace: [StoredEvent] = []
    /// Its stream; nil while it has none.
    var stream: SubscriptionID?
    /// Where its stream has come to.
    var streamCursor: EventCursor?
    /// Events handed to it a second time.
    var repeats = 0
}
