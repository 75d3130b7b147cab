import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

@Suite("EventFeed")
struct EventFeedTests {
    private let samples = EventSamples()
    private let key = SubscriptionKey(caller: "alice", name: "results")
    private var now: Timestamp { self.samples.now }

    @Test(
        "A stream is greeted, reads what is stored, then what is at the tail, without gap or repeat"
    )
    func storeThenTail() {
        var stream = StreamReader(self.samples)
        stream.open(after: 0)
        #expect(stream.next() == .heartbeat(self.samples.cursor(0)))
        #expect(stream.next() == nil)
        #expect(stream.reads == [0])
        // Committed while the page is being read, and in part on it.
        stream.committed(5...8)
        stream.pageRead(1...6, isLast: false)
        #expect(stream.received == [1, 2, 3, 4, 5, 6])
        stream.next()
        #expect(stream.received == Array(1...8))
        stream.next()
        stream.committed(9...9)
        #expect(stream.received == Array(1...9))
        #expect(stream.reads == [0])
    }

    @Test("Heartbeats come after 15 s without an event, and only then")
    func heartbeat() {
        var stream = StreamReader(self.samples)
        stream.open(after: 0)
        stream.next()
        stream.next()
        stream.pageRead(nil, through: 0, isLast: true)
        stream.passTime(.milliseconds(14_999))
        #expect(stream.heartbeats == 1)
        stream.passTime(.milliseconds(1))
        #expect(stream.heartbeats == 2)
        stream.next()
        stream.passTime(.seconds(10))
        stream.committed(1...1)
        stream.next()
        stream.passTime(.seconds(10))
        #expect(stream.heartbeats == 2)
        stream.passTime(.seconds(5))
        #expect(stream.heartbeats == 3)
    }

    @Test("A long search in which nothing matches says how far it came")
    func longSearch() {
        var stream = StreamReader(self.samples)
        stream.open(after: 0)
        stream.next()
        stream.next()
        for page in 1...20 {
            stream.passTime(.seconds(1))
            stream.pageRead(nil, through: page * 1000, isLast: false)
        }
        #expect(stream.heartbeats == 2)
        #expect(stream.lastHeartbeat == self.samples.cursor(15_000))
    }

    @Test("A failed read is tried again after half a second, not at once and not at the heartbeat")
    func failedRead() {
        var stream = StreamReader(self.samples)
        stream.open(after: 0)
        stream.next()
        stream.next()
        #expect(stream.reads.count == 1)
        stream.readFailed(.unavailable)
        #expect(stream.reads.count == 1)
        #expect(stream.wakesIn == EngineLimits.storeRetry)
        stream.passTime(EngineLimits.storeRetry)
        #expect(stream.reads.count == 2)
        stream.pageRead(1...1, isLast: true)
        #expect(stream.received == [1])
    }

    @Test("A failed read wakes its stream once, also where nothing is left to be read by then")
    func failedReadAtTail() {
        let start = SubscriptionStart(
            after: self.samples.cursor(0),
            filter: EventFilter(kinds: [.queued]),
            unackedMax: nil,
            durable: nil
        )
        let now = self.samples.now
        var feed = EventFeed()
        for id in 1...2 as ClosedRange<SubscriptionID> {
            _ = feed.opened(start, id: id, at: now)
            _ = feed.demanded(id, reply: id, at: now)
            _ = feed.demanded(id, reply: id + 10, at: now)
        }
        // The second learns that there is nothing, while the first could not read.
        let page = EventPage(events: [], cursor: self.samples.cursor(0), isLast: true)
        _ = feed.pageRead(1, .failure(StoreError(.unavailable, "It failed.")), at: now)
        _ = feed.pageRead(2, .success(page), at: now)
        let later = now + EngineLimits.storeRetry
        #expect(feed.nextHeartbeat == later)
        #expect(feed.timePassed(at: later).isEmpty)
        #expect(feed.nextHeartbeat == now + EngineLimits.heartbeat)
    }

    @Test("A cursor that is no longer kept ends the stream, and a later demand is answered too")
    func expired() {
        var stream = StreamReader(self.samples)
        stream.open(after: 0)
        stream.next()
        stream.next()
        stream.readFailed(.cursorExpired)
        #expect(stream.errors == [.cursorExpired])
        stream.next()
        #expect(stream.errors == [.cursorExpired, .notFound])
    }

    @Test("A stream pauses at its window, and goes on with each acknowledgement")
    func window() {
        var stream = StreamReader(self.samples)
        stream.open(after: 0, unackedMax: 3)
        stream.next()
        stream.next()
        #expect(stream.limits == [3])
        stream.pageRead(1...3, isLast: false)
        stream.next()
        stream.committed(4...9)
        #expect(stream.received == [1, 2, 3])
        stream.acknowledge(2)
        stream.pageRead(4...5, isLast: false)
        stream.next()
        #expect(stream.received == [1, 2, 3, 4, 5])
        // An older one changes nothing; one that was never sent ends the stream.
        stream.acknowledge(1)
        #expect(stream.received == [1, 2, 3, 4, 5])
        stream.acknowledge(9)
        #expect(stream.errors == [.acknowledgementInvalid])
    }

    @Test("A name is stored from its opening on, and again as it moves")
    func stored() {
        var stream = StreamReader(self.samples)
        stream.open(after: 3, durable: self.key)
        #expect(stream.stored()?.acknowledged == self.samples.cursor(3))
        stream.next()
        stream.next()
        stream.pageRead(4...6, isLast: true)
        stream.acknowledge(5)
        #expect(stream.stored() == nil)
        stream.passTime(EngineLimits.acknowledgementDelay)
        #expect(stream.stored()?.acknowledged == self.samples.cursor(5))
        #expect(stream.stored() == nil)
    }

    @Test("A name whose filter matches nothing moves on by itself")
    func movesOn() {
        var stream = StreamReader(self.samples)
        stream.open(after: 0, durable: self.key)
        stream.next()
        stream.next()
        stream.pageRead(nil, through: 500, isLast: true)
        stream.passTime(EngineLimits.heartbeat)
        stream.passTime(EngineLimits.acknowledgementDelay)
        #expect(stream.stored()?.acknowledged == self.samples.cursor(500))
    }

    @Test(
        "A newer stream of a name takes over where the older one was, also what was not yet stored"
    )
    func takeover() {
        var stream = StreamReader(self.samples)
        stream.open(after: 0, durable: self.key)
        stream.next()
        stream.next()
        stream.pageRead(1...6, isLast: true)
        stream.acknowledge(2)
        stream.next()
        // What is stored of the name has seen nothing of that yet.
        stream.open(after: 0, durable: self.key)
        #expect(stream.errors == [.takenOver])
        #expect(stream.next() == .heartbeat(self.samples.cursor(2)))
        stream.next()
        #expect(stream.reads.last == 2)
        stream.pageRead(3...8, isLast: true)
        #expect(stream.deliveries.suffix(6) == [2, 2, 2, 2, 1, 1])
    }

    @Test("A name that is opened again right after it was closed goes on where it was")
    func reopened() {
        var stream = StreamReader(self.samples)
        stream.open(after: 0, durable: self.key)
        stream.next()
        stream.next()
        stream.pageRead(1...4, isLast: true)
        stream.acknowledge(4)
        stream.close()
        let stored = stream.stored(at: EngineLimits.acknowledgementDelay)
        #expect(stored?.acknowledged == self.samples.cursor(4))
        // It is on its way to the store while the old position was read there.
        stream.open(after: 0, durable: self.key)
        #expect(stream.next() == .heartbeat(self.samples.cursor(4)))
    }

    @Test("Each stream of a name that did not acknowledge counts as a delivery, also after a crash")
    func deliveryCounts() throws {
        var stream = StreamReader(self.samples)
        stream.open(after: 0, durable: self.key)
        stream.next()
        stream.next()
        stream.pageRead(1...3, isLast: true)
        #expect(stream.deliveries == [1, 1, 1])
        let record = stream.stored(at: EngineLimits.acknowledgementDelay)
        let stored = try #require(record)
        // A new process has what was stored alone.
        stream = StreamReader(self.samples)
        stream.open(stored)
        stream.next()
        stream.next()
        stream.pageRead(1...4, isLast: true)
        #expect(stream.deliveries == [2, 2, 2, 1])
    }

    @Test("What a failed commit did not store is stored with the next")
    func notStored() throws {
        var stream = StreamReader(self.samples)
        stream.open(after: 3, durable: self.key)
        let first = stream.stored()
        let record = try #require(first)
        stream.notStored(record)
        #expect(stream.stored(at: EngineLimits.acknowledgementDelay) == record)
    }

    @Test(
        "A page that was asked for before something was committed unseen does not count as the newest"
    )
    func doubtfulPage() {
        var stream = StreamReader(self.samples)
        stream.open(after: 0)
        stream.next()
        stream.next()
        #expect(stream.reads == [0])
        stream.lostTrack()
        // It had been read before that commit.
        stream.pageRead(nil, through: 0, isLast: true)
        #expect(stream.reads == [0, 0])
        stream.pageRead(1...2, isLast: true)
        #expect(stream.received == [1, 2])
    }
}
