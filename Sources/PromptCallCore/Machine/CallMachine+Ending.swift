// What Nexmo says of a leg, and how a call ends (design, "Ending").
extension CallMachine {
    /// Nexmo said something of a leg, by a webhook or when asked.
    package mutating func reported(_ report: LegReport, leg number: Int, at now: Timestamp) {
        guard self.hasLeg(number) else { return }
        let hadPrice = self.record.progress.legs[number - 1].price != nil
        self.note(report, leg: number, at: now)
        guard self.record.isLive, self.isCurrent(number) else {
            return self.reportedLate(report, leg: number, hadPrice: hadPrice, at: now)
        }
        switch report.status {
        case .started:
            self.confirmPlaced(at: now)
        case .ringing:
            self.advance(to: .ringing, at: now)
        case .answered:
            self.advance(to: .answered, at: now)
        case .human:
            self.advance(to: .answered, at: now)
            self.humanHeard(at: now)
        case .machine, .beep:
            self.advance(to: .answered, at: now)
            self.machineHeard(hasBeeped: report.status == .beep, at: now)
        case .busy, .cancelled, .unanswered, .rejected, .failed, .completed:
            self.confirmPlaced(at: now)
            if report.provesAnswer { self.advance(to: .answered, at: now) }
            self.explain(report)
        }
        if self.settleIfOver(at: now) { return }
        // It is not gone after all.
        if report.source == .fetch { self.record.timers[.hold] = nil }
        let isUnwanted = self.record.decided == .cancelled || self.isUnwantedMachine
        if isUnwanted, self.record.leg?.hangUpAsked == false {
            self.hangUpCurrentLeg(at: now)
        }
    }

    /// A leg that nobody follows any more shows signs of life: it is hung up.
    mutating func showedLife(leg number: Int, at now: Timestamp) {
        let leg = self.record.progress.legs[number - 1]
        guard leg.mayBeAlive, leg.uuid != nil else { return }
        self.withLeg(number) { $0.hangUpAsked = true }
        self.perform(.hangUp(leg: number))
    }

    /// Where the leg of a live call is over, the call ends now if all is known, else after a hold.
    ///
    /// - Returns: Whether the leg is over.
    @discardableResult
    mutating func settleIfOver(at now: Timestamp) -> Bool {
        guard let leg = self.record.leg, let endedAt = leg.endedAt else { return false }
        // The clock may have been set back since.
        let held = min(endedAt, now) + self.holdTime(for: leg)
        self.stopTimers()
        if held > now {
            self.record.timers[.hold] = held
        } else {
            self.end(self.outcome(of: leg), at: now)
        }
        return true
    }

    /// Ends the leg, and the call with it unless it is to be placed again.
    mutating func end(_ reason: CallReason, at now: Timestamp) {
        if let readyAt = self.redial(after: reason, at: now) {
            self.redial(after: reason, readyAt: readyAt, at: now)
        } else {
            self.finish(reason, at: now)
        }
    }

    /// Ends the call: exactly once, whatever comes later.
    mutating func finish(_ reason: CallReason, at now: Timestamp) {
        self.dropQuestions()
        // While it is queued, its latest leg has had its end.
        if self.record.isLive { self.closeLeg(reason, at: now) }
        self.record.decided = reason
        self.record.expected = []
        self.record.progress.stage = .ended
        self.record.progress.reason = reason
        self.record.progress.endedAt = now
        self.stopTimers()
        if self.record.terms.callback != nil {
            var callback = CallbackProgress()
            callback.nextAttemptAt = now
            self.record.progress.callback = callback
            self.record.timers[.callback] = now
        }
        self.emit(.ended, at: now)
    }

    /// Writes down how the latest leg ended.
    mutating func closeLeg(_ reason: CallReason, at now: Timestamp) {
        if let leg = self.record.leg {
            if self.hasPlayedMessage(leg) { self.record.progress.messageLeft = true }
            self.withCurrentLeg { current in
                // A leg that never was does not end; one that may still ring is given up.
                if leg.placement == .placed {
                    current.endedAt = leg.endedAt ?? now
                    current.reason = reason
                }
                if !leg.isOver { current.placement = .gaveUp }
            }
        }
    }

    /// How the call ends, as the evidence ranks it: what was decided, then what an answered leg
    /// shows, then why it was not answered, then that there was an end at all.
    func outcome(of leg: CallLeg) -> CallReason {
        if let decided = self.record.decided { return decided }
        guard leg.answeredAt != nil else { return leg.reason ?? .unanswered }
        let isAnnouncement = self.record.terms.prompt == .announcement
        if isAnnouncement, leg.hasPlayedOut {
            return self.hasPlayedMessage(leg) ? .messageLeft : .announced
        }
        if leg.callee == .machine { return .machine }
        return leg.disconnectedBy == .platform || leg.isCut ? .interrupted : .hungUp
    }

    /// For how long a final status is held back (design: 0, 2 or 3 s).
    private func holdTime(for leg: CallLeg) -> Duration {
        let isAnswered = leg.answeredAt != nil
        guard self.record.decided == nil else {
            return leg.price != nil ? .zero : CallWindows.hold
        }
        if isAnswered, self.record.dialogue.isOpen { return CallWindows.holdForEntry }
        // Whether the message plays is yet to be told.
        let isUntold = self.record.dialogue.message == .asked
        let isReasonKnown =
            isAnswered
            ? !isUntold && self.outcome(of: leg).status == .ok
            : leg.reason != nil
        return isReasonKnown && leg.price != nil ? .zero : CallWindows.hold
    }

    /// Adds to what is known of a leg.
    private mutating func note(_ report: LegReport, leg number: Int, at now: Timestamp) {
        self.name(leg: number, uuid: report.uuid, conversationUUID: report.conversationUUID)
        self.withLeg(number) { leg in
            switch report.source {
            case .webhook:
                leg.webhookSeen = true
                if report.status == .completed { leg.endFetched = false }
            case .fetch:
                if report.status == .completed, !leg.completed { leg.endFetched = true }
                if !report.isFinal { leg.seenAliveAt = now }
            }
            if report.status == .completed { leg.completed = true }
            if report.isFinal { leg.endedAt = leg.endedAt ?? now }
            leg.reason = leg.reason ?? report.reason
            leg.disconnectedBy = leg.disconnectedBy ?? report.disconnectedBy
            leg.duration = leg.duration ?? report.duration
            leg.price = leg.price ?? report.price
            leg.rate = leg.rate ?? report.rate
            leg.network = leg.network ?? report.network
        }
    }

    /// Something was said of an earlier leg, or after the end.
    private mutating func reportedLate(
        _ report: LegReport,
        leg number: Int,
        hadPrice: Bool,
        at now: Timestamp
    ) {
        if !report.isFinal { return self.showedLife(leg: number, at: now) }
        let hasPrice = self.record.progress.legs[number - 1].price != nil
        if self.record.stage == .ended, hasPrice, !hadPrice { self.emit(.billed, at: now) }
    }

    /// Keeps Nexmo's own words for how a leg ended.
    private mutating func explain(_ report: LegReport) {
        if report.reason != nil, !report.detail.isEmpty {
            self.record.progress.detail = report.detail
        }
    }
}

extension CallLeg {
    /// Whether we ended it, something failed, or nobody knows who ended it.
    fileprivate var isCut: Bool {
        let isUnclear = self.disconnectedBy == nil && (self.endFetched || self.reason != nil)
        return self.fault != nil || self.hangUpAsked || isUnclear
    }

    /// Whether what it was told last was played to the end.
    var hasPlayedOut: Bool { self.disconnectedBy == .platform && !self.isCut }
}
