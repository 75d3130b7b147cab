import PromptCallCore
import Testing

@Suite("Claims of a store")
struct StoreClaimsTests {
    private static let lease = StoreLease(incarnation: 7, duration: .seconds(30))
    private static let early = Samples.start
    private static let late = Samples.start + .seconds(1)
    private static let low = CallID(high: 1, low: 1)
    private static let high = CallID(high: 1, low: 2)

    @Test("Lanes come in the order of their priority, then of their callers")
    func lanes() {
        let lanes = [
            QueueLane(priority: .urgent, caller: "b"), QueueLane(priority: .normal, caller: "a"),
            QueueLane(priority: .normal, caller: "b"),
        ]
        #expect(lanes.reversed().sorted() == lanes)
    }

    @Test("A queued call stands behind those that wait longer, then behind lower identifiers")
    func positions() {
        let calls = [(Self.early, Self.high), (Self.late, Self.low), (Self.late, Self.high)].map {
            QueuedCall(
                id: $0.1,
                to: Samples.terms().to,
                credentials: "default",
                readyAt: $0.0,
                expiresAt: Self.late
            )
        }
        let positions = calls.map(\.position)
        #expect(positions.reversed().sorted() == positions)
        #expect(positions[0] == QueuePosition(readyAt: Self.early, id: Self.high))
    }

    @Test("Calls with a timer come by their time, then by their identifiers")
    func due() {
        let calls = [
            DueCall(at: Self.early, id: Self.high), DueCall(at: Self.late, id: Self.low),
            DueCall(at: Self.late, id: Self.high),
        ]
        #expect(calls.reversed().sorted() == calls)
    }

    @Test("A claim says whose work it is, and from where on")
    func claims() {
        let position = QueuePosition(readyAt: Self.early, id: Self.low)
        let queue = QueueClaim(
            lane: QueueLane(priority: .bulk, caller: "a"),
            now: Self.late,
            after: position,
            limit: 3,
            lease: Self.lease
        )
        #expect(queue.after == position)
        #expect(queue.lease == Self.lease)
        let due = DueCall(at: Self.early, id: Self.low)
        let claim = DueClaim(through: Self.late, after: due, limit: 3, lease: Self.lease)
        #expect(claim.after == due)
        #expect(claim.lease == Self.lease)
    }

    @Test("A store without calls counts none, and a step of retention what it deleted")
    func counts() {
        var counts = StoreCounts()
        #expect(counts == StoreCounts(stages: [:], queued: [:], callbacksWaiting: 0))
        counts.stages[.queued] = 1
        #expect(counts != StoreCounts())
        #expect(PruneCount(calls: 1, events: 2) != PruneCount(calls: 2, events: 1))
        let cut = RetentionCut(calls: Self.early, events: Self.late)
        #expect(cut.calls < cut.events)
    }

    @Test("Pages, ranges and subscriptions hold what the store says of its events")
    func events() throws {
        let oldest = EventCursor(store: 1, positions: [0])
        let newest = EventCursor(store: 1, positions: [1])
        let range = EventRange(oldest: oldest, newest: newest)
        #expect(range.newest.covers(range.oldest))
        let call = CallDriver()
        let event = try #require(call.events.first)
        let stored = StoredEvent(cursor: newest, event: event, record: call.record)
        let page = EventPage(events: [stored], cursor: newest, isLast: true)
        #expect(page.events.map(\.cursor) == [page.cursor])
        let key = SubscriptionKey(caller: "tests", name: "reader")
        let record = SubscriptionRecord(key: key, acknowledged: oldest, usedAt: Self.early)
        #expect(record.handedOut.isEmpty)
        #expect(record.key == key)
    }

    @Test("An error of the store says what failed, and by what")
    func errors() {
        let cause = StoreError(.damaged, "cannot read a row")
        #expect("\(cause)" == "cannot read a row")
        let error = StoreError(.unavailable, "cannot load a call", cause: cause)
        #expect("\(error)" == "cannot load a call (cannot read a row)")
    }
}
