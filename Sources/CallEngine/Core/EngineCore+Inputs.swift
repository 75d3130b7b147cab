internal import DequeModule
internal import PromptCallCore

// What comes in.
extension EngineCore {
    mutating func take(_ input: EngineInput, at now: Timestamp) {
        switch input {
        case .submit(let order, let reply):
            self.submit(order, reply: reply, at: now)
        case .cancel(let id, let reply):
            self.enqueue(.cancelled, of: id, reply: reply)
        case .legEvent(let event, let call, let leg, let reply):
            self.enqueue(.legEvent(event, leg: leg), of: call, reply: reply)
        case .webhookUnanswered(let call, let leg):
            self.enqueue(.webhookUnanswered(leg: leg), of: call)
        case .wait(let id, let stage, let reply):
            self.enqueue(.asked(until: stage), of: id, reply: reply)
        case .stopWaiting(let id, let reply):
            self.stopWaiting(id, reply: reply)
        case .recovered(let record):
            self.recovered(record, at: now)
        case .recoveryBegan(let counts, let history):
            self.fraudGuard.recover(history, at: now)
            for count in counts.ready {
                self.backlog.add(count.calls, to: count.lane, profile: count.credentials)
            }
            self.counters.stages = counts.stages
            self.counters.queued = counts.queued
            self.counters.callbacksWaiting = counts.callbacksWaiting
            if !counts.isEmpty { self.placer.hold(until: now + RateWindow.length) }
        case .recoveryEnded(let lanes):
            self.isRecovering = false
            self.webhooks = WebhookWatch(from: now)
            for lane in lanes.sorted() { self.placer.addLane(lane) }
        case .subscribe(let start, let id):
            self.perform(self.feed.opened(start, id: id, at: now))
        case .nextEvents(let id, let reply):
            self.perform(self.feed.demanded(id, reply: reply, at: now))
        case .acknowledge(let id, let cursor):
            self.perform(self.feed.acknowledged(id, cursor, at: now))
        case .unsubscribe(let id):
            self.feed.closed(id, at: now)
        case .drain(let isDraining):
            self.isDraining = isDraining || self.isStopping
        case .stop:
            self.isStopping = true
            self.isDraining = true
        case .storeDamaged(let words):
            self.foundDamage(words)
        case .pause(let isPaused):
            self.isPaused = isPaused
        case .reconfigure(let profiles):
            self.profiles = profiles
            self.placer.reconfigure(profiles)
            self.backlog.setProfiles(profiles)
        case .setGuard(let rules):
            self.fraudGuard.setRules(rules, at: now)
            self.placer.guardChanged()
        case .resetGuard(let reply):
            self.resetGuard(reply, at: now)
            self.placer.guardChanged()
        case .wallClock(let lead):
            self.wallLead = lead
            self.due.wallClockStepped(lead: lead)
        case .tick:
            break
        }
    }

    mutating func take(_ completion: EngineCompletion, at now: Timestamp) {
        if let damage = completion.damage { self.foundDamage(damage) }
        switch completion {
        case .loaded(let id, let result):
            self.loaded(id, result, at: now)
        case .committed(let result):
            self.committed(result, at: now)
        case .readBack(let result):
            self.readBack(result, at: now)
        case .queuedClaimed(let lane, .success(let calls)):
            self.placer.claimed(calls, lane: lane)
        case .queuedClaimed(let lane, .failure):
            self.placer.claimFailed(lane: lane)
            self.readRetryAt = now + EngineLimits.storeRetry
        case .dueClaimed(.success(let calls)):
            self.due.claimed(calls)
        case .dueClaimed(.failure):
            self.due.claimFailed()
            self.readRetryAt = now + EngineLimits.storeRetry
        case .eventsRead(let id, let result):
            self.perform(self.feed.pageRead(id, result, at: now))
        case .placementSent(let id):
            self.placer.sent(id, at: now)
        case .placement(let id, let leg, let answer):
            self.placementAnswered(answer, of: id, leg: leg, at: now)
        case .hangUp(let id, let leg, let answer):
            self.enqueue(.hangUpAnswered(answer, leg: leg), of: id)
        case .message(let id, let leg, let answer):
            self.enqueue(.messageAnswered(answer, leg: leg), of: id)
        case .fetch(let id, let leg, let answer):
            self.enqueue(.fetchAnswered(answer, leg: leg), of: id)
        case .search(let id, let leg, let answer):
            self.enqueue(.searchAnswered(answer, leg: leg), of: id)
        case .callback(let id, let answer):
            self.courier.answered(id)
            self.enqueue(.callbackAnswered(answer, jitter: self.nextJitter()), of: id)
        }
    }

    /// Puts an input of a call into the inbox; from outside only while there is room.
    mutating func enqueue(_ input: CallInput, of call: CallID, reply: ReplyID? = nil) {
        if let reply, self.waitingInputs >= EngineLimits.inboxMax {
            self.answer(reply, .failed(.overloaded))
            guard case .legEvent(_, let leg) = input,
                self.waitingInputs < 2 * EngineLimits.inboxMax
            else { return }
            // Its webhook is answered 503: what follows from that is not the callee's.
            return self.enqueue(.webhookUnanswered(leg: leg), of: call)
        }
        self.inbox.append(InboxEntry(call: call, input: input, reply: reply))
    }

    mutating func answer(_ reply: ReplyID, _ answer: EngineReply) {
        self.operations.append(.reply(reply, answer))
    }

    mutating func perform(_ actions: [EventFeed.Action]) {
        for action in actions {
            switch action {
            case .reply(let reply, let answer):
                self.answer(reply, answer)
            case .read(let id, let after, let filter, let limit):
                self.operations.append(
                    .readEvents(id, after: after, filter: filter, limit: limit)
                )
            }
        }
    }

    private mutating func submit(_ order: SubmitOrder, reply: ReplyID, at now: Timestamp) {
        if self.damage != nil { return self.answer(reply, .failed(.storeDamaged)) }
        if self.isDraining {
            return self.answer(
                reply,
                .failed(EngineError(.draining, "The daemon is draining and takes no new calls."))
            )
        }
        let hasNoRoom =
            self.submissions.count >= EngineLimits.inboxMax
            || order.ownCredentials != nil
                && self.ownCredentials.count >= EngineLimits.ownCredentialsMax
        if hasNoRoom { return self.answer(reply, .failed(.overloaded)) }
        if let refusal = self.refusal(of: order, at: now) {
            return self.answer(reply, .failed(refusal))
        }
        self.submissions.append(SubmitEntry(order: order, reply: reply))
    }

    /// Takes no new calls from now on, nor those that wait to be judged.
    private mutating func foundDamage(_ words: String) {
        guard self.damage == nil else { return }
        self.damage = words
        for entry in self.submissions {
            self.notTaken(entry.order)
            self.answer(entry.reply, .failed(.storeDamaged))
        }
        self.submissions = []
    }

    private mutating func stopWaiting(_ id: CallID, reply: ReplyID) {
        self.waiters.remove(reply, of: id)
        self.inFlight?.batch.stopWaiting(id, reply: reply)
        for index in self.inbox.indices where self.inbox[index].reply == reply {
            self.inbox[index].reply = nil
        }
        self.loading.stopWaiting(id, reply: reply)
    }

    private mutating func recovered(_ record: CallRecord, at now: Timestamp) {
        self.fraudGuard.recovered(record, at: now)
        self.cache.keep(record)
        self.placer.becameLive(record.id, to: record.terms.to)
        self.enqueue(.restarted(hasCredentials: self.hasCredentials(record)), of: record.id)
    }

    private mutating func placementAnswered(
        _ answer: PlacementAnswer,
        of id: CallID,
        leg: Int,
        at now: Timestamp
    ) {
        var throttled = false
        if case .notPlaced(let failure) = answer { throttled = failure.throttled }
        self.placer.answered(id, throttled: throttled, at: now)
        if let record = self.cache[id], case .profile(let name) = record.terms.credentials {
            switch answer {
            case .refused(let refusal) where refusal.kind != .request:
                self.placer.profileRefused(name, refusal.kind, at: now)
            case .placed:
                self.placer.profileAccepted(name)
            case .refused, .notPlaced, .unknown:
                break
            }
        }
        self.enqueue(.placementAnswered(answer, leg: leg), of: id)
    }
}

extension EngineCompletion {
    /// What it tells of damage of the whole store, in words.
    ///
    /// A commit touches much of it, and whatever it cannot read it cannot keep its promises about.
    var damage: String? {
        let error: StoreError? =
            switch self {
            case .loaded(_, .failure(let error)), .committed(.failure(let error)),
                .readBack(.failure(let error)), .queuedClaimed(_, .failure(let error)),
                .dueClaimed(.failure(let error)), .eventsRead(_, .failure(let error)):
                error
            case .loaded, .committed, .readBack, .queuedClaimed, .dueClaimed, .eventsRead,
                .placementSent, .placement, .hangUp, .message, .fetch, .search, .callback:
                nil
            }
        guard let error, error.code == .damaged else { return nil }
        if case .committed = self { return error.description }
        return error.isOfDatabase ? error.description : nil
    }
}
