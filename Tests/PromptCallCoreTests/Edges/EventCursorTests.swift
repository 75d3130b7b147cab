import PromptCallCore
import Testing

@Suite("EventCursor")
struct EventCursorTests {
    @Test(
        "The text of a cursor is read back",
        arguments: [
            EventCursor(store: 0, positions: [0]), EventCursor(store: 36, positions: [35, 0, 1]),
            EventCursor(store: .max, positions: [.max]),
        ]
    )
    func roundTrip(cursor: EventCursor) {
        #expect(EventCursor(cursor.description) == cursor)
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", "-", "a", "a-", "-1", "a--1", "A-1", "a-Z", "a-01", "0a-1", "a-+1", "+a-1",
            "a-1-", "a-é", " a-1", "a-1y2p0ij32e8e8",
            String(repeating: "1-", count: 300) + "1",
        ]
    )
    func refused(text: String) {
        #expect(EventCursor(text) == nil)
    }

    @Test("A cursor covers what lies behind it in every partition of its store")
    func covers() {
        let cursor = EventCursor(store: 1, positions: [5, 5])
        #expect(cursor.covers(cursor))
        #expect(cursor.covers(EventCursor(store: 1, positions: [5, 4])))
        #expect(!cursor.covers(EventCursor(store: 1, positions: [4, 6])))
        #expect(!cursor.covers(EventCursor(store: 2, positions: [1, 1])))
        #expect(!cursor.covers(EventCursor(store: 1, positions: [1])))
    }
}
