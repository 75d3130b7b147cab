internal import DequeModule
internal import PromptCallCore

// From the inbox to the store and back.
extension EngineCore {
    /// Judges what waits and hands it to the store, unless a batch is under way.
    ///
    /// - Returns: Whether something was judged that is not to be written, so that more may follow.
    mutating func cutBatch(at now: Timestamp) -> Bool {
        guard self.inFlight == nil, self.commitRetryAt == nil else { return false }
        let hasJudged = !self.isIdle
        var batch = Batch(wallLead: self.wallLead)
        for _ in 0..<min(self.submissions.count, EngineLimits.batchMax) {
            if let entry = self.submissions.popFirst() { batch.submit(entry) }
        }
        // What is judged by records waits until they are as they were written.
        let inputs = self.unsettled == nil ? min(self.inbox.count, EngineLimits.batchMax) : 0
        for _ in 0..<inputs {
            if let entry = self.inbox.popFirst() { self.judge(entry, in: &batch, at: now) }
        }
        let isWriting = !batch.newCalls.isEmpty || batch.works.contains(where: \.isChanged)
        let subscriptions =
            isWriting || self.feed.mustStore(at: now) ? self.feed.takeRecords(at: now) : []
        // What changed nothing was judged by records that are durable already.
        for work in batch.works where !work.isChanged { self.release(work, at: now) }
        let guarding = self.takeGuarding()
        guard isWriting || !subscriptions.isEmpty || guarding != nil else { return hasJudged }
        var commit = batch.commit(subscriptions: subscriptions)
        commit.guarding = guarding?.record
        self.operations.append(.commit(commit))
        self.inFlight = InFlight(batch: batch, subscriptions: subscriptions, guarding: guarding)
        return false
    }

    /// Reads the records that inputs wait for.
    mutating func readRecords() {
        guard self.readRetryAt == nil else { return }
        self.operations += self.loading.take().map(EngineOperation.load)
    }

    /// Judges an input now if its record is at hand, else once it was read.
    private mutating func judge(_ entry: InboxEntry, in batch: inout Batch, at now: Timestamp) {
        if !self.loading.holds(entry.call), let base = self.cache[entry.call] {
            let record = batch.record(of: entry.call) ?? base
            if var entry = self.guarded(entry, record, at: now) {
                if entry.isTurn {
                    let opensAt = self.opening(for: base.terms, at: now)
                    entry.input = .turnCame(opensAt: opensAt)
                }
                batch.judge(entry, base: base, at: now)
            }
        } else {
            self.loading.add(entry)
        }
    }

    /// A record was read: its inputs go on where they were.
    mutating func loaded(
        _ id: CallID,
        _ result: Result<CallRecord?, StoreError>,
        at now: Timestamp
    ) {
        let entries = self.loading.loaded(id)
        switch result {
        case .success(let record?):
            if self.cache[id] == nil { self.cache.keep(record) }
            self.inbox.prepend(contentsOf: entries)
        case .success(nil):
            self.fail(entries, with: EngineError(.notFound, "There is no such call."))
            self.forget(id, at: now)
        case .failure(let error) where error.code == .damaged:
            // It will not be read better the next time.
            self.fail(entries, with: EngineError(error))
            self.forget(id, at: now)
        case .failure(let error):
            // Read again before all that came for it meanwhile.
            for entry in self.refused(entries, with: EngineError(error)) {
                self.loading.add(entry)
            }
            self.readRetryAt = now + EngineLimits.storeRetry
        }
    }

    /// The store answered a batch.
    mutating func committed(_ result: Result<CommitAnswer, StoreError>, at now: Timestamp) {
        guard let flight = self.inFlight else { return }
        switch result {
        case .success(let answer):
            self.inFlight = nil
            self.counters.commits += 1
            self.kept(flight.guarding, at: now)
            self.unsettled = Unsettled(batch: flight.batch, answer: answer)
            if !self.mayWriteAhead { self.settleWhatIsOwed(at: now) }
        case .failure(let error) where error.code == .unknownFate:
            self.counters.commitsFailed += 1
            self.readBackLater(flight)
        case .failure(let error):
            self.inFlight = nil
            self.counters.commitsFailed += 1
            self.failed(flight, with: error, at: now)
        }
    }

    /// The records of a batch whose fate was unknown were read.
    mutating func readBack(_ result: Result<[CallRecord?], StoreError>, at now: Timestamp) {
        guard let flight = self.inFlight else { return }
        guard case .success(let records) = result else { return self.readBackLater(flight) }
        self.inFlight = nil
        let batch = flight.batch
        let submitted = zip(batch.newCalls, records).map { call, record in
            record?.id == call.machine.record.id
        }
        let moved = zip(batch.changed, records.dropFirst(batch.newCalls.count))
        let transitioned = moved.map { work, record in
            (record?.version ?? 0) > work.base.version
        }
        // One transaction wrote all or nothing; a submission that existed before proves neither.
        guard (submitted + transitioned).contains(true) else {
            return self.failed(
                flight,
                with: StoreError(.unavailable, "The batch was not written."),
                at: now
            )
        }
        self.kept(flight.guarding, at: now)
        self.perform(self.feed.lostTrack(at: now))
        self.settleReadBack(batch, submitted: submitted, transitioned: transitioned, at: now)
    }

    // MARK: - Settling

    /// Whether the next batch may go to the store before the last one is settled: where both are
    /// of new calls alone, nothing of one bears on the other.
    private var mayWriteAhead: Bool {
        let hasWorks = self.unsettled.map { !$0.batch.works.isEmpty } ?? true
        return !hasWorks && self.inbox.isEmpty && !self.submissions.isEmpty
    }

    /// Tells of what was written before another batch was sent to the store.
    mutating func settleWhatIsOwed(at now: Timestamp) {
        guard let owed = self.unsettled else { return }
        self.unsettled = nil
        self.settle(owed.batch, owed.answer, at: now)
    }

    /// A batch is durable, as far as the answer says so.
    private mutating func settle(_ batch: Batch, _ answer: CommitAnswer, at now: Timestamp) {
        let isRead = self.feed.count > 0
        var events: [StoredEvent] = []
        for (call, submitted) in zip(batch.newCalls, answer.submissions) {
            switch submitted {
            case .inserted(let first):
                if isRead { Self.store(call.machine, from: first, in: &events) }
                self.inserted(call, at: now)
            case .existed(let id, let sameRequest):
                self.repeated(call.entry, id: id, sameRequest: sameRequest)
            }
        }
        for (work, transitioned) in zip(batch.changed, answer.transitions) {
            switch transitioned {
            case .applied(let first):
                if isRead, let first { Self.store(work.machine, from: first, in: &events) }
                self.applied(work, at: now)
            case .conflict:
                self.judgeAnew(work)
            }
        }
        self.perform(
            isRead ? self.feed.committed(events, at: now) : self.feed.lostTrack(at: now)
        )
    }

    /// A batch turned out to be durable after all.
    private mutating func settleReadBack(
        _ batch: Batch,
        submitted: [Bool],
        transitioned: [Bool],
        at now: Timestamp
    ) {
        for (call, isThere) in zip(batch.newCalls, submitted) {
            if isThere {
                self.inserted(call, at: now)
            } else {
                // Its request_id was taken; a second Submit learns by whom.
                self.submissions.append(call.entry)
            }
        }
        for (work, isThere) in zip(batch.changed, transitioned) {
            if isThere {
                self.applied(work, at: now)
            } else {
                self.judgeAnew(work)
            }
        }
    }

    /// Another daemon moved a call: its inputs are judged by what is there now.
    private mutating func judgeAnew(_ work: Batch.Work) {
        self.cache.drop(work.base.id)
        self.inbox.prepend(contentsOf: work.entries)
    }

    private mutating func inserted(_ call: Batch.NewCall, at now: Timestamp) {
        var record = call.machine.record
        record.version = 1
        if call.entry.order.awaitsTurn != record.awaitsTurn {
            let calls = record.awaitsTurn ? 1 : -1
            self.backlog.add(calls, to: record.lane, profile: record.profile)
        }
        // It is counted already.
        let wait = self.backlog.wait(
            in: record.lane,
            profile: record.profile,
            counted: record.awaitsTurn ? 1 : 0
        )
        self.counters.submitted += 1
        self.counters.changed(from: nil, to: record)
        self.cache.keep(record)
        self.ownCredentials[record.id] = call.entry.order.ownCredentials
        self.schedule(record, at: now)
        self.answer(call.entry.reply, .submitted(record.id, existed: false, expectedWait: wait))
    }

    /// A Submit that repeats an earlier one's `request_id`.
    private mutating func repeated(_ entry: SubmitEntry, id: CallID, sameRequest: Bool) {
        self.notTaken(entry.order)
        guard sameRequest else {
            return self.answer(
                entry.reply,
                .failed(
                    EngineError(
                        .alreadyExists,
                        "This request_id was used for another request, which is call \(id)."
                    )
                )
            )
        }
        if let own = entry.order.ownCredentials {
            // A token that was made later is valid for longer.
            self.ownCredentials[id] = own
            self.enqueue(.credentialsReturned, of: id)
        }
        self.answer(
            entry.reply,
            .submitted(id, existed: true, expectedWait: self.expectedWait)
        )
    }

    private mutating func applied(_ work: Batch.Work, at now: Timestamp) {
        var work = work
        work.machine.setVersion(work.base.version + 1)
        let record = work.machine.record
        self.counters.changed(from: work.base, to: record)
        self.backlog.changed(from: work.base, to: record)
        self.fraudGuard.changed(from: work.base, to: record, at: now)
        self.cache.keep(record)
        self.release(work, at: now)
        self.wake(record)
    }

    /// Lets out what was decided about a call, now that it is durable.
    private mutating func release(_ work: Batch.Work, at now: Timestamp) {
        let record = work.machine.record
        for (reply, answer) in work.replies { self.answer(reply, answer) }
        for entry in work.entries {
            self.release(entry, record, at: now)
        }
        // Its turn came to nothing, as when it was cancelled meanwhile.
        if work.entries.contains(where: \.isTurn),
            !work.machine.effects.contains(where: \.isPlacing)
        {
            self.fraudGuard.turnCameToNothing(record.id, to: record.terms.to)
            self.placer.left(record.id, to: record.terms.to, at: now)
        }
        for effect in work.machine.effects { self.carryOut(effect, of: record, at: now) }
        if work.base.stage != record.stage || work.base.isLive != record.isLive {
            self.followStage(from: work.base, to: record, at: now)
        }
        self.schedule(record, at: now)
    }

    /// Does for a single input what is due once the call is as durable as it was judged.
    private mutating func release(
        _ entry: InboxEntry,
        _ record: CallRecord,
        at now: Timestamp
    ) {
        switch entry.input {
        case .asked(let stage):
            if let reply = entry.reply { self.await(record, until: stage, reply: reply) }
        case .deliveryCame:
            self.deliver(record)
        case .credentialsReturned:
            self.dropNeedlessCredentials(of: record)
        case .legEvent, .webhookUnanswered:
            self.webhookCame()
        case .fetchAnswered(.report(let report), let leg):
            self.reported(report, leg: leg, of: record, at: now)
        case .searchAnswered(.legs(let reports), let leg) where reports.count == 1:
            // Exactly one that matches is the leg.
            self.reported(reports[0], leg: leg, of: record, at: now)
        case .turnCame, .cancelled, .guardClosed, .placementAnswered, .hangUpAnswered,
            .messageAnswered, .fetchAnswered, .searchAnswered, .callbackAnswered, .restarted,
            .timePassed:
            break
        }
    }

    private mutating func failed(_ flight: InFlight, with error: StoreError, at now: Timestamp) {
        let refusal = error.code == .damaged ? .storeDamaged : EngineError(error)
        let batch = flight.batch
        self.feed.notStored(flight.subscriptions, at: now)
        self.notKept(flight.guarding, because: refusal)
        for call in batch.newCalls {
            self.notTaken(call.entry.order)
            self.answer(call.entry.reply, .failed(refusal))
        }
        let kept = batch.changed.flatMap { work in
            self.waitOn(work)
            return self.refused(work.entries.filter { !$0.isQuestion }, with: refusal)
        }
        self.inbox.prepend(contentsOf: kept)
        self.commitRetryAt = now + EngineLimits.storeRetry
    }

    /// Whoever only asked for a call needs no commit: what is durable of it answers them.
    private mutating func waitOn(_ work: Batch.Work) {
        for entry in work.entries {
            guard case .asked(let stage) = entry.input, let reply = entry.reply else { continue }
            self.await(work.base, until: stage, reply: reply)
        }
    }

    /// Refuses inputs that somebody waits for, and returns what is left to be judged.
    private mutating func refused(
        _ entries: [InboxEntry],
        with error: EngineError
    ) -> [InboxEntry] {
        self.fail(entries, with: error)
        return entries.compactMap { entry in
            guard entry.reply != nil else { return entry }
            guard case .legEvent(_, let leg) = entry.input else { return nil }
            // Its webhook is answered 503: what follows from that is not the callee's.
            return InboxEntry(call: entry.call, input: .webhookUnanswered(leg: leg))
        }
    }

    private mutating func fail(_ entries: [InboxEntry], with error: EngineError) {
        for entry in entries {
            if let reply = entry.reply { self.answer(reply, .failed(error)) }
        }
    }

    private mutating func readBackLater(_ flight: InFlight) {
        let batch = flight.batch
        self.inFlight?.isReadBack = true
        self.operations.append(
            .readBack(batch.newCalls.map(\.machine.record.id) + batch.changed.map(\.base.id))
        )
    }

    /// Adds the events of a call as they are stored.
    private static func store(
        _ machine: CallMachine,
        from first: EventCursor,
        in events: inout [StoredEvent]
    ) {
        var cursor = first
        for (offset, event) in machine.events.enumerated() {
            // One call's events lie in one partition, one behind the other.
            if offset > 0, let index = cursor.positions.indices.last {
                cursor.positions[index] += 1
            }
            events.append(StoredEvent(cursor: cursor, event: event, record: machine.record))
        }
    }
}
