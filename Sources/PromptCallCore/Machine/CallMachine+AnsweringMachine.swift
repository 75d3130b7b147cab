// What becomes of a leg that a machine answers (design, "Machine").
//
// Detection errs, so Nexmo is told to go on, and a key proves a human whatever it says. Nothing is
// decided by a machine before the end: the right digits win until then.
extension CallMachine {
    /// Nexmo takes whoever answered for a human, and begins with the words now.
    mutating func humanHeard(at now: Timestamp) {
        guard self.record.terms.machine != nil, self.record.decided == nil,
            let leg = self.record.leg, leg.callee == nil
        else { return }
        self.withCurrentLeg { $0.callee = .human }
        if !leg.isOver, self.record.dialogue.entries.isEmpty { self.wordsBegan(at: now) }
    }

    /// Nexmo takes whoever answered for a machine, whose beep it heard or waited for in vain.
    mutating func machineHeard(hasBeeped: Bool, at now: Timestamp) {
        guard let machine = self.record.terms.machine, self.record.decided == nil,
            let leg = self.record.leg, leg.callee != .human
        else { return }
        self.withCurrentLeg { $0.callee = .machine }
        guard machine.action == .leaveMessage, !leg.isOver, self.record.dialogue.message == nil
        else { return }
        if hasBeeped || machine.detection == .standard {
            self.leaveMessage(machine, on: leg, at: now)
        } else if leg.callee == nil {
            let heardBy = now + CallWindows.beep + CallWindows.slack
            self.record.timers[.message] = heardBy
            self.record.timers.putOff(.watch, until: heardBy + CallWindows.slack)
        }
    }

    /// A key came: a human is there, whatever Nexmo says.
    mutating func keyCame() {
        guard self.record.terms.machine != nil else { return }
        self.withCurrentLeg { $0.callee = .human }
        self.record.dialogue.message = nil
        self.record.timers[.message] = nil
        // What was to be told of a machine that is gone is not told of a human.
        if self.record.leg?.isOver == false { self.record.timers[.hold] = nil }
    }

    /// Nexmo answered the wish to play the message, or did not.
    package mutating func messageAnswered(
        _ answer: MessageAnswer,
        leg number: Int,
        at now: Timestamp
    ) {
        guard self.record.isLive, self.isCurrent(number), let leg = self.record.leg,
            let machine = self.record.terms.machine, self.record.dialogue.message == .asked
        else { return }
        if answer == .accepted { self.record.dialogue.message = .playing }
        // Its end may have overtaken the answer.
        if self.settleIfOver(at: now) { return }
        guard !leg.hangUpAsked else { return }
        switch answer {
        case .accepted:
            self.record.timers[.message] = nil
            self.record.timers[.watch] = now + machine.speech + CallWindows.slack
        case .refused:
            self.record.timers[.message] = now + CallWindows.messageAgain
        case .gone:
            self.record.timers[.watch] = now + CallWindows.silentHangUp
        case .failed:
            // It may play. Only where no end of it comes is it asked for again.
            break
        }
    }

    /// The message was played to its end.
    package mutating func messagePlayed(leg number: Int, at now: Timestamp) {
        guard self.hasLeg(number) else { return }
        self.webhookCame(leg: number, uuid: nil)
        guard self.record.isLive, self.isCurrent(number) else {
            return self.showedLife(leg: number, at: now)
        }
        self.advance(to: .answered, at: now)
        guard self.record.dialogue.message ?? .played != .played else { return }
        self.record.dialogue.message = .played
        self.record.progress.messageLeft = true
        self.record.timers[.message] = nil
        if self.record.terms.prompt == .announcement, self.record.decided == nil {
            self.record.decided = .messageLeft
        }
        if self.settleIfOver(at: now) { return }
        self.record.timers[.watch] = now + CallWindows.lastWordsSlack
    }

    /// The beep was awaited in vain, or no end of the message has come.
    mutating func messageDue(at now: Timestamp) {
        guard let leg = self.record.leg, let machine = self.record.terms.machine,
            self.record.decided == nil
        else { return }
        self.leaveMessage(machine, on: leg, at: now)
    }

    /// Whether a machine is there that is only to be hung up.
    var isUnwantedMachine: Bool {
        self.record.leg?.callee == .machine && self.record.decided == nil
            && (self.record.terms.machine?.action == .hangUp
                || self.record.dialogue.message == .played)
    }

    /// Whether nothing is left to be said or heard on the current leg.
    var isDone: Bool { self.record.decided != nil || self.isUnwantedMachine }

    /// Whether the message was played to its end, as the end of a leg shows.
    func hasPlayedMessage(_ leg: CallLeg) -> Bool {
        self.record.dialogue.message == .playing && leg.hasPlayedOut
    }

    /// Asks for the message, unless it was asked for in vain too often.
    private mutating func leaveMessage(
        _ machine: MachineTerms,
        on leg: CallLeg,
        at now: Timestamp
    ) {
        guard !leg.hangUpAsked else { return }
        guard leg.uuid != nil else {
            // Nobody knows yet what the leg is called.
            return self.record.timers[.message] = now + CallWindows.messageAgain
        }
        guard self.record.dialogue.messagesAsked < Dialogue.messagesMax else {
            return self.hangUpCurrentLeg(at: now)
        }
        self.record.dialogue.message = .asked
        self.record.dialogue.messagesAsked += 1
        let playedBy = now + machine.speech + CallWindows.slack
        self.record.timers[.message] = playedBy
        self.record.timers[.watch] = playedBy + CallWindows.slack
        self.perform(.leaveMessage(leg: leg.number))
    }
}
