package import PromptCallCore

// The stored events and who reads them.
extension MemoryStore {
    package mutating func events(
        after cursor: EventCursor,
        matching filter: EventFilter,
        limit: Int
    ) throws(StoreError) -> EventPage {
        try self.read()
        self.pages += 1
        guard cursor.store == Self.name, cursor.positions.count == 1 else {
            throw StoreError(.cursorForeign, "The cursor is of another store.")
        }
        let after = cursor.positions[0]
        guard after >= self.prunedEvents else {
            throw StoreError(.cursorExpired, "Events after the cursor were deleted.")
        }
        var found: [StoredEvent] = []
        var position = min(after, self.newestPosition)
        for event in self.events.dropFirst(Int(after - self.prunedEvents)).prefix(Self.scanMax) {
            position += 1
            if let record = self.calls[event.call], filter.matches(event, of: record) {
                found.append(
                    StoredEvent(cursor: self.cursor(position), event: event, record: record)
                )
            }
            if found.count >= limit { break }
        }
        return EventPage(
            events: found,
            cursor: self.cursor(position),
            isLast: position == self.newestPosition
        )
    }

    package func eventRange() throws(StoreError) -> EventRange {
        try self.read()
        return EventRange(oldest: self.cursor(self.prunedEvents), newest: self.newest)
    }

    package func subscription(
        _ key: SubscriptionKey
    ) throws(StoreError) -> SubscriptionRecord? {
        try self.read()
        return self.subscriptions[key]
    }

    /// Before all events.
    package var start: EventCursor { self.cursor(0) }

    /// Behind the newest event.
    package var newest: EventCursor { self.cursor(self.newestPosition) }

    /// Returns the stored event at a position; nil where there is none.
    package func event(at cursor: EventCursor) -> CallEvent? {
        let index = Int(cursor.positions[0] - self.prunedEvents) - 1
        return self.events.indices.contains(index) ? self.events[index] : nil
    }

    var newestPosition: Int64 { self.prunedEvents + Int64(self.events.count) }

    func cursor(_ position: Int64) -> EventCursor {
        EventCursor(store: Self.name, positions: [position])
    }
}
