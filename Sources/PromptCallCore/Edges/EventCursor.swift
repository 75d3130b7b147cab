/// A position in a store's events: behind one event, or before all.
///
/// To callers it is opaque text of at most 512 bytes; two are never compared by them.
package struct EventCursor: Hashable, Sendable {
    /// Which store it is of.
    package var store: UInt64
    /// For each partition of the store, the position of the last event seen there; 0 for none.
    package var positions: [Int64]

    package init(store: UInt64, positions: [Int64]) {
        self.store = store
        self.positions = positions
    }

    /// Reads the text of a cursor; nil where it is none.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count <= 512, parts.count >= 2,
            let store = UInt64(parts[0], radix: 36), String(store, radix: 36) == parts[0]
        else { return nil }
        self.store = store
        self.positions = []
        for part in parts.dropFirst() {
            guard let position = Int64(part, radix: 36), position >= 0,
                String(position, radix: 36) == part
            else { return nil }
            self.positions.append(position)
        }
    }

    /// Whether every event seen by `other` is seen by this.
    package func covers(_ other: Self) -> Bool {
        self.store == other.store && self.positions.count == other.positions.count
            && zip(self.positions, other.positions).allSatisfy { $0 >= $1 }
    }
}

extension EventCursor: CustomStringConvertible {
    package var description: String {
        ([String(self.store, radix: 36)] + self.positions.map { String($0, radix: 36) })
            .joined(separator: "-")
    }
}

/// Which events are meant.
package struct EventFilter: Equatable, Sendable {
    package var calls: CallFilter
    /// One of these.
    package var kinds: [CallEvent.Kind]

    package init(calls: CallFilter = CallFilter(), kinds: [CallEvent.Kind] = [.ended]) {
        self.calls = calls
        self.kinds = kinds
    }

    package func matches(_ event: CallEvent, of record: CallRecord) -> Bool {
        self.kinds.contains(event.kind) && self.calls.matches(record, at: event.progress)
    }
}

/// A stored event with its call.
package struct StoredEvent: Equatable, Sendable {
    /// Where to resume after it.
    package var cursor: EventCursor
    package var event: CallEvent
    /// The call; what changes of it is to be read from the event.
    package var record: CallRecord

    package init(cursor: EventCursor, event: CallEvent, record: CallRecord) {
        self.cursor = cursor
        self.event = event
        self.record = record
    }
}

/// Some events, and how far the store was read for them.
package struct EventPage: Equatable, Sendable {
    package var events: [StoredEvent]
    /// Where to go on: behind all that was read, matching or not.
    package var cursor: EventCursor
    /// Whether there was nothing more to read.
    package var isLast: Bool

    package init(events: [StoredEvent], cursor: EventCursor, isLast: Bool) {
        self.events = events
        self.cursor = cursor
        self.isLast = isLast
    }
}

/// What is kept of the events.
package struct EventRange: Equatable, Sendable {
    /// Before the oldest that is kept.
    package var oldest: EventCursor
    /// Behind the newest.
    package var newest: EventCursor

    package init(oldest: EventCursor, newest: EventCursor) {
        self.oldest = oldest
        self.newest = newest
    }
}

/// Names a durable subscription.
package struct SubscriptionKey: Hashable, Sendable {
    package var caller: String
    package var name: String

    package init(caller: String, name: String) {
        self.caller = caller
        self.name = name
    }
}

/// How far a durable subscription has come.
package struct SubscriptionRecord: Equatable, Sendable {
    package var key: SubscriptionKey
    /// Behind the last event acknowledged.
    package var acknowledged: EventCursor
    /// How far each earlier stream had been sent what was not acknowledged, newest last.
    package var handedOut: [EventCursor]
    package var usedAt: Timestamp

    /// Most entries of `handedOut` kept.
    package static let handedOutMax = 16

    package init(
        key: SubscriptionKey,
        acknowledged: EventCursor,
        handedOut: [EventCursor] = [],
        usedAt: Timestamp
    ) {
        self.key = key
        self.acknowledged = acknowledged
        self.handedOut = handedOut
        self.usedAt = usedAt
    }
}
