package import PromptCallCore

/// Names a stream of events of this process.
package typealias SubscriptionID = UInt64

/// A stream of events that begins.
package struct SubscriptionStart: Equatable, Sendable {
    /// Events after this are sent.
    package var after: EventCursor
    package var filter: EventFilter
    /// Events sent and not acknowledged before the stream pauses; nil for no pause.
    package var unackedMax: Int?
    /// For a durable subscription: how far it had come.
    package var durable: SubscriptionRecord?

    package init(
        after: EventCursor,
        filter: EventFilter,
        unackedMax: Int?,
        durable: SubscriptionRecord?
    ) {
        self.after = after
        self.filter = filter
        self.unackedMax = unackedMax
        self.durable = durable
    }
}

/// What a subscriber is sent next.
package enum SubscriptionBatch: Equatable, Sendable {
    /// Some events in order, with how often each was handed out.
    case events([DeliveredEvent])
    /// Nothing happened, and this is where to resume.
    case heartbeat(EventCursor)
}

/// An event as it is handed out.
package struct DeliveredEvent: Equatable, Sendable {
    package var stored: StoredEvent
    /// 1, or more where an earlier stream of the same name was sent it without acknowledging.
    package var delivery: Int

    package init(stored: StoredEvent, delivery: Int) {
        self.stored = stored
        self.delivery = delivery
    }
}
