// From the queue to a leg (design, "Placing").
extension CallMachine {
    /// The call's turn to be placed has come.
    ///
    /// PLACING is written before Nexmo is asked, so that a crash in between leaves a trace. Where the
    /// profile's calling window opens only later, the call waits for that.
    package mutating func turnCame(opensAt: Timestamp? = nil, at now: Timestamp) {
        guard self.record.stage == .queued, self.record.timers[.credentials] == nil,
            self.record.timers[.ready].map({ $0 <= self.time(of: .ready, at: now) }) ?? true
        else { return }
        let expiresAt = self.record.terms.expiresAt
        guard expiresAt > now + self.wallLead else { return self.end(.expired, at: now) }
        if let opensAt {
            // It waits for that without being looked at, or not at all where it would be too late.
            guard opensAt + self.wallLead < expiresAt else { return self.end(.expired, at: now) }
            return self.record.timers[.ready] = opensAt
        }
        let number = self.record.progress.legs.count + 1
        self.record.progress.legs.append(CallLeg(number: number, placingAt: now))
        self.record.progress.stage = .placing
        self.stopTimers()
        self.openDialogue()
        self.perform(.place(leg: number))
    }

    /// Nexmo answered the order to ring, or did not.
    ///
    /// Where signs of life came first, the leg is placed whatever the answer says.
    package mutating func placementAnswered(
        _ answer: PlacementAnswer,
        leg number: Int,
        at now: Timestamp
    ) {
        guard self.hasLeg(number) else { return }
        if case .placed(let uuid, let conversationUUID) = answer {
            self.name(leg: number, uuid: uuid, conversationUUID: conversationUUID)
        }
        guard self.isCurrent(number), self.record.stage == .placing,
            self.record.leg?.placement == .asking
        else { return self.lateAnswer(answer, leg: number, at: now) }
        switch answer {
        case .placed:
            self.confirmPlaced(at: now)
        case .notPlaced(let failure):
            self.requeue(after: self.wait(after: failure), detail: failure.detail, at: now)
        case .refused(let refusal):
            self.refused(refusal, at: now)
        case .unknown(let detail):
            self.placementUnknown(detail: detail, at: now)
        }
    }

    /// Nexmo's list was looked through for a leg whose placement is unknown.
    ///
    /// It is adopted only where exactly one matches. Its absence proves nothing.
    package mutating func searchAnswered(
        _ answer: SearchAnswer,
        leg number: Int,
        at now: Timestamp
    ) {
        guard self.isCurrent(number), self.record.isLive, self.record.leg?.uuid == nil else {
            return
        }
        switch answer {
        case .legs(let legs) where legs.count == 1 && !self.knows(legs[0]):
            self.reported(legs[0], leg: number, at: now)
        case .legs, .failed:
            break
        }
    }

    /// Whether what was found is a leg of this call already: one that was rung before the latest.
    private func knows(_ found: LegReport) -> Bool {
        self.record.progress.legs.contains { $0.uuid == found.uuid }
    }

    /// The daemon was started again, and has lost what was in memory alone.
    ///
    /// A placing that was under way is unknown; live legs are asked about at once.
    package mutating func restarted(hasCredentials: Bool, at now: Timestamp) {
        if self.record.isLive { self.pullTimersForward(at: now) }
        switch self.record.stage {
        case .queued:
            if !hasCredentials { self.awaitCredentials(at: now) }
        case .placing:
            guard self.record.leg?.placement == .asking else {
                self.record.timers[.search] = now
                return self.record.timers.putOff(.placement, until: now + CallWindows.slack)
            }
            self.placementUnknown(
                detail: "The daemon was restarted while Nexmo was being asked.",
                at: now
            )
            if !hasCredentials, self.record.stage == .queued { self.awaitCredentials(at: now) }
        case .started, .ringing, .answered, .verified:
            guard self.record.leg?.isOver == false else { return self.restartedInHold() }
            self.withCurrentLeg { $0.fault = $0.fault ?? .outage }
            self.record.timers.putOff(.lost, until: now + CallWindows.lost)
            // The watchdog of last words hangs up, so they keep their time.
            if self.record.decided == nil || self.record.decided == .cancelled {
                self.record.timers[.watch] = now
            }
        case .ended:
            break
        }
    }

    /// Timers are stored by the wall clock, which may have been set back while nobody was there:
    /// none fires later than it would if it began now.
    private mutating func pullTimersForward(at now: Timestamp) {
        let ringing = CallWindows.setup + self.record.terms.ringTimeout + CallWindows.slack
        let all = ringing + self.record.terms.maxDuration + CallWindows.lost
        for (timer, at) in self.record.timers.all {
            let isLong = timer == .length || timer == .lost || timer == .message
            let latest = now + (isLong ? all : ringing)
            self.record.timers[timer] = min(at, latest)
        }
        // It is asked about again at once.
        self.withCurrentLeg { $0.seenAliveAt = nil }
    }

    /// The entry that is waited for may have come while nobody was there to take it.
    private mutating func restartedInHold() {
        guard self.record.decided == nil, self.record.stage == .answered,
            self.record.dialogue.isOpen
        else { return }
        self.withCurrentLeg { $0.fault = $0.fault ?? .outage }
    }

    /// Credentials that a restart had lost came again.
    package mutating func credentialsReturned() {
        self.record.timers[.credentials] = nil
    }

    private mutating func awaitCredentials(at now: Timestamp) {
        let until = self.record.timers[.credentials] ?? now + CallWindows.credentials
        self.record.timers[.credentials] = until
    }

    /// An answer to the placing of a leg that was already settled in another way.
    private mutating func lateAnswer(
        _ answer: PlacementAnswer,
        leg number: Int,
        at now: Timestamp
    ) {
        guard case .placed = answer else { return }
        if self.record.isLive, self.isCurrent(number) {
            self.confirmPlaced(at: now)
            if self.record.decided == .cancelled { self.hangUpCurrentLeg(at: now) }
        } else {
            self.showedLife(leg: number, at: now)
        }
    }

    private mutating func refused(_ refusal: PlacementAnswer.Refusal, at now: Timestamp) {
        self.record.progress.detail = refusal.detail
        switch (refusal.kind, self.record.terms.credentials) {
        case (.credentials, .profile), (.credit, .profile):
            // It is the profile that is in trouble, not the call, which goes on waiting.
            self.requeue(after: .zero, detail: refusal.detail, at: now)
        case (.credentials, .ownCredentials):
            self.endUnplaced(.credentialsRefused, at: now)
        case (.credit, .ownCredentials), (.request, .profile), (.request, .ownCredentials):
            self.endUnplaced(.refusedByNexmo, at: now)
        }
    }

    /// Ends the call without the leg that never was.
    private mutating func endUnplaced(_ reason: CallReason, at now: Timestamp) {
        self.record.progress.legs.removeLast()
        self.record.progress.stage = .queued
        self.end(self.record.decided ?? reason, at: now)
    }

    private mutating func placementUnknown(detail: String, at now: Timestamp) {
        self.record.progress.detail = detail
        let mayRingAgain =
            self.record.terms.unknownPlacement == .ringAgain
            && self.record.progress.legs.count { $0.placement == .gaveUp } < CallLeg.unknownMax - 1
        if mayRingAgain, self.record.decided == nil {
            self.withCurrentLeg { $0.placement = .gaveUp }
            self.wait(CallWindows.ringAgain, at: now)
        } else {
            self.withCurrentLeg { $0.placement = .unknown }
            self.record.timers[.search] = now + CallWindows.search
            self.record.timers[.placement] =
                now + self.record.terms.ringTimeout + CallWindows.slack
        }
    }

    /// Nothing was placed, and nothing is counted: the call waits again.
    private mutating func requeue(after wait: Duration, detail: String, at now: Timestamp) {
        self.record.progress.detail = detail
        if let decided = self.record.decided { return self.endUnplaced(decided, at: now) }
        self.record.progress.legs.removeLast()
        self.wait(wait, at: now)
    }

    mutating func wait(_ wait: Duration, at now: Timestamp) {
        self.record.progress.stage = .queued
        self.stopTimers()
        self.record.timers[.expiry] = self.record.terms.expiresAt
        if wait > .zero { self.record.timers[.ready] = now + wait }
    }

    private func wait(after failure: PlacementAnswer.NotPlaced) -> Duration {
        guard failure.throttled else { return CallWindows.placeAgain }
        return min(failure.retryAfter ?? CallWindows.throttled, CallWindows.throttledMax)
    }
}
