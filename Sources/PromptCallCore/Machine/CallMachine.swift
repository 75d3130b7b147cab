/// One call, from submission to outcome and callback.
///
/// It judges what happened, `(record, input, now) → (record, events, effects)`, and touches
/// nothing: the engine commits record and events, and only then carries out the effects. What is
/// repeated changes nothing and gets the same answer; what is late adds facts alone.
package struct CallMachine: Equatable, Sendable {
    /// The call after all that was judged so far.
    package internal(set) var record: CallRecord
    /// What subscribers will see of it, oldest first.
    package internal(set) var events: [CallEvent] = []
    /// What is to be done once the record is durable, in order.
    package internal(set) var effects: [CallEffect] = []

    /// How far the wall clock is ahead of the engine's, which never steps: `not_before` and
    /// `expires_at` are times of the wall clock.
    let wallLead: Duration

    /// Takes up a stored call.
    package init(_ record: CallRecord, wallLead: Duration = .zero) {
        self.record = record
        self.wallLead = wallLead
    }

    /// Says which version the record will be once it is committed.
    package mutating func setVersion(_ version: Int64) {
        self.record.version = version
    }

    /// A call was submitted: it waits from now on, or from `not_before`.
    ///
    /// A `ready` timer that it has already puts its turn off further.
    package static func submitted(_ record: CallRecord) -> Self {
        var machine = Self(record)
        let now = record.progress.submittedAt
        if let notBefore = record.terms.notBefore, notBefore > now {
            machine.record.timers.putOff(.ready, until: notBefore)
        }
        machine.record.timers[.expiry] = record.terms.expiresAt
        machine.emit(.queued, at: now)
        return machine
    }

    /// Somebody wants the call to end early.
    ///
    /// The first commit wins: before the right digits came, the call ends as cancelled whatever
    /// comes later; after them nothing changes.
    package mutating func cancelled(at now: Timestamp) {
        guard self.record.stage < .verified, self.isOpen(at: now) else { return }
        self.record.decided = .cancelled
        if self.record.stage == .queued {
            self.end(.cancelled, at: now)
        } else if !self.settleIfOver(at: now) {
            self.hangUpCurrentLeg(at: now)
        }
    }

    /// The fraud guard no longer lets the call be placed: one that is queued ends, any other goes
    /// on.
    package mutating func guardClosed(_ detail: String, at now: Timestamp) {
        guard self.record.stage == .queued else { return }
        self.record.progress.detail = detail
        self.end(.guard, at: now)
    }

    /// Something kept a webhook of this leg from being answered as it should have been.
    ///
    /// What becomes of the leg is then not booked as the callee's failure, unless it is served
    /// again.
    package mutating func webhookUnanswered(leg number: Int, at now: Timestamp) {
        guard self.record.isLive, self.isCurrent(number) else { return }
        self.withLeg(number) { $0.fault = $0.fault ?? .outage }
    }
}

// MARK: - What all inputs share

extension CallMachine {
    /// Writes an event, which shows the call as it now is.
    mutating func emit(_ kind: CallEvent.Kind, at now: Timestamp) {
        self.record.eventCount += 1
        self.events.append(
            CallEvent(
                call: self.record.id,
                number: self.record.eventCount,
                kind: kind,
                time: now,
                progress: self.record.progress
            )
        )
    }

    /// Asks for something to be done, once however often it was asked for.
    mutating func perform(_ effect: CallEffect) {
        if !self.effects.contains(effect) { self.effects.append(effect) }
    }

    /// Forgets what was to be asked in this step, for the answer could change nothing.
    mutating func dropQuestions() {
        self.effects.removeAll { effect in
            switch effect {
            case .fetch, .search, .leaveMessage: true
            case .place, .hangUp, .deliverCallback: false
            }
        }
    }

    /// Whether a leg is the call's latest.
    func isCurrent(_ number: Int) -> Bool {
        number > 0 && number == self.record.progress.legs.count
    }

    func hasLeg(_ number: Int) -> Bool {
        number > 0 && number <= self.record.progress.legs.count
    }

    mutating func withLeg(_ number: Int, _ change: (inout CallLeg) -> Void) {
        change(&self.record.progress.legs[number - 1])
    }

    mutating func withCurrentLeg(_ change: (inout CallLeg) -> Void) {
        self.withLeg(self.record.progress.legs.count, change)
    }

    /// Raises the call to a stage that its current leg has reached, and tells of each on the way.
    ///
    /// Events come in the order of rank: PLACED before any later one, and a late RINGING not at
    /// all. Below the rank only the time is noted.
    mutating func advance(to stage: CallStage, at now: Timestamp) {
        self.confirmPlaced(at: now)
        if stage == .ringing {
            self.withCurrentLeg { $0.ringingAt = $0.ringingAt ?? now }
            if self.record.stage < .ringing, self.record.leg?.isOver == false {
                self.record.progress.stage = .ringing
                self.emit(.ringing, at: now)
            }
        }
        if stage >= .answered, self.record.stage < .answered {
            self.withCurrentLeg { leg in
                leg.answeredAt = now
                // Nothing was asked before the answer, so no outage before it did any harm.
                if leg.fault == .outage { leg.fault = nil }
            }
            self.record.progress.stage = .answered
            self.emit(.answered, at: now)
            self.answerCame(at: now)
        }
    }

    /// The leg was placed: by Nexmo's answer, or by any sign of life.
    mutating func confirmPlaced(at now: Timestamp) {
        guard let leg = self.record.leg, leg.placement != .placed else { return }
        self.withCurrentLeg { leg in
            leg.placement = .placed
            leg.placedAt = now
        }
        let window = CallWindows.setup + self.record.terms.ringTimeout + CallWindows.slack
        self.record.timers[.search] = nil
        self.record.timers[.placement] = nil
        self.record.timers[.watch] = now + window
        self.record.timers[.lost] =
            now + window + self.record.terms.maxDuration + CallWindows.lost
        self.record.progress.stage = .started
        self.record.progress.detail = ""
        self.emit(.placed, at: now)
        // It was called off while it was being placed.
        if self.record.decided != nil { self.hangUpCurrentLeg(at: now) }
    }

    /// Ends the current leg, as soon as Nexmo's name for it is known.
    mutating func hangUpCurrentLeg(at now: Timestamp) {
        guard let leg = self.record.leg, !leg.isOver, leg.uuid != nil else { return }
        self.withCurrentLeg { $0.hangUpAsked = true }
        if !self.owesHangUp { self.record.timers[.hangUp] = nil }
        self.record.timers[.watch] = now + CallWindows.hangUpCheck
        self.perform(.hangUp(leg: leg.number))
    }

    /// Plans the next try to end a leg. One timer serves all legs, so the earliest counts.
    mutating func planHangUp(at next: Timestamp) {
        self.record.timers[.hangUp] = min(self.record.timers[.hangUp] ?? next, next)
    }

    /// Stops all timers but that of legs nobody follows any more, which are hung up all the same.
    mutating func stopTimers() {
        let hangUp = self.owesHangUp ? self.record.timers[.hangUp] : nil
        self.record.timers.stopAll()
        self.record.timers[.hangUp] = hangUp
    }

    /// Whether a leg that nobody follows any more was to be ended, and may be alive yet.
    private var owesHangUp: Bool {
        self.record.progress.legs.contains { leg in
            let isFollowed = self.record.isLive && self.isCurrent(leg.number)
            return leg.hangUpAsked && leg.mayBeAlive && !isFollowed
        }
    }

    /// Notes by what names Nexmo knows a leg.
    mutating func name(leg number: Int, uuid: String?, conversationUUID: String? = nil) {
        self.withLeg(number) { leg in
            leg.uuid = leg.uuid ?? uuid
            leg.conversationUUID = leg.conversationUUID ?? conversationUUID
        }
    }
}
