internal import CallEngine
internal import PromptCallCore
internal import SQLiteCallStore

// Readers of events: steady ones and restless ones, with names and without.
extension Simulation {
    func planSubscribers() {
        let kinds: [[CallEvent.Kind]] = [
            CallEvent.Kind.allCases, [.ended], [.verified, .ended, .callback],
        ]
        for index in 0..<self.random.number(2...4) {
            var filter = EventFilter(kinds: self.random.one(of: kinds))
            if self.random.chance(0.3) { filter.calls.caller = "alice" }
            self.subscribers.append(
                SimulatedSubscriber(
                    name: "reader-\(index)",
                    filter: filter,
                    isDurable: index % 2 == 1,
                    unackedMax: self.random.chance(0.5) ? self.random.number(1...20) : nil
                )
            )
        }
    }

    /// A subscriber does its next step.
    func goOn(_ index: Int, _ step: SubscriberStep) {
        switch step {
        case .open:
            let mayOpen = self.isRestless || self.isReadingLast
            if mayOpen, self.subscribers[index].stream == nil { self.open(index) }
        case .goOn(let stream, let cursor):
            guard self.subscribers[index].stream == stream else { return }
            if let cursor {
                self.subscribers[index].acknowledged = cursor
                self.feed([.acknowledge(stream, cursor)], [])
            }
            // It may have been ended by that.
            if self.subscribers[index].stream == stream { self.demand(index, stream) }
        case .leave(let stream):
            guard self.subscribers[index].stream == stream else { return }
            self.leave(index)
        }
    }

    private func open(_ index: Int) {
        guard let store = self.store, self.core != nil else { return }
        let subscriber = self.subscribers[index]
        self.lastReply += 1
        let stream = self.lastReply
        do throws(StoreError) {
            let oldest = try store.eventRange().oldest
            var start = SubscriptionStart(
                after: subscriber.cursor ?? oldest,
                filter: subscriber.filter,
                unackedMax: subscriber.unackedMax,
                durable: nil
            )
            if subscriber.isDurable {
                let key = SubscriptionKey(caller: "alice", name: subscriber.name)
                let known = try store.subscription(key)
                let record =
                    known ?? SubscriptionRecord(key: key, acknowledged: oldest, usedAt: self.now)
                start.durable = record
                start.after = record.acknowledged
            }
            self.subscribers[index].stream = stream
            self.subscribers[index].streamCursor = nil
            self.feed([.subscribe(start, id: stream)], [])
            self.demand(index, stream)
        } catch {
            self.plan(.subscriber(index, .open), after: .seconds(1))
        }
    }

    private func demand(_ index: Int, _ stream: SubscriptionID) {
        self.lastReply += 1
        let reply = self.lastReply
        self.waiting[reply] = .subscriber(index, stream)
        self.feed([.nextEvents(stream, reply: reply)], [])
    }

    /// A subscriber vanishes, and comes again later.
    func leave(_ index: Int) {
        guard let stream = self.subscribers[index].stream else { return }
        self.subscribers[index].stream = nil
        self.waiting = self.waiting.filter { _, waiting in
            if case .subscriber(_, stream) = waiting { false } else { true }
        }
        self.feed([.unsubscribe(stream)], [])
        self.plan(.subscriber(index, .open), in: .milliseconds(1)...(.seconds(120)))
    }

    func streamFailed(_ error: EngineError, of index: Int, _ stream: SubscriptionID) {
        guard self.subscribers[index].stream == stream else { return }
        self.subscribers[index].stream = nil
        switch error.code {
        case .unavailable:
            self.plan(.subscriber(index, .open), after: .seconds(1))
        case .notFound, .alreadyExists, .overloaded, .draining, .cursorExpired, .cursorInvalid,
            .acknowledgementInvalid, .takenOver, .storeDamaged, .guardPrefix, .guardPerNumber,
            .guardPerRange, .guardSpend, .waitTooLong, .internal:
            self.model.violate("a stream failed: \(error.message)")
        }
    }

    /// A subscriber is handed something.
    func handedOut(_ batch: SubscriptionBatch, to index: Int, _ stream: SubscriptionID) {
        guard self.subscribers[index].stream == stream else { return }
        var acknowledge: EventCursor?
        switch batch {
        case .heartbeat(let cursor):
            self.checkAdvance(to: cursor, of: index)
            if !self.subscribers[index].isDurable { self.subscribers[index].cursor = cursor }
        case .events(let events):
            for event in events { self.dealtWith(event, index) }
            acknowledge = self.subscribers[index].isDurable ? events.last?.stored.cursor : nil
            // What is acknowledged now and then only is handed out again.
            if self.random.chance(0.2) { acknowledge = nil }
            if self.subscribers[index].unackedMax != nil {
                acknowledge = events.last?.stored.cursor
            }
        }
        let isRestless = self.random.chance(self.faults[.restlessSubscribers] / 3)
        if isRestless, self.isRestless, self.random.chance(0.5) {
            let leave = Event.subscriber(index, .leave(stream))
            return self.plan(leave, in: .zero...(.seconds(20)))
        }
        let wait: ClosedRange<Duration> =
            isRestless ? .seconds(1)...(.seconds(200)) : .zero...(.milliseconds(20))
        self.plan(.subscriber(index, .goOn(stream, acknowledge: acknowledge)), in: wait)
    }

    private func dealtWith(_ event: DeliveredEvent, _ index: Int) {
        let stored = event.stored
        self.checkAdvance(to: stored.cursor, of: index)
        let subscriber = self.subscribers[index]
        let isKnown = subscriber.trace.last.map { $0.cursor.covers(stored.cursor) } ?? false
        if isKnown {
            self.subscribers[index].repeats += 1
            self.model.check(
                subscriber.isDurable,
                "\(subscriber.name) keeps its cursor and was handed an event twice"
            )
        } else {
            self.subscribers[index].trace.append(stored)
            self.result.eventsRead += 1
        }
        if !subscriber.isDurable { self.subscribers[index].cursor = stored.cursor }
    }

    /// Within one stream positions only grow.
    private func checkAdvance(to cursor: EventCursor, of index: Int) {
        if let last = self.subscribers[index].streamCursor {
            self.model.check(
                cursor.covers(last),
                "the stream of \(self.subscribers[index].name) goes back"
            )
        }
        self.subscribers[index].streamCursor = cursor
    }

    /// Whether a subscriber has been handed all there is.
    func isUpToDate(_ subscriber: SimulatedSubscriber) -> Bool {
        guard let store = self.store, subscriber.stream != nil,
            let newest = try? store.eventRange().newest
        else { return false }
        guard let position = subscriber.streamCursor, position.covers(newest) else {
            // The rest may not match what it wants.
            return subscriber.streamCursor.map { self.hasNothing(after: $0, for: subscriber) }
                ?? false
        }
        return true
    }

    private func hasNothing(after cursor: EventCursor, for subscriber: SimulatedSubscriber) -> Bool
    {
        var cursor = cursor
        while let page = try? self.store?.events(
            after: cursor,
            matching: subscriber.filter,
            limit: 10
        ) {
            if !page.events.isEmpty { return false }
            if page.isLast { return true }
            cursor = page.cursor
        }
        return false
    }
}
