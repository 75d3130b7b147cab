internal import CallEngine
internal import Cryptography
internal import PromptCallCore
internal import SQLiteCallStore

// The daemon: it starts, steps its core, carries out operations and dies.
extension Simulation {
    /// The key file, which is not what is tried here.
    private static let key = SealingKey(bytes: Array(repeating: 7, count: SealingKey.length))

    private var profiles: [String: EngineConfiguration.ProfileSettings] {
        [
            "main": EngineConfiguration.ProfileSettings(
                account: "main",
                callsPerSecond: Self.callsPerSecond,
                hours: self.hours
            )
        ]
    }

    /// A guard that counts and reserves, and has no reason to refuse.
    private static let guardRules = GuardRules(
        prefixes: PrefixRules(allowed: [""]),
        perNumber: GuardRules.Rate(count: 100_000, period: .seconds(600)),
        perRange: GuardRules.Rate(count: 100_000, period: .seconds(3600)),
        spendPerHour: Amount("100000")
    )

    // MARK: - Starting and dying

    /// Starts a daemon over what is on the disk; where that fails it is started again.
    func start() {
        guard self.core == nil else { return }
        self.incarnation += 1
        do {
            let store = try SteppedCallStore(
                path: self.mounted.path,
                fileSystem: MountedDisk.fileSystem,
                key: Self.key,
                storeID: 0x5703E
            )
            self.store = store
            self.core = EngineCore(
                EngineConfiguration(
                    profiles: self.profiles,
                    callsPerSecond: Self.callsPerSecond,
                    liveCallsMax: 8,
                    guardRules: Self.guardRules,
                    incarnation: self.incarnation,
                    seed: self.random.next()
                )
            )
            try self.recover(store)
        } catch {
            self.check(startFailed: error)
            self.store = nil
            self.core = nil
            self.wake = nil
            self.disk.restart(afterPowerCut: false)
            return self.plan(.start, after: .seconds(1))
        }
        if let since = self.downSince {
            // What webhooks were tried meanwhile may still be tried again for a while.
            self.outages.append(since...(self.time + .seconds(30)))
        }
        self.downSince = nil
        for index in self.subscribers.indices {
            self.plan(.subscriber(index, .open), in: .milliseconds(10)...(.seconds(5)))
        }
    }

    /// Takes up what is stored, as ``CallEngine`` does.
    private func recover(_ store: SteppedCallStore) throws(StoreError) {
        var history = GuardHistory()
        if let query = self.core?.guardQuery(at: self.now) {
            history = try store.guardHistory(query)
        }
        self.feed([.recoveryBegan(try store.counts(), history)], [])
        var last: CallID?
        repeat {
            let page = try store.claimLive(after: last, limit: Self.recoveryPage)
            self.feed(page.map(EngineInput.recovered), [])
            for record in page { self.met(.restarted, record.id) }
            last = page.count == Self.recoveryPage ? page.last?.id : nil
        } while last != nil
        self.feed([.recoveryEnded(try store.lanes())], [])
    }

    private static let recoveryPage = 5

    /// The daemon dies: what is on its way to it or from it is lost.
    func crash(powerCut: Bool) {
        guard self.core != nil else { return }
        self.result.deaths += 1
        self.downSince = self.time
        self.core = nil
        self.wake = nil
        // The next one begins by the wall clock.
        self.clockOffset += self.wallLead
        self.wallLead = .zero
        self.disk.turnOff()
        self.store = nil
        self.disk.restart(afterPowerCut: powerCut)
        let cut = self.waiting.sorted { $0.key < $1.key }.map(\.value)
        self.waiting = [:]
        for waiting in cut { self.cutOff(waiting) }
        for index in self.subscribers.indices { self.subscribers[index].stream = nil }
        self.pending.keep { event in
            switch event {
            case .perform, .complete: false
            case .subscriber: false
            case .leg, .webhook, .lostPatience, .submit, .cancel, .crash, .start, .diskFills,
                .diskSlows, .forgery, .wallClock, .rest, .housekeeping:
                true
            }
        }
        if self.random.chance(self.faults[.clockSteps]) {
            self.clockOffset = .seconds(self.random.number(-7200...7200))
            // What is stored by the old time ends by the new one.
            self.model.clockWasSet = true
        }
        self.plan(.start, in: .milliseconds(100)...(.seconds(20)))
    }

    /// Whether the daemon dies between this step and the next.
    func mayCrashNow() {
        guard self.core != nil else { return }
        if self.disk.isOff { return self.crash(powerCut: !self.disk.hasPower) }
        guard self.isRestless else { return }
        if self.random.chance(self.faults[.crash] / 300) { self.crash(powerCut: false) }
    }

    // MARK: - Stepping

    /// Steps the core, and plans what it wants.
    func feed(_ inputs: [EngineInput], _ completions: [EngineCompletion]) {
        guard let operations = self.core?.step(inputs, completions, at: self.now) else { return }
        self.wake = self.core?.nextWake(after: self.now)
        for operation in operations {
            self.check(operation)
            if case .reply(let id, let reply) = operation {
                self.replied(id, reply)
            } else {
                self.plan(.perform(operation, self.incarnation), in: self.delay(of: operation))
            }
        }
    }

    /// From the decision to its first effect outside.
    private func delay(of operation: EngineOperation) -> ClosedRange<Duration> {
        switch operation {
        case .place:
            // A connection may have to be made first.
            return .zero...(.milliseconds(100))
        case .hangUp, .leaveMessage, .fetch, .search, .deliverCallback:
            return .milliseconds(1)...(.milliseconds(100))
        case .commit where self.time < self.diskSlowUntil:
            return .milliseconds(100)...(.seconds(6))
        case .load, .commit, .readBack, .claimQueued, .claimDue, .readEvents, .reply:
            return .zero...(.milliseconds(4))
        }
    }

    // MARK: - Operations

    func perform(_ operation: EngineOperation) {
        switch operation {
        case .load, .readBack, .claimQueued, .claimDue, .readEvents:
            self.armReading()
            self.read(operation)
            self.disk.fault = nil
        case .commit(let batch):
            self.armWriting()
            let committed = self.stored { store throws(StoreError) in try store.commit(batch) }
            self.disk.fault = nil
            if case .success = committed { self.model.written(batch, at: self.time) }
            self.word(.committed(committed), in: .zero...(.milliseconds(3)))
        case .place(let record, let leg, let opening, _):
            self.place(record, leg, opening)
        case .hangUp(let id, let leg, let address):
            let (answer, then) = self.nexmo.hangUp(address.uuid, at: self.time)
            if answer != .accepted { self.touched(id, by: .refusedHangUps) }
            self.answered(.hangUp(id, leg: leg, answer), of: id)
            self.follow(then)
        case .leaveMessage(let record, let leg, let address):
            let (answer, then) = self.nexmo.leaveMessage(address.uuid)
            if answer != .accepted { self.touched(record.id, by: .refusedHangUps) }
            self.answered(.message(record.id, leg: leg, answer), of: record.id)
            self.follow(then)
        case .fetch(let id, let leg, let address):
            let (answer, isLie) = self.nexmo.fetch(address.uuid)
            if isLie { self.touched(id, by: .lyingFetches) }
            self.answered(.fetch(id, leg: leg, answer), of: id)
        case .search(let id, let leg, var search):
            search.since = self.realTime(of: search.since)
            let answer = self.unowned(self.nexmo.search(search, at: self.time), to: search.to)
            self.answered(.search(id, leg: leg, answer), of: id)
        case .deliverCallback(let record):
            self.deliver(record)
        case .reply:
            break
        }
    }

    private func read(_ operation: EngineOperation) {
        switch operation {
        case .load(let id):
            let record = self.stored { store throws(StoreError) in try store.load([id])[0] }
            self.word(.loaded(id, record))
        case .readBack(let ids):
            let records = self.stored { store throws(StoreError) in try store.load(ids) }
            guard case .success = records else {
                // The driver tries until it knows.
                let again = Event.perform(operation, self.incarnation)
                return self.plan(again, after: EngineLimits.storeRetry)
            }
            self.word(.readBack(records))
        case .claimQueued(let claim):
            let calls = self.stored { store throws(StoreError) in try store.claimQueued(claim) }
            self.word(.queuedClaimed(claim.lane, calls))
        case .claimDue(let claim):
            let calls = self.stored { store throws(StoreError) in try store.claimDue(claim) }
            self.word(.dueClaimed(calls))
        case .readEvents(let id, let after, let filter, let limit):
            let page = self.stored { store throws(StoreError) in
                try store.events(after: after, matching: filter, limit: limit)
            }
            self.word(.eventsRead(id, page))
        case .commit, .place, .hangUp, .leaveMessage, .fetch, .search, .deliverCallback, .reply:
            break
        }
    }

    private func stored<Value>(
        _ body: (SteppedCallStore) throws(StoreError) -> Value
    ) -> Result<Value, StoreError> {
        guard let store = self.store else {
            return .failure(StoreError(.unavailable, "It is closed."))
        }
        do throws(StoreError) {
            return .success(try body(store))
        } catch {
            return .failure(error)
        }
    }

    /// Plans word of something of the store.
    private func word(
        _ completion: EngineCompletion,
        in range: ClosedRange<Duration> = .zero...(.milliseconds(2))
    ) {
        self.plan(.complete(completion, self.incarnation), in: range)
    }

    /// Plans Nexmo's or a receiver's answer.
    private func answered(
        _ completion: EngineCompletion,
        of id: CallID,
        after duration: Duration? = nil
    ) {
        if let input = SimulationCoverage.Input(completion) { self.met(input, id) }
        let wait = duration ?? self.random.duration(.milliseconds(30)...(.milliseconds(300)))
        self.plan(.complete(completion, self.incarnation), after: wait)
    }

    private func place(_ record: CallRecord, _ leg: Int, _ opening: Directive) {
        let script = self.stored { store throws(StoreError) in try store.script(of: record.id) }
        guard case .success(.some) = script else {
            let refusal = PlacementAnswer.notPlaced(
                PlacementAnswer.NotPlaced(throttled: false, detail: "The words cannot be read.")
            )
            return self.answered(.placement(record.id, leg: leg, refusal), of: record.id)
        }
        let index = self.indices[record.id]
        let placing = self.nexmo.place(
            record,
            leg: leg,
            opening: opening,
            callee: index.map { self.calls[$0].callee(ofLeg: leg) } ?? .answers(entries: []),
            account: index.map { self.calls[$0].account } ?? "",
            at: self.time
        )
        if placing.isSent {
            self.plan(.complete(.placementSent(record.id), self.incarnation), after: .zero)
        }
        if let fault = placing.fault { self.touched(record.id, by: fault) }
        self.model.ordered(record.id, at: self.time)
        self.answered(
            .placement(record.id, leg: leg, placing.answer),
            of: record.id,
            after: placing.answerAfter
        )
        self.follow(placing.consequences)
    }

    /// Leaves out legs that are some call's already, as the driver does.
    private func unowned(_ answer: SearchAnswer, to number: PhoneNumber) -> SearchAnswer {
        guard case .legs(let legs) = answer, !legs.isEmpty else { return .failed }
        var filter = CallFilter()
        filter.to = number
        let known = self.stored { store throws(StoreError) in
            try store.list(ListPage(filter: filter, limit: 100))
        }
        guard case .success(let records) = known else { return .failed }
        let owned = Set(records.flatMap(\.progress.legs).compactMap(\.uuid))
        return .legs(legs.filter { leg in leg.uuid.map { !owned.contains($0) } ?? false })
    }

    private func deliver(_ record: CallRecord) {
        guard let url = record.terms.callback?.url else { return }
        self.result.deliveries += 1
        let answer = self.receivers.deliver(record.id, to: url, at: self.time)
        self.answered(.callback(record.id, answer), of: record.id)
    }
}
