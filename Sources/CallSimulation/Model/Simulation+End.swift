internal import CallEngine
internal import PromptCallCore
internal import SQLiteCallStore

// The promises that can be judged when all is over.
extension Simulation {
    func judgeEnd() {
        guard let store = self.store else { return }
        do throws(StoreError) {
            let history = try self.history(store)
            let records = try store.list(ListPage(filter: CallFilter(), limit: 1000))
            self.checkRequests(records)
            let events = Dictionary(grouping: history, by: \.event.call)
            for record in records.sorted(by: { $0.id < $1.id }) {
                self.result.ended[record.progress.reason?.name ?? "none", default: 0] += 1
                self.checkEvents(events[record.id] ?? [], of: record)
                self.checkRings(of: record)
                self.checkOutcome(of: record)
                self.checkTime(of: record)
                self.checkCallback(of: record)
            }
            for subscriber in self.subscribers { self.check(subscriber, history) }
        } catch {
            self.model.violate("the store cannot be read at the end: \(error)")
        }
        self.checkPacing()
        self.checkRest()
        for objection in self.nexmo.objections {
            self.model.violate("Nexmo was asked for \(objection)")
        }
    }

    private func history(_ store: SteppedCallStore) throws(StoreError) -> [StoredEvent] {
        let all = EventFilter(kinds: CallEvent.Kind.allCases)
        var cursor = try store.eventRange().oldest
        var history: [StoredEvent] = []
        while true {
            let page = try store.events(after: cursor, matching: all, limit: 1000)
            history += page.events
            cursor = page.cursor
            if page.isLast { return history }
        }
    }

    /// Every Submit that was answered is one call, and no request is two.
    private func checkRequests(_ records: [CallRecord]) {
        let known = Set(records.map(\.id))
        for call in self.calls {
            for id in call.accepted {
                self.model.check(known.contains(id), "the accepted call \(call.index) is gone")
            }
        }
        let requests = Dictionary(grouping: records) { $0.terms.requestID ?? "" }
        for (request, calls) in requests.sorted(by: { $0.key < $1.key }) {
            self.model.check(calls.count == 1, "\(request) became \(calls.count) calls")
        }
    }

    /// A call's events are numbered without a gap, in the order of rank, and it ends once.
    private func checkEvents(_ events: [StoredEvent], of record: CallRecord) {
        let name = self.name(record.id)
        let numbers = events.map(\.event.number)
        self.model.check(
            numbers == Array(1...max(1, record.eventCount)),
            "the events of call \(name) have the numbers \(numbers)"
        )
        let ends = events.count { $0.event.kind == .ended }
        self.model.check(ends == 1, "call \(name) ended \(ends) times")
        self.model.check(record.stage == .ended, "call \(name) is \(record.stage) at the end")
        let redials = events.count { $0.event.kind == .redial }
        self.model.check(
            redials == record.progress.redials,
            "call \(name) tells of \(redials) redials"
        )
        let isVerified = events.contains { $0.event.kind == .verified }
        if isVerified {
            self.model.check(
                record.progress.status == .ok,
                "call \(name) was verified and ended as \(self.reason(of: record))"
            )
        }
        self.model.check(record.expected.isEmpty, "call \(name) keeps its PIN after the end")
    }

    /// Nobody is rung twice but who asked for it.
    private func checkRings(of record: CallRecord) {
        let legs = self.nexmo.legs(of: record.id)
        let name = self.name(record.id)
        for (number, same) in Dictionary(grouping: legs, by: \.number) {
            self.model.check(
                same.count == 1,
                "leg \(number) of call \(name) rang \(same.count) times"
            )
        }
        let redial = record.terms.redial
        self.model.check(
            record.progress.redials <= redial?.redialsMax ?? 0,
            "call \(name) was redialled \(record.progress.redials) times"
        )
        if record.terms.unknownPlacement == .giveUp {
            let most = 1 + record.progress.redials
            self.model.check(legs.count <= most, "call \(name) rang \(legs.count) times")
            let sorted = legs.sorted { $0.number < $1.number }
            for (earlier, later) in zip(sorted, sorted.dropFirst()) {
                let isOver = earlier.endedAt.map { $0 <= later.placedAt } ?? false
                self.model.check(isOver, "two legs of call \(name) were live at once")
            }
        }
    }

    /// A call ends within all its windows and 120 s, and what the machine was down for.
    private func checkTime(of record: CallRecord) {
        guard record.leg?.placement == .placed, let time = self.model.time(of: record.id) else {
            return
        }
        let terms = record.terms
        let windows =
            CallWindows.setup + terms.ringTimeout + CallWindows.slack + terms.maxDuration
            + CallWindows.lost + .seconds(120)
        let outage = self.outages.reduce(Duration.zero) { $0 + ($1.upperBound - $1.lowerBound) }
        self.model.check(
            time <= windows + outage,
            "call \(self.name(record.id)) took \(time / .seconds(1)) s"
        )
    }

    /// A result is delivered, or abandoned after its whole schedule.
    private func checkCallback(of record: CallRecord) {
        let name = self.name(record.id)
        guard record.terms.callback != nil else { return }
        let answers = self.receivers.answers[record.id] ?? []
        switch record.progress.callback?.state {
        case .delivered:
            let isTaken = answers.contains { (200..<300).contains($0.httpStatus) }
            self.model.check(isTaken, "the callback of call \(name) was taken by nobody")
        case .abandoned:
            let isRefused = answers.contains { $0.httpStatus == 410 }
            self.model.check(
                isRefused || answers.count >= 10,
                "the callback of call \(name) was abandoned after \(answers.count) deliveries"
            )
        case .waiting, nil:
            self.model.violate("the callback of call \(name) is still to be delivered")
        }
    }

    /// A subscriber has dealt with what is stored, in its order, and with nothing else.
    private func check(_ subscriber: SimulatedSubscriber, _ history: [StoredEvent]) {
        let wanted = history.filter { subscriber.filter.matches($0.event, of: $0.record) }
        let isSame =
            wanted.map(\.cursor) == subscriber.trace.map(\.cursor)
            && wanted.map(\.event) == subscriber.trace.map(\.event)
        self.model.check(
            isSame,
            "\(subscriber.name) dealt with \(subscriber.trace.count) events, not the \(wanted.count) stored"
        )
    }

    /// Never more than N placings in any rolling second, as Nexmo sees them.
    private func checkPacing() {
        for (account, orders) in self.nexmo.orders.sorted(by: { $0.key < $1.key }) {
            let sorted = orders.sorted()
            for (first, last) in zip(sorted, sorted.dropFirst(Self.callsPerSecond)) {
                self.model.check(
                    last - first >= .seconds(1),
                    "\(Self.callsPerSecond + 1) placings of \(account) within "
                        + "\((last - first) / .milliseconds(1)) ms"
                )
            }
        }
    }

    /// Nothing is left in memory of calls that are over.
    private func checkRest() {
        guard let core = self.core else { return }
        self.model.check(
            core.liveCalls == 0,
            "\(core.liveCalls) calls are live after all have ended"
        )
        self.model.check(
            core.heldCredentials <= EngineLimits.lateCredentialsMax,
            "\(core.heldCredentials) credentials are held after all calls have ended"
        )
        let queued = core.counters.queued.values.reduce(0, +)
        self.model.check(queued == 0, "\(queued) calls are counted as queued after all have ended")
    }
}
