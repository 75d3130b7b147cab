// What is said to the callee, and what the callee keys in (design, "Asking").
extension CallMachine {
    /// What the callee is to hear when the latest leg is answered.
    package var opening: Directive {
        switch self.record.terms.prompt {
        case .announcement:
            .announce
        case .pin, .digits:
            .ask(.text, turn: 1, plays: self.record.terms.plays, bargeIn: true)
        }
    }

    /// The leg was answered and asks what to do.
    package mutating func opened(
        leg number: Int,
        uuid: String?,
        at now: Timestamp
    ) -> LegAnswer {
        guard self.hasLeg(number) else { return .unknown }
        self.webhookCame(leg: number, uuid: uuid)
        guard self.record.isLive, self.isCurrent(number) else {
            self.showedLife(leg: number, at: now)
            return .directive(.silence)
        }
        self.advance(to: .answered, at: now)
        self.settleIfOver(at: now)
        guard self.record.isLive, self.record.decided != .cancelled else {
            self.hangUpCurrentLeg(at: now)
            return .directive(.silence)
        }
        self.served(.outage)
        return .directive(self.asked)
    }

    /// The callee's entry for a turn is over.
    ///
    /// The open turn is judged; an earlier one gets the answer given then.
    package mutating func entered(
        _ entry: LegEvent.Entry,
        leg number: Int,
        at now: Timestamp
    ) -> LegAnswer {
        guard self.hasLeg(number), entry.turn > 0 else { return .unknown }
        let isCurrent = self.isCurrent(number)
        guard !isCurrent || entry.turn <= self.record.dialogue.turn else { return .unknown }
        self.webhookCame(leg: number, uuid: entry.uuid)
        guard isCurrent, self.record.isLive else {
            self.showedLife(leg: number, at: now)
            return .directive(.silence)
        }
        let wasAnswered = self.record.stage >= .answered
        self.advance(to: .answered, at: now)
        // When the words began is not known from an entry that came before word of the answer.
        if !wasAnswered { self.record.dialogue.openedAt = nil }
        if self.record.dialogue.entries.indices.contains(entry.turn - 1) {
            self.served(.outage)
            if self.record.decided == .cancelled, self.record.leg?.hangUpAsked == false {
                self.hangUpCurrentLeg(at: now)
            }
            return .directive(self.record.dialogue.entries[entry.turn - 1].answer)
        }
        guard self.record.decided == nil else {
            self.hangUpCurrentLeg(at: now)
            return .directive(.silence)
        }
        let answer = self.judged(entry, at: now)
        self.settleIfOver(at: now)
        return .directive(answer)
    }

    /// The words in front of a mark were played to their end: the announcement is made.
    package mutating func played(leg number: Int, at now: Timestamp) {
        guard self.hasLeg(number) else { return }
        self.webhookCame(leg: number, uuid: nil)
        guard self.record.isLive, self.isCurrent(number) else {
            return self.showedLife(leg: number, at: now)
        }
        self.advance(to: .answered, at: now)
        guard self.record.terms.prompt == .announcement, self.record.decided == nil else { return }
        self.record.decided = .announced
        self.settleIfOver(at: now)
    }

    /// Nexmo could not do what it was told.
    package mutating func faulted(_ detail: String, leg number: Int, at now: Timestamp) {
        guard self.hasLeg(number) else { return }
        self.webhookCame(leg: number, uuid: nil)
        guard self.record.isLive, self.isCurrent(number) else { return }
        self.confirmPlaced(at: now)
        self.withLeg(number) { $0.fault = .instructions }
        self.record.progress.detail = detail
        self.record.timers[.watch] = now + CallWindows.hangUpCheck
    }

    /// The dialogue of a new leg: the first turn is asked with the placing itself.
    mutating func openDialogue() {
        let before = self.record.dialogue
        self.record.dialogue = Dialogue()
        self.record.dialogue.rounds = before.rounds
        if self.record.terms.prompt != .announcement { self.record.dialogue.turn = 1 }
    }

    /// The leg was answered, so its first words can be heard from now on.
    mutating func answerCame(at now: Timestamp) {
        let length = now + self.record.terms.maxDuration
        self.record.timers[.length] = length
        let lost = length + CallWindows.lost
        self.record.timers[.lost] = max(self.record.timers[.lost] ?? lost, lost)
        guard self.record.decided == nil else { return }
        self.wordsBegan(at: now)
        if self.record.terms.machine != nil, let watch = self.record.timers[.watch] {
            // Nexmo listens before it speaks.
            self.record.timers[.watch] = watch + CallWindows.detection
        }
    }

    /// The words of the open turn are played from now on.
    mutating func wordsBegan(at now: Timestamp) {
        self.record.dialogue.openedAt = now
        self.record.timers[.watch] = now + self.length(of: self.asked) + CallWindows.slack
    }

    /// A webhook of a leg came.
    mutating func webhookCame(leg number: Int, uuid: String?) {
        self.name(leg: number, uuid: uuid)
        self.withLeg(number) { $0.webhookSeen = true }
    }

    /// The callee is served, so what failed before did no harm, unless the leg is over by it.
    private mutating func served(_ fault: CallLeg.Fault) {
        guard let leg = self.record.leg, !leg.isOver, leg.fault == fault else { return }
        self.withCurrentLeg { $0.fault = nil }
        if fault == .instructions { self.record.progress.detail = "" }
    }

    // MARK: - Judging

    /// Judges the entry of the open turn and returns its answer.
    private mutating func judged(_ entry: LegEvent.Entry, at now: Timestamp) -> Directive {
        let terms = self.record.terms
        let digits = terms.hashIsDigit ? entry.digits : entry.digits.withoutFinalHash
        if !entry.digits.isEmpty { self.keyCame() }
        self.served(.outage)
        self.served(.instructions)
        if digits.isEmpty {
            // Of what was keyed in before, word was lost; whoever waits for an answer is silent.
            if entry.isRepeat { return self.answer(.uncounted, with: self.ask(.text), at: now) }
            return self.judgedEmpty(isStray: !entry.timedOut || !entry.digits.isEmpty, at: now)
        }
        self.record.progress.attempts += 1
        guard self.isRight(digits) else { return self.usedUp(.wrong, at: now) }
        return self.verified(digits, at: now)
    }

    /// Judges an entry without a digit: a `#` that ended nothing, or silence.
    private mutating func judgedEmpty(isStray: Bool, at now: Timestamp) -> Directive {
        let unheard = self.unheard(at: now)
        if isStray || unheard != nil, self.record.dialogue.graces < Dialogue.gracesMax {
            self.record.dialogue.graces += 1
            // A stray key has cut the words that are still due to nobody; silence before they
            // were over means that the time ran while they played, so now they are played whole.
            let again = isStray ? nil : unheard
            return self.answer(.uncounted, with: self.ask(again, bargeIn: isStray), at: now)
        }
        self.record.dialogue.played += 1
        guard self.record.dialogue.played >= self.record.terms.plays else {
            return self.answer(.replayed, with: self.ask(.text), at: now)
        }
        return self.usedUp(.silent, at: now)
    }

    /// The words of the open turn, where an empty entry came before they and the time to answer can
    /// have been over.
    private func unheard(at now: Timestamp) -> Spoken? {
        guard case .ask(let spoken?, _, _, bargeIn: true) = self.asked,
            let openedAt = self.record.dialogue.openedAt
        else { return nil }
        let speech = self.record.terms.speech.length(spoken)
        let shortest = speech * CallWindows.shortestSpeechPercent / 100
        return now - openedAt < shortest + self.record.terms.inputTimeout ? spoken : nil
    }

    /// Compares with every entry that is right, whichever matches first.
    private func isRight(_ digits: DTMFDigits) -> Bool {
        if case .digits(let min, _) = self.record.terms.prompt {
            guard digits.count >= min else { return false }
            if self.record.expected.isEmpty { return true }
        }
        return self.record.expected.reduce(false) { $1.equalsInConstantTime(digits) || $0 }
    }

    /// The right digits: whatever comes later, the call ends well.
    private mutating func verified(_ digits: DTMFDigits, at now: Timestamp) -> Directive {
        switch self.record.terms.prompt {
        case .pin:
            self.record.decided = .pinMatched
        case .digits, .announcement:
            self.record.decided = .digitsCollected
            self.record.collected = digits
        }
        self.emit(.digits, at: now)
        self.record.progress.stage = .verified
        self.record.progress.verifiedAt = now
        self.emit(.verified, at: now)
        return self.lastWords(.byeText, verdict: .right, at: now)
    }

    /// An entry used up a try: it is asked again, or the call fails.
    private mutating func usedUp(_ verdict: JudgedEntry.Verdict, at now: Timestamp) -> Directive {
        self.record.dialogue.rounds += 1
        self.record.dialogue.graces = 0
        self.record.dialogue.played = 0
        self.emit(.digits, at: now)
        guard self.record.dialogue.rounds < self.record.terms.attemptsMax else {
            self.record.decided = self.failure
            return self.lastWords(nil, verdict: verdict, at: now)
        }
        let hasFailedText = self.record.terms.speech.failedText > .zero
        let spoken: Spoken = verdict == .wrong && hasFailedText ? .failedText : .text
        return self.answer(verdict, with: self.ask(spoken), at: now)
    }

    /// Why a call failed whose tries are used up.
    private var failure: CallReason {
        // A machine keys in nothing.
        if self.record.leg?.callee == .machine { return .machine }
        return self.record.progress.attempts > 0 ? .attemptsExhausted : .noInput
    }

    private func ask(_ spoken: Spoken?, bargeIn: Bool = true) -> Directive {
        .ask(
            spoken,
            turn: self.record.dialogue.turn + 1,
            plays: self.record.terms.plays - self.record.dialogue.played,
            bargeIn: bargeIn
        )
    }

    /// What the open turn was asked with, or what was said last.
    private var asked: Directive { self.record.dialogue.directive ?? self.opening }

    // MARK: - Answering

    /// Closes the open turn and opens the next, unless somebody has already ended the leg.
    private mutating func answer(
        _ verdict: JudgedEntry.Verdict,
        with directive: Directive,
        at now: Timestamp
    ) -> Directive {
        guard let leg = self.record.leg, !leg.hangUpAsked else {
            self.close(verdict, with: .silence)
            return .silence
        }
        self.close(verdict, with: directive)
        self.record.dialogue.turn += 1
        self.record.dialogue.openedAt = now
        self.record.timers[.watch] = now + self.length(of: directive) + CallWindows.slack
        return directive
    }

    /// Closes the open turn with words behind which nothing is asked.
    private mutating func lastWords(
        _ spoken: Spoken?,
        verdict: JudgedEntry.Verdict,
        at now: Timestamp
    ) -> Directive {
        let directive: Directive =
            if let spoken, self.record.terms.speech.length(spoken) > .zero {
                .say(spoken)
            } else {
                .silence
            }
        self.close(verdict, with: directive)
        if directive == .silence { self.record.timers[.hangUp] = now + CallWindows.silentHangUp }
        self.record.timers[.watch] = now + self.length(of: directive) + CallWindows.lastWordsSlack
        return directive
    }

    private mutating func close(_ verdict: JudgedEntry.Verdict, with directive: Directive) {
        self.record.dialogue.entries.append(JudgedEntry(verdict: verdict, answer: directive))
        self.record.dialogue.directive = directive
    }

    /// How long it takes until what is said is over, and the first time to answer behind it.
    private func length(of directive: Directive) -> Duration {
        let terms = self.record.terms
        switch directive {
        case .ask(let spoken, _, _, _):
            return (spoken.map(terms.speech.length) ?? .zero) + terms.inputTimeout
        case .announce:
            return terms.speech.text * terms.plays
        case .say(let spoken):
            return terms.speech.length(spoken)
        case .silence:
            return .zero
        }
    }
}
