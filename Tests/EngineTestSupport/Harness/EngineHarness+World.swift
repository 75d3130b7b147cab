internal import CallEngine
internal import CallSimulation
internal import PromptCallCore

// What happens between the core and the world.
extension EngineHarness {
    func handle(_ event: Event) {
        switch event {
        case .perform(let operation):
            self.perform(operation)
        case .complete(let completion):
            self.feed([], [completion])
        case .input(let input):
            self.feed([input], [])
        case .leg(let step, let uuid):
            self.follow(self.nexmo.happened(step, to: uuid, at: self.now))
        case .webhook(let webhook):
            self.arrived(webhook)
        }
    }

    /// Steps the core and plans what it wants.
    func feed(_ inputs: [EngineInput], _ completions: [EngineCompletion]) {
        guard let operations = self.core?.step(inputs, completions, at: self.now) else { return }
        self.wake = self.core?.nextWake(after: self.now)
        for operation in operations {
            self.operations[Self.kind(of: operation), default: 0] += 1
            self.check(operation)
            if case .reply(let id, let reply) = operation {
                self.replied(id, reply)
            } else if !self.stuck.contains(Self.kind(of: operation)) {
                if case .commit(let batch) = operation { self.batches.append(batch) }
                if case .place(let record, _, _, let credentials) = operation {
                    self.placements.append(record.id)
                    self.credentials[record.id] = credentials
                }
                self.plan(.perform(operation), in: self.delay(of: operation))
            }
        }
    }

    func plan(_ event: Event, in range: ClosedRange<Duration>) {
        self.pending.plan(event, at: self.now + self.random.duration(range))
    }

    // MARK: - Operations

    private func delay(of operation: EngineOperation) -> ClosedRange<Duration> {
        switch operation {
        case .place, .hangUp, .leaveMessage, .fetch, .search, .deliverCallback:
            self.timing.request
        case .load, .commit, .readBack, .claimQueued, .claimDue, .readEvents, .reply:
            self.timing.store
        }
    }

    private func perform(_ operation: EngineOperation) {
        switch operation {
        case .load(let id):
            self.complete(
                .loaded(id, self.stored { store throws(StoreError) in try store.load([id])[0] })
            )
        case .commit(let batch):
            self.complete(
                .committed(self.stored { store throws(StoreError) in try store.commit(batch) })
            )
        case .readBack(let ids):
            self.complete(
                .readBack(self.stored { store throws(StoreError) in try store.load(ids) })
            )
        case .claimQueued(let claim):
            self.complete(
                .queuedClaimed(
                    claim.lane,
                    self.stored { store throws(StoreError) in try store.claimQueued(claim) }
                )
            )
        case .claimDue(let claim):
            self.complete(
                .dueClaimed(self.stored { store throws(StoreError) in try store.claimDue(claim) })
            )
        case .readEvents(let id, let after, let filter, let limit):
            let page = self.stored { store throws(StoreError) in
                try store.events(after: after, matching: filter, limit: limit)
            }
            self.complete(.eventsRead(id, page))
        case .place(let record, let leg, let opening, _):
            let (answer, then) = self.nexmo.place(record, leg: leg, opening: opening, at: self.now)
            self.plan(.complete(.placementSent(record.id)), in: .zero...(.zero))
            self.answer(.placement(record.id, leg: leg, answer))
            self.follow(then)
        case .hangUp(let id, let leg, let address):
            self.requests.append(Request(at: self.now, kind: "hangUp", call: id))
            let (answer, then) = self.nexmo.hangUp(address.uuid)
            self.answer(.hangUp(id, leg: leg, answer))
            self.follow(then)
        case .leaveMessage(let record, let leg, _):
            self.requests.append(Request(at: self.now, kind: "leaveMessage", call: record.id))
            self.answer(.message(record.id, leg: leg, .accepted))
        case .fetch(let id, let leg, let address):
            self.requests.append(Request(at: self.now, kind: "fetch", call: id))
            self.answer(.fetch(id, leg: leg, self.nexmo.fetch(address.uuid)))
        case .search(let id, let leg, let search):
            self.requests.append(Request(at: self.now, kind: "search", call: id))
            self.answer(.search(id, leg: leg, self.unowned(self.nexmo.search(search))))
        case .deliverCallback(let record):
            self.answer(.callback(record.id, self.receiver.deliver(record)))
        case .reply:
            break
        }
    }

    private func stored<Value>(
        _ body: (inout MemoryStore) throws(StoreError) -> Value
    ) -> Result<Value, StoreError> {
        do throws(StoreError) {
            return .success(try body(&self.store))
        } catch {
            return .failure(error)
        }
    }

    private func complete(_ completion: EngineCompletion) {
        self.plan(.complete(completion), in: self.timing.storeAnswer)
    }

    private func answer(_ completion: EngineCompletion) {
        self.plan(.complete(completion), in: self.timing.requestAnswer)
    }

    /// Leaves out legs that are some call's already, as the driver does.
    private func unowned(_ answer: SearchAnswer) -> SearchAnswer {
        guard case .legs(let legs) = answer else { return answer }
        let owned = Set(self.store.calls.values.flatMap(\.progress.legs).compactMap(\.uuid))
        return .legs(legs.filter { leg in leg.uuid.map { !owned.contains($0) } ?? false })
    }

    // MARK: - Nexmo

    private func follow(_ consequences: [ScriptedNexmo.Consequence]) {
        for consequence in consequences {
            switch consequence {
            case .step(let step, let uuid, let after):
                self.pending.plan(.leg(step, uuid: uuid), at: self.now + after)
            case .webhook(let webhook):
                guard !self.nexmo.losesWebhooks(webhook.uuid), !self.isLost() else { continue }
                self.plan(.webhook(webhook), in: self.timing.webhook)
                if self.nexmo.repeatsWebhooks(webhook.uuid) {
                    self.plan(.webhook(webhook), in: self.timing.webhook)
                }
            }
        }
    }

    /// Draws whether a webhook is lost; nothing is drawn where none is to be.
    private func isLost() -> Bool {
        self.timing.webhooksLostPercent > 0
            && Int.random(in: 0..<100, using: &self.random) < self.timing.webhooksLostPercent
    }

    private func arrived(_ webhook: ScriptedNexmo.Webhook) {
        guard self.core != nil else { return self.sendAgain(webhook) }
        self.lastReply += 1
        self.webhooks[self.lastReply] = webhook
        self.feed(
            [
                .legEvent(
                    webhook.event,
                    call: webhook.call,
                    leg: webhook.leg,
                    reply: self.lastReply
                )
            ],
            []
        )
    }

    /// A webhook was not answered, or by 5xx.
    func sendAgain(_ webhook: ScriptedNexmo.Webhook) {
        guard webhook.repeats < self.timing.webhookRepeatsMax else {
            return self.follow(self.nexmo.gaveUp(webhook))
        }
        var again = webhook
        again.repeats += 1
        self.pending.plan(.webhook(again), at: self.now + self.timing.webhookRepeat)
    }

    // MARK: - Replies

    private func replied(_ id: ReplyID, _ reply: EngineReply) {
        if let subscription = self.followerReplies.removeValue(forKey: id) {
            return self.handedOut(reply, to: subscription)
        }
        if self.replies.updateValue(reply, forKey: id) != nil {
            self.violations.append("A request was answered twice.")
        }
        guard let webhook = self.webhooks.removeValue(forKey: id) else { return }
        switch reply {
        case .leg(.directive(let directive), _, _):
            self.follow(self.nexmo.told(directive, uuid: webhook.uuid))
        case .leg(.noted, _, _), .leg(.unknown, _, _):
            break
        case .failed:
            self.sendAgain(webhook)
        case .submitted, .call, .events, .guarding:
            self.violations.append("A webhook was answered with something else.")
        }
    }

    func open(_ follower: Follower) {
        self.lastReply += 1
        let id = self.lastReply
        self.followers[id] = follower
        let start = SubscriptionStart(
            after: follower.cursor,
            filter: follower.filter,
            unackedMax: nil,
            durable: nil
        )
        self.feed([.subscribe(start, id: id)], [])
        self.demand(id)
    }

    private func handedOut(_ reply: EngineReply, to id: SubscriptionID) {
        guard let name = self.followers[id]?.name else { return }
        switch reply {
        case .events(.events(let events)):
            self.followed[name, default: []] += events
            self.followers[id]?.cursor = events.last?.stored.cursor ?? self.store.start
        case .events(.heartbeat(let cursor)):
            self.followers[id]?.cursor = cursor
        case .failed(let error):
            self.violations.append("The stream \(name) failed: \(error.message)")
            return
        case .submitted, .call, .leg, .guarding:
            self.violations.append("A stream was answered with something else.")
        }
        self.lastReply += 1
        self.followerReplies[self.lastReply] = id
        // Behind all that is being handled now, as a task of its own would come.
        self.plan(.input(.nextEvents(id, reply: self.lastReply)), in: .zero...(.zero))
    }

    private func demand(_ id: SubscriptionID) {
        self.lastReply += 1
        self.followerReplies[self.lastReply] = id
        self.feed([.nextEvents(id, reply: self.lastReply)], [])
    }
}
