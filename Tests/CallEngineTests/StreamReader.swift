import CallEngine
import EngineTestSupport
import PromptCallCore

/// The reader of one stream of a feed, and what it was sent.
struct StreamReader {
    private(set) var received: [Int64] = []
    private(set) var deliveries: [Int] = []
    private(set) var heartbeats = 0
    private(set) var lastHeartbeat: EventCursor?
    private(set) var errors: [EngineError.Code] = []
    /// After which positions the store was to be read, and how much.
    private(set) var reads: [Int64] = []
    private(set) var limits: [Int] = []
    private var feed = EventFeed()
    private var id: SubscriptionID = 0
    private var reply: ReplyID = 0
    private var now: Timestamp
    private let samples: EventSamples

    init(_ samples: EventSamples) {
        self.samples = samples
        self.now = samples.now
    }

    mutating func open(after position: Int64, unackedMax: Int? = nil) {
        self.open(position, unackedMax, nil)
    }

    mutating func open(after position: Int64, durable key: SubscriptionKey) {
        let acknowledged = self.samples.cursor(position)
        self.open(SubscriptionRecord(key: key, acknowledged: acknowledged, usedAt: self.now))
    }

    mutating func open(_ record: SubscriptionRecord) {
        self.open(record.acknowledged.positions[0], nil, record)
    }

    private mutating func open(
        _ position: Int64,
        _ unackedMax: Int?,
        _ record: SubscriptionRecord?
    ) {
        self.id += 1
        let start = SubscriptionStart(
            after: self.samples.cursor(position),
            filter: EventFilter(kinds: [.queued]),
            unackedMax: unackedMax,
            durable: record
        )
        self.take(self.feed.opened(start, id: self.id, at: self.now))
    }

    /// Wants more; returns what came at once.
    @discardableResult
    mutating func next() -> SubscriptionBatch? {
        self.reply += 1
        return self.take(self.feed.demanded(self.id, reply: self.reply, at: self.now))
    }

    mutating func acknowledge(_ position: Int64) {
        self.take(self.feed.acknowledged(self.id, self.samples.cursor(position), at: self.now))
    }

    mutating func close() {
        self.feed.closed(self.id, at: self.now)
    }

    mutating func committed(_ positions: ClosedRange<Int>) {
        self.take(self.feed.committed(self.samples.events(positions), at: self.now))
    }

    mutating func lostTrack() {
        self.take(self.feed.lostTrack(at: self.now))
    }

    mutating func pageRead(_ positions: ClosedRange<Int>, isLast: Bool) {
        let page = self.samples.page(positions, isLast: isLast)
        self.take(self.feed.pageRead(self.id, .success(page), at: self.now))
    }

    /// A page in which nothing matched.
    mutating func pageRead(_: Void?, through position: Int, isLast: Bool) {
        let page = EventPage(
            events: [],
            cursor: self.samples.cursor(Int64(position)),
            isLast: isLast
        )
        self.take(self.feed.pageRead(self.id, .success(page), at: self.now))
    }

    mutating func readFailed(_ code: StoreError.Code) {
        let error = StoreError(code, "It failed.")
        self.take(self.feed.pageRead(self.id, .failure(error), at: self.now))
    }

    mutating func passTime(_ duration: Duration) {
        self.now = self.now + duration
        self.take(self.feed.timePassed(at: self.now))
    }

    /// How long until time alone brings something on.
    var wakesIn: Duration? { self.feed.nextHeartbeat.map { $0 - self.now } }

    /// What is to be stored after a while.
    mutating func stored(at later: Duration = .zero) -> SubscriptionRecord? {
        self.now = self.now + later
        guard self.feed.mustStore(at: self.now) else { return nil }
        return self.feed.takeRecords(at: self.now).first
    }

    mutating func notStored(_ record: SubscriptionRecord) {
        self.feed.notStored([record], at: self.now)
    }

    @discardableResult
    private mutating func take(_ actions: [EventFeed.Action]) -> SubscriptionBatch? {
        var sent: SubscriptionBatch?
        for action in actions {
            switch action {
            case .reply(_, .events(let batch)):
                sent = batch
                self.note(batch)
            case .reply(_, .failed(let error)):
                self.errors.append(error.code)
            case .reply(_, .submitted), .reply(_, .call), .reply(_, .leg), .reply(_, .guarding):
                preconditionFailure("A stream was answered with something else.")
            case .read(_, let after, _, let limit):
                self.reads.append(after.positions[0])
                self.limits.append(limit)
            }
        }
        return sent
    }

    private mutating func note(_ batch: SubscriptionBatch) {
        switch batch {
        case .events(let events):
            self.received += events.map(\.stored.cursor.positions[0])
            self.deliveries += events.map(\.delivery)
        case .heartbeat(let cursor):
            self.heartbeats += 1
            self.lastHeartbeat = cursor
        }
    }
}
