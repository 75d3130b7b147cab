internal import DequeModule
internal import PromptCallCore

// What leaves once a call's change is durable, and what the clock and the queue bring in.
extension EngineCore {
    /// Carries out what the machine wants done.
    mutating func carryOut(_ effect: CallEffect, of record: CallRecord, at now: Timestamp) {
        switch effect {
        case .place(let leg):
            self.place(record, leg: leg)
        case .hangUp(let leg):
            self.hangUp(record, leg: leg)
        case .leaveMessage(let leg):
            guard let address = self.address(of: record, leg: leg) else {
                return self.enqueue(.messageAnswered(.failed, leg: leg), of: record.id)
            }
            self.want(.leaveMessage(record, leg: leg, address), of: record)
        case .fetch(let leg):
            guard let address = self.address(of: record, leg: leg) else {
                return self.enqueue(.fetchAnswered(.failed, leg: leg), of: record.id)
            }
            self.want(.fetch(record.id, leg: leg, address), of: record)
        case .search(let leg):
            guard let credentials = self.credentials(of: record) else {
                return self.enqueue(.searchAnswered(.failed, leg: leg), of: record.id)
            }
            let search = LegSearch(
                from: record.terms.from,
                to: record.terms.to,
                since: record.progress.legs[leg - 1].placingAt,
                credentials: credentials
            )
            self.want(.search(record.id, leg: leg, search), of: record)
        case .deliverCallback:
            if let url = record.terms.callback?.url { self.courier.due(record.id, url: url) }
        }
    }

    /// Sends the result of a call whose callback's turn has come.
    mutating func deliver(_ record: CallRecord) {
        if record.progress.callback?.state == .waiting {
            self.operations.append(.deliverCallback(record))
        } else {
            self.courier.answered(record.id)
        }
    }

    /// Nothing can be done for a call whose record is gone or cannot be read.
    mutating func forget(_ id: CallID, at now: Timestamp) {
        self.placer.forget(id, at: now)
        self.fraudGuard.forget(id)
        self.courier.answered(id)
        self.ownCredentials[id] = nil
    }

    /// Keeps the queue, the timers and the numbers in use in step with a record.
    mutating func schedule(_ record: CallRecord, at now: Timestamp) {
        // A callback under way stays due until its answer comes.
        let holdsCallback = self.courier.holds(record.id)
        let timers = record.timers.all.filter { $0.timer != .callback || !holdsCallback }
        let moments = timers.map { timer, at in
            record.followsWall(timer) ? at - self.wallLead : at
        }
        self.due.set(record.id, moments.min())
        guard record.stage == .queued, let readyAt = record.readyAt,
            record.timers[.ready] == nil
        else { return }
        self.placer.enqueue(
            QueuedCall(
                id: record.id,
                to: record.terms.to,
                credentials: record.profile,
                // Its time may have come by the wall clock alone.
                readyAt: min(readyAt, now),
                expiresAt: record.terms.expiresAt
            ),
            lane: record.lane
        )
    }

    /// A call went from one stage to another.
    mutating func followStage(from old: CallRecord, to new: CallRecord, at now: Timestamp) {
        if old.stage == .queued, new.stage == .ended {
            self.placer.withdraw(new.id, lane: new.lane)
        }
        if new.isLive, !old.isLive {
            self.placer.becameLive(new.id, to: new.terms.to)
        } else if !new.isLive {
            self.placer.left(new.id, to: new.terms.to, at: now)
        }
        if new.stage == .ended {
            let mayRing = new.progress.legs.contains { !$0.isOver && $0.placement != .placed }
            self.forgetCredentials(of: new.id, mayBeNeeded: mayRing)
        }
    }

    /// Somebody waits for a call, which may have come so far already.
    mutating func `await`(_ record: CallRecord, until stage: CallStage, reply: ReplyID) {
        if record.stage >= stage {
            self.answer(reply, .call(record))
        } else if !self.waiters.add(reply, for: record.id, until: stage) {
            self.answer(reply, .failed(.overloaded))
        }
    }

    /// A call changed: whoever waited for that is told.
    mutating func wake(_ record: CallRecord) {
        for reply in self.waiters.take(record.id, at: record.stage) {
            self.answer(reply, .call(record))
        }
    }

    /// Brings in the timers that are due.
    mutating func fireTimers(at now: Timestamp) {
        if !self.isRecovering {
            for id in self.due.takeDue(at: now) { self.enqueue(.timePassed, of: id) }
        }
        self.perform(self.feed.timePassed(at: now))
    }

    /// Brings in the calls whose turn has come.
    mutating func placeWhatMay(at now: Timestamp) {
        self.silenceQueue()
        guard self.mayPlace else { return }
        let owned = self.ownCredentials
        let picked = self.placer.pick(at: now, guardedBy: &self.fraudGuard) { owned[$0]?.account }
        for id in picked.place { self.enqueue(.turnCame(opensAt: nil), of: id) }
        for id in picked.lackCredentials {
            self.enqueue(.restarted(hasCredentials: false), of: id)
        }
    }

    /// When a call may be placed by its profile's hours, at a moment or later; nil where it may
    /// right then.
    func opening(for terms: CallTerms, at moment: Timestamp) -> Timestamp? {
        guard terms.priority != .urgent, case .profile(let name) = terms.credentials,
            let hours = self.profiles[name]?.hours
        else { return nil }
        return hours.opening(at: moment + self.wallLead).map { $0 - self.wallLead }
    }

    /// Asks the store for what is next in the queue and by the clock.
    mutating func askForPages(at now: Timestamp) {
        guard self.mayAskForPages else { return }
        for claim in self.placer.claims(at: now + max(.zero, self.wallLead), lease: self.lease) {
            self.operations.append(.claimQueued(claim))
        }
        if let claim = self.due.claim(at: now, lease: self.lease) {
            self.operations.append(.claimDue(claim))
        }
    }

    /// Forgets the credentials of an ended call, or keeps them a while for a leg that may ring.
    private mutating func forgetCredentials(of id: CallID, mayBeNeeded: Bool) {
        guard mayBeNeeded, self.ownCredentials[id] != nil else {
            self.ownCredentials[id] = nil
            return
        }
        self.lateCredentials.append(id)
        guard self.lateCredentials.count > EngineLimits.lateCredentialsMax,
            let oldest = self.lateCredentials.popFirst()
        else { return }
        self.ownCredentials[oldest] = nil
    }

    /// Forgets credentials that came again for a call that does not need them, as one that ended.
    mutating func dropNeedlessCredentials(of record: CallRecord) {
        let isKept = record.stage == .ended && self.lateCredentials.contains(record.id)
        let isNeeded = record.stage < .ended && record.terms.credentials == .ownCredentials
        if !isNeeded, !isKept { self.ownCredentials[record.id] = nil }
    }

    /// A webhook came, whatever it said and however it was answered.
    mutating func webhookCame() {
        switch self.webhooks.webhookCame() {
        case .goOn: self.placer.webhooksCame()
        case .ignore: break
        }
    }

    /// Nexmo, when asked, told how a leg is: an answer without any webhook is suspicious.
    mutating func reported(
        _ report: LegReport,
        leg number: Int,
        of record: CallRecord,
        at now: Timestamp
    ) {
        guard record.progress.legs.indices.contains(number - 1) else { return }
        let leg = record.progress.legs[number - 1]
        // A cancelled call may be over before its webhooks come.
        guard report.provesAnswer, !leg.webhookSeen, record.decided != .cancelled else { return }
        switch self.webhooks.answeredUnheard(leg, of: record.id, at: now) {
        case .stop: self.placer.webhooksStopped(at: now)
        case .ignore: break
        }
    }

    func hasCredentials(_ record: CallRecord) -> Bool {
        self.credentials(of: record) != nil
    }

    // MARK: - Private

    private mutating func place(_ record: CallRecord, leg: Int) {
        guard let credentials = self.credentials(of: record) else {
            // A profile that left the configuration while the call was on its way.
            let refusal = PlacementAnswer.notPlaced(
                PlacementAnswer.NotPlaced(throttled: false, detail: "There is no such profile.")
            )
            return self.enqueue(.placementAnswered(refusal, leg: leg), of: record.id)
        }
        self.counters.placements += 1
        let opening = CallMachine(record).opening
        self.operations.append(
            .place(record, leg: leg, opening: opening, credentials: credentials)
        )
    }

    private mutating func hangUp(_ record: CallRecord, leg: Int) {
        if !record.isLive || leg < record.progress.legs.count { self.counters.strayLegs += 1 }
        guard let address = self.address(of: record, leg: leg) else {
            return self.enqueue(.hangUpAnswered(.failed, leg: leg), of: record.id)
        }
        self.want(.hangUp(record.id, leg: leg, address), of: record)
    }

    private mutating func want(_ operation: EngineOperation, of record: CallRecord) {
        let account =
            record.profile.map { self.profiles[$0]?.account ?? $0 }
            ?? self.ownCredentials[record.id]?.account ?? ""
        self.budget.want(operation, account: account)
    }

    private func address(of record: CallRecord, leg: Int) -> LegAddress? {
        guard let uuid = record.progress.legs[leg - 1].uuid,
            let credentials = self.credentials(of: record)
        else { return nil }
        return LegAddress(uuid: uuid, credentials: credentials)
    }

    private func credentials(of record: CallRecord) -> CallCredentials? {
        switch record.terms.credentials {
        case .profile(let name): self.profiles[name].map { _ in .profile(name) }
        case .ownCredentials: self.ownCredentials[record.id]?.credentials
        }
    }
}

extension CallEffect {
    /// Whether Nexmo is to be asked for a leg.
    var isPlacing: Bool {
        switch self {
        case .place: true
        case .hangUp, .leaveMessage, .fetch, .search, .deliverCallback: false
        }
    }
}

extension CallRecord {
    /// Where it waits for its turn.
    var lane: QueueLane { QueueLane(priority: self.terms.priority, caller: self.caller) }

    /// The name of the profile that signs for it; nil for credentials of its own.
    var profile: String? {
        switch self.terms.credentials {
        case .profile(let name): name
        case .ownCredentials: nil
        }
    }
}
