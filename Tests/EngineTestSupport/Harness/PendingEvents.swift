internal import HeapModule
package import PromptCallCore

/// What is yet to happen, in the order of time, and at one moment in the order of planning.
package struct PendingEvents<Event> {
    private var heap = Heap<Entry>()
    private var sequence: UInt64 = 0

    private struct Entry: Comparable {
        var at: Timestamp
        var sequence: UInt64
        var event: Event

        static func < (left: Self, right: Self) -> Bool {
            (left.at, left.sequence) < (right.at, right.sequence)
        }

        static func == (left: Self, right: Self) -> Bool {
            left.sequence == right.sequence
        }
    }

    package init() {}

    package var count: Int { self.heap.count }

    /// When the first of them happens; nil where there is none.
    package var next: Timestamp? { self.heap.min?.at }

    /// Plans an event.
    package mutating func plan(_ event: Event, at moment: Timestamp) {
        self.sequence += 1
        self.heap.insert(Entry(at: moment, sequence: self.sequence, event: event))
    }

    /// Takes the first event.
    package mutating func popFirst() -> (at: Timestamp, event: Event)? {
        self.heap.popMin().map { ($0.at, $0.event) }
    }

    /// Forgets the events that do not satisfy a condition.
    package mutating func keep(where isKept: (Event) -> Bool) {
        self.heap = Heap(self.heap.unordered.filter { isKept($0.event) })
    }
}
