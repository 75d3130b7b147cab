internal import HeapModule
package import PromptCallCore

/// What is yet to happen, in the order of time, and at one moment in the order of planning.
package struct PendingEvents<Event> {
    private var heap = Heap<Place>()
    /// Beside the heap, which moves what it holds.
    private var events: [UInt64: Event] = [:]
    private var sequence: UInt64 = 0

    private struct Place: Comparable {
        var at: Timestamp
        var sequence: UInt64

        static func < (left: Self, right: Self) -> Bool {
            (left.at, left.sequence) < (right.at, right.sequence)
        }
    }

    package init() {}

    package var count: Int { self.heap.count }

    /// When the first of them happens; nil where there is none.
    package var next: Timestamp? { self.heap.min?.at }

    /// Plans an event.
    package mutating func plan(_ event: Event, at moment: Timestamp) {
        self.sequence += 1
        self.events[self.sequence] = event
        self.heap.insert(Place(at: moment, sequence: self.sequence))
    }

    /// Takes the first event.
    package mutating func popFirst() -> (at: Timestamp, event: Event)? {
        guard let place = self.heap.popMin(),
            let event = self.events.removeValue(forKey: place.sequence)
        else { return nil }
        return (place.at, event)
    }

    /// Forgets the events that do not satisfy a condition.
    package mutating func keep(where isKept: (Event) -> Bool) {
        self.events = self.events.filter { isKept($0.value) }
        self.heap = Heap(self.heap.unordered.filter { self.events[$0.sequence] != nil })
    }
}
