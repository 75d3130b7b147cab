// What the clock brings (design, "Watchdogs"). They only ask: no call that GET shows alive is
// ended by them.
extension CallMachine {
    /// Time has passed: every timer that is due is judged.
    package mutating func timePassed(at now: Timestamp) {
        let machine = self
        let due = self.record.timers.takeDue { machine.time(of: $0, at: now) }
        for timer in due { self.fired(timer, at: now) }
    }

    /// What time it is by the clock of a timer.
    func time(of timer: CallTimer, at now: Timestamp) -> Timestamp {
        self.record.followsWall(timer) ? now + self.wallLead : now
    }

    /// Nexmo answered the question about a leg, or did not.
    package mutating func fetchAnswered(
        _ answer: FetchAnswer,
        leg number: Int,
        at now: Timestamp
    ) {
        switch answer {
        case .report(let report): self.reported(report, leg: number, at: now)
        // The next question is already planned.
        case .notFound, .failed: break
        }
    }

    /// Nexmo answered the wish to end a leg, or did not.
    package mutating func hangUpAnswered(
        _ answer: HangUpAnswer,
        leg number: Int,
        at now: Timestamp
    ) {
        guard self.hasLeg(number), self.record.progress.legs[number - 1].mayBeAlive else { return }
        guard self.record.isLive, self.isCurrent(number) else {
            return self.hangUpOfDeadLegAnswered(answer, leg: number, at: now)
        }
        switch answer {
        case .accepted:
            self.record.timers[.watch] = now + CallWindows.hangUpCheck
        case .gone:
            // It has ended. Of a call that is decided only the bill is open, and need not come.
            self.record.timers[.watch] = now + CallWindows.silentHangUp
            if self.isDone {
                let hold = self.record.timers[.hold] ?? now + CallWindows.holdForEntry
                self.record.timers[.hold] = hold
            }
        case .refused:
            self.planHangUp(at: now + CallWindows.hangUpAgain)
        case .failed:
            let placedAt = self.record.leg?.placedAt ?? now
            self.planHangUp(at: now + CallWindows.poll(since: placedAt, at: now))
        }
    }

    private mutating func fired(_ timer: CallTimer, at now: Timestamp) {
        // What an earlier one of those due together did may have settled the call, or its leg.
        guard self.record.stage >= timer.stages.lowerBound,
            self.record.stage <= timer.stages.upperBound
        else { return }
        switch timer {
        case .ready:
            break
        case .expiry:
            self.end(.expired, at: now)
        case .credentials:
            self.end(.credentialsLost, at: now)
        case .search:
            if let leg = self.record.leg { self.searchDue(leg, at: now) }
        case .placement:
            self.end(self.record.decided ?? .nexmoUnavailable, at: now)
        case .watch:
            self.watchDue(at: now)
        case .length:
            self.hangUpCurrentLeg(at: now)
        case .hangUp:
            self.hangUpDue(at: now)
        case .hold:
            if let leg = self.record.leg { self.end(self.outcome(of: leg), at: now) }
        case .lost:
            if let leg = self.record.leg { self.lostDue(leg, at: now) }
        case .callback:
            // It stays due until its answer comes, so that a crash only repeats it.
            self.record.timers[.callback] = self.record.progress.callback?.nextAttemptAt
            self.perform(.deliverCallback)
        case .message:
            self.messageDue(at: now)
        }
    }

    /// The timer runs while a placement is unknown alone.
    private mutating func searchDue(_ leg: CallLeg, at now: Timestamp) {
        self.record.timers[.search] = now + CallWindows.poll(since: leg.placingAt, at: now)
        self.perform(.search(leg: leg.number))
    }

    private mutating func watchDue(at now: Timestamp) {
        guard let leg = self.record.leg, !leg.isOver else { return }
        // Past its last words nothing is left to say.
        if self.isDone { self.hangUpCurrentLeg(at: now) }
        let placedAt = leg.placedAt ?? leg.placingAt
        self.record.timers[.watch] = now + CallWindows.poll(since: placedAt, at: now)
        if leg.uuid == nil {
            self.perform(.search(leg: leg.number))
        } else {
            self.perform(.fetch(leg: leg.number))
        }
    }

    private mutating func hangUpDue(at now: Timestamp) {
        for leg in self.record.progress.legs where leg.hangUpAsked {
            if self.record.isLive, self.isCurrent(leg.number) { continue }
            self.showedLife(leg: leg.number, at: now)
        }
        // It may be due for an earlier leg alone.
        guard self.record.isLive, let leg = self.record.leg else { return }
        if leg.hangUpAsked || self.isDone { self.hangUpCurrentLeg(at: now) }
    }

    /// The timer stops as soon as the leg is over.
    private mutating func lostDue(_ leg: CallLeg, at now: Timestamp) {
        if let seen = leg.seenAliveAt, now - seen <= CallWindows.pollMax + CallWindows.slack {
            self.record.timers[.lost] = now + CallWindows.lost
            self.hangUpCurrentLeg(at: now)
        } else {
            // Where nobody knows whether it is over, it is not placed again either.
            self.finish(self.record.decided ?? .lost, at: now)
        }
    }

    /// A leg that nobody follows any more was to be ended.
    private mutating func hangUpOfDeadLegAnswered(
        _ answer: HangUpAnswer,
        leg number: Int,
        at now: Timestamp
    ) {
        let wait: Duration
        switch answer {
        case .accepted, .gone:
            return
        case .refused:
            wait = CallWindows.hangUpAgain
        case .failed:
            let placingAt = self.record.progress.legs[number - 1].placingAt
            wait = CallWindows.poll(since: placingAt, at: now)
        }
        if let endedAt = self.record.progress.endedAt,
            now >= endedAt + CallWindows.hangUpAfterEnd
        {
            return
        }
        self.planHangUp(at: now + wait)
    }
}

extension CallTimer {
    /// The stages of a call in which it means something.
    fileprivate var stages: ClosedRange<CallStage> {
        switch self {
        case .ready, .expiry, .credentials: .queued ... .queued
        case .search, .placement, .watch, .length, .hold, .lost, .message: .placing ... .verified
        case .callback: .ended ... .ended
        case .hangUp: .queued ... .ended
        }
    }
}
