internal import DequeModule
package import PromptCallCore

/// The newest events, in memory, for all who read at the tail.
///
/// It serves stores with one partition; of others readers read the store itself.
package struct EventTail: Sendable {
    private var events: Deque<StoredEvent> = []
    /// Behind the newest event.
    package private(set) var newest: EventCursor?

    package init() {}

    /// Events were committed, in order, from a cursor on.
    package mutating func committed(_ events: [StoredEvent]) {
        for event in events {
            if let newest = self.newest, !event.cursor.follows(newest) { self.events = [] }
            self.events.append(event)
            self.newest = event.cursor
        }
        if self.events.count > EngineLimits.tailMax {
            self.events.removeFirst(self.events.count - EngineLimits.tailMax)
        }
    }

    /// The store was read to its end, where nothing is known here.
    package mutating func learned(_ newest: EventCursor) {
        if self.newest == nil { self.newest = newest }
    }

    /// Something may have been committed of which nothing is known here.
    package mutating func lostTrack() {
        self.events = []
        self.newest = nil
    }

    /// Whether a cursor is at the newest event, as far as is known.
    package func isNewest(_ cursor: EventCursor) -> Bool {
        self.newest.map(cursor.covers) ?? false
    }

    /// Returns what matches after a cursor; nil where that lies before what is held.
    package func page(
        after cursor: EventCursor,
        matching filter: EventFilter,
        limit: Int
    ) -> EventPage? {
        guard let first = self.events.first, let newest = self.newest,
            cursor.positions.count == 1, newest.store == cursor.store,
            cursor.positions[0] >= first.cursor.positions[0] - 1
        else { return nil }
        var found: [StoredEvent] = []
        var examined = cursor
        let skipped = Int(cursor.positions[0] - first.cursor.positions[0] + 1)
        for event in self.events.dropFirst(skipped) {
            examined = event.cursor
            if filter.matches(event.event, of: event.record) { found.append(event) }
            if found.count >= limit { break }
        }
        return EventPage(events: found, cursor: examined, isLast: examined == newest)
    }
}

extension EventCursor {
    /// Whether this is the position right behind another, in a store with one partition.
    func follows(_ other: Self) -> Bool {
        self.store == other.store && self.positions.count == 1 && other.positions.count == 1
            && self.positions[0] == other.positions[0] + 1
    }
}
