import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

@Suite("EventTail")
struct EventTailTests {
    private let samples = EventSamples()

    @Test("A page has what matches after a cursor, up to its limit")
    func page() {
        var tail = EventTail()
        tail.committed(self.samples.events(11...20))
        let filter = EventFilter(kinds: [.queued])
        let page = tail.page(after: self.samples.cursor(12), matching: filter, limit: 3)
        #expect(page?.events.map(\.cursor.positions) == [[13], [14], [15]])
        #expect(page?.cursor == self.samples.cursor(15))
        #expect(page?.isLast == false)
        let rest = tail.page(after: self.samples.cursor(15), matching: filter, limit: 100)
        #expect(rest?.events.count == 5)
        #expect(rest?.isLast == true)
    }

    @Test("It answers from right before its first event on, and not from further back")
    func edges() {
        var tail = EventTail()
        let filter = EventFilter(kinds: [.queued])
        #expect(tail.page(after: self.samples.cursor(0), matching: filter, limit: 1) == nil)
        tail.committed(self.samples.events(11...20))
        #expect(tail.page(after: self.samples.cursor(10), matching: filter, limit: 1) != nil)
        #expect(tail.page(after: self.samples.cursor(9), matching: filter, limit: 1) == nil)
        let foreign = EventCursor(store: 7, positions: [12])
        #expect(tail.page(after: foreign, matching: filter, limit: 1) == nil)
    }

    @Test("A gap in the positions makes it forget what was before")
    func gap() {
        var tail = EventTail()
        tail.committed(self.samples.events(1...5))
        tail.committed(self.samples.events(8...9))
        let filter = EventFilter(kinds: [.queued])
        #expect(tail.page(after: self.samples.cursor(4), matching: filter, limit: 9) == nil)
        #expect(
            tail.page(after: self.samples.cursor(7), matching: filter, limit: 9)?.events.count == 2
        )
    }

    @Test("It holds a bounded number of events")
    func bound() {
        var tail = EventTail()
        for start in stride(from: 1, to: 3 * EngineLimits.tailMax, by: 100) {
            tail.committed(self.samples.events(start...(start + 99)))
        }
        let newest = tail.newest?.positions[0] ?? 0
        let filter = EventFilter(kinds: [.queued])
        let oldest = newest - Int64(EngineLimits.tailMax)
        #expect(
            tail.page(after: self.samples.cursor(oldest), matching: filter, limit: 1) != nil
        )
        #expect(
            tail.page(after: self.samples.cursor(oldest - 1), matching: filter, limit: 1) == nil
        )
    }
}
