internal import DequeModule
package import PromptCallCore

/// All streams of events: whom to send what, and what to store of durable ones.
package struct EventFeed: Sendable {
    private var subscriptions: [SubscriptionID: Subscription] = [:]
    private var owners: [SubscriptionKey: SubscriptionID] = [:]
    private var tail = EventTail()
    /// Why streams ended whose readers have not asked since.
    private var ended: [SubscriptionID: EngineError] = [:]
    private var dirty: Set<SubscriptionID> = []
    private var closing: [SubscriptionRecord] = []
    private var dirtySince: Timestamp?
    /// What names had come to when their last stream of this process ended. What is stored of them
    /// may have been read before that was written.
    private var remembered: [SubscriptionKey: SubscriptionRecord] = [:]
    private var rememberedKeys: Deque<SubscriptionKey> = []
    /// Reads that may have begun before something was committed unseen.
    private var doubtfulReads: Set<SubscriptionID> = []

    /// Names whose last positions are kept in memory.
    private static let rememberedMax = 1024

    /// What the engine is to do for a stream.
    package enum Action: Sendable {
        case reply(ReplyID, EngineReply)
        case read(SubscriptionID, after: EventCursor, filter: EventFilter, limit: Int)
    }

    package init() {}

    /// How many streams are open.
    package var count: Int { self.subscriptions.count }

    /// A stream begins; an older one of the same name ends. Where there are too many it ends itself.
    package mutating func opened(
        _ start: SubscriptionStart,
        id: SubscriptionID,
        at now: Timestamp
    ) -> [Action] {
        guard self.subscriptions.count < EngineLimits.subscriptionsMax else {
            self.ended[id] = .overloaded
            return []
        }
        var start = start
        var actions: [Action] = []
        if let stored = start.durable {
            let key = stored.key
            if let older = self.owners[key] {
                actions = self.end(
                    older,
                    with: EngineError(.takenOver, "A newer stream took this name over."),
                    at: now
                )
            }
            self.owners[key] = id
            if let known = self.remembered[key], known.acknowledged.covers(stored.acknowledged) {
                start.durable = known
                start.after = known.acknowledged
            }
        }
        self.subscriptions[id] = Subscription(start, at: now)
        // A name is kept from the moment it is first opened.
        self.markDirty(id, at: now - EngineLimits.acknowledgementDelay)
        return actions
    }

    /// A stream's reader is ready for more.
    package mutating func demanded(
        _ id: SubscriptionID,
        reply: ReplyID,
        at now: Timestamp
    ) -> [Action] {
        if let error = self.ended.removeValue(forKey: id) { return [.reply(reply, .failed(error))] }
        guard self.subscriptions[id] != nil else {
            return [.reply(reply, .failed(EngineError(.notFound, "There is no such stream.")))]
        }
        self.subscriptions[id]?.demanded(reply, at: now)
        return self.advance(id, at: now)
    }

    /// A stream's reader acknowledged events.
    package mutating func acknowledged(
        _ id: SubscriptionID,
        _ cursor: EventCursor,
        at now: Timestamp
    ) -> [Action] {
        guard let isKnown = self.subscriptions[id]?.acknowledged(cursor) else { return [] }
        guard isKnown else {
            return self.end(
                id,
                with: EngineError(
                    .acknowledgementInvalid,
                    "This cursor was never sent on this stream."
                ),
                at: now
            )
        }
        self.markDirty(id, at: now)
        return self.advance(id, at: now)
    }

    /// A stream is no longer read.
    package mutating func closed(_ id: SubscriptionID, at now: Timestamp) {
        self.ended[id] = nil
        guard let subscription = self.subscriptions.removeValue(forKey: id) else { return }
        self.dirty.remove(id)
        self.doubtfulReads.remove(id)
        guard let record = subscription.record(at: now) else { return }
        self.closing.append(record)
        self.dirtySince = self.dirtySince ?? now
        self.remember(record)
        if self.owners[record.key] == id { self.owners[record.key] = nil }
    }

    /// Events were committed, in order.
    package mutating func committed(_ events: [StoredEvent], at now: Timestamp) -> [Action] {
        guard !events.isEmpty else { return [] }
        self.tail.committed(events)
        return self.advanceAll(at: now)
    }

    /// Something may have been committed of which nothing is known here, or was while there was no
    /// stream, so that nobody noted what.
    package mutating func lostTrack(at now: Timestamp) -> [Action] {
        self.tail.lostTrack()
        self.doubtfulReads = Set(self.subscriptions.filter { $0.value.isReading }.keys)
        return self.advanceAll(at: now)
    }

    /// The store handed over a page.
    package mutating func pageRead(
        _ id: SubscriptionID,
        _ result: Result<EventPage, StoreError>,
        at now: Timestamp
    ) -> [Action] {
        guard self.subscriptions[id] != nil else { return [] }
        switch result {
        case .success(let page):
            let step = self.subscriptions[id]?.pageRead(page, at: now) ?? .none
            let actions = self.actions(for: step, of: id, at: now)
            let isDoubtful = self.doubtfulReads.remove(id) != nil
            if page.isLast, !isDoubtful { self.tail.learned(page.cursor) }
            return actions + self.advance(id, at: now)
        case .failure(let error) where error.code == .unavailable || error.code == .overloaded:
            self.doubtfulReads.remove(id)
            self.subscriptions[id]?.readFailed(at: now)
            return []
        case .failure(let error):
            return self.end(id, with: EngineError(error), at: now)
        }
    }

    /// Time has passed: heartbeats, and pages that could not be read.
    package mutating func timePassed(at now: Timestamp) -> [Action] {
        self.subscriptions.filter { $0.value.wakesAt.map { $0 <= now } ?? false }.keys.sorted()
            .flatMap { self.advance($0, at: now) }
    }

    /// When the next stream is to be told that nothing happened, or is to try again to read.
    package var nextHeartbeat: Timestamp? {
        self.subscriptions.values.compactMap(\.wakesAt).min()
    }

    /// When durable streams must be stored.
    package var nextStore: Timestamp? {
        self.dirtySince.map { $0 + EngineLimits.acknowledgementDelay }
    }

    /// Whether durable streams have moved for so long that they must be stored now.
    package func mustStore(at now: Timestamp) -> Bool {
        self.dirtySince.map { $0 + EngineLimits.acknowledgementDelay <= now } ?? false
    }

    /// Takes what is to be stored of durable streams, the latest of each name.
    package mutating func takeRecords(at now: Timestamp) -> [SubscriptionRecord] {
        var records: [SubscriptionKey: SubscriptionRecord] = [:]
        for record in self.closing { records[record.key] = record }
        for id in self.dirty {
            guard let record = self.subscriptions[id]?.record(at: now) else {
                continue
            }
            records[record.key] = record
        }
        self.closing = []
        self.dirty = []
        self.dirtySince = nil
        return records.values.sorted { left, right in
            (left.key.caller, left.key.name) < (right.key.caller, right.key.name)
        }
    }

    /// What was taken to be stored was not.
    package mutating func notStored(_ records: [SubscriptionRecord], at now: Timestamp) {
        guard !records.isEmpty else { return }
        self.closing = records + self.closing
        self.dirtySince = self.dirtySince ?? now
    }

    // MARK: - Private

    private mutating func advanceAll(at now: Timestamp) -> [Action] {
        self.subscriptions.keys.sorted().flatMap { self.advance($0, at: now) }
    }

    /// Lets a stream go on as far as it can without the store.
    private mutating func advance(_ id: SubscriptionID, at now: Timestamp) -> [Action] {
        while let subscription = self.subscriptions[id] {
            let isAtTail = self.tail.isNewest(subscription.cursor)
            let step = self.subscriptions[id]?.next(isAtTail: isAtTail, at: now) ?? .none
            guard case .read(let limit) = step else {
                return self.actions(for: step, of: id, at: now)
            }
            let page = self.tail.page(
                after: subscription.cursor,
                matching: subscription.filter,
                limit: limit
            )
            guard let page else { return self.actions(for: step, of: id, at: now) }
            let sent = self.subscriptions[id]?.pageRead(page, at: now) ?? .none
            guard sent == .none else { return self.actions(for: sent, of: id, at: now) }
        }
        return []
    }

    private mutating func actions(
        for step: Subscription.Step,
        of id: SubscriptionID,
        at now: Timestamp
    ) -> [Action] {
        guard let subscription = self.subscriptions[id] else { return [] }
        switch step {
        case .send(let reply, let batch):
            self.markDirty(id, at: now)
            return [.reply(reply, .events(batch))]
        case .read(let limit):
            return [
                .read(
                    id,
                    after: subscription.cursor,
                    filter: subscription.filter,
                    limit: limit
                )
            ]
        case .none:
            return []
        }
    }

    private mutating func markDirty(_ id: SubscriptionID, at now: Timestamp) {
        guard self.subscriptions[id]?.durableKey != nil else { return }
        self.dirty.insert(id)
        self.dirtySince = min(self.dirtySince ?? now, now)
    }

    private mutating func remember(_ record: SubscriptionRecord) {
        if self.remembered.updateValue(record, forKey: record.key) == nil {
            self.rememberedKeys.append(record.key)
        }
        guard self.rememberedKeys.count > Self.rememberedMax,
            let oldest = self.rememberedKeys.popFirst()
        else { return }
        self.remembered[oldest] = nil
    }

    private mutating func end(
        _ id: SubscriptionID,
        with error: EngineError,
        at now: Timestamp
    ) -> [Action] {
        let waiting = self.subscriptions[id]?.waiting
        self.closed(id, at: now)
        guard let waiting else {
            self.ended[id] = error
            return []
        }
        return [.reply(waiting, .failed(error))]
    }
}
