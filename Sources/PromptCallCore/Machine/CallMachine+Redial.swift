// When a call is placed once more (contract, `RedialPolicy`).
extension CallMachine {
    /// When the call is placed again after such an end of its leg; nil where it ends with it.
    ///
    /// Where the wait would last beyond `expires_at`, it is not redialled at all.
    func redial(after reason: CallReason, at now: Timestamp) -> Timestamp? {
        guard let redial = self.record.terms.redial, self.record.isLive,
            redial.reasons.contains(reason),
            self.record.progress.redials < redial.redialsMax
        else { return nil }
        let readyAt = now + redial.wait(afterRedials: self.record.progress.redials)
        return readyAt + self.wallLead < self.record.terms.expiresAt ? readyAt : nil
    }

    /// Puts the call back into the queue. What comes of its leg later belongs to that leg.
    mutating func redial(after reason: CallReason, readyAt: Timestamp, at now: Timestamp) {
        self.dropQuestions()
        self.closeLeg(reason, at: now)
        self.record.progress.redials += 1
        self.record.decided = nil
        if reason == .noInput || reason == .machine {
            // Silence has used up the tries of this leg alone; what was guessed counts.
            let guesses = self.record.progress.attempts
            self.record.dialogue.rounds = min(self.record.dialogue.rounds, guesses)
        }
        self.wait(readyAt - now, at: now)
        self.emit(.redial, at: now)
    }

    /// Whether the outcome is open: nothing is decided, or nothing but another leg.
    func isOpen(at now: Timestamp) -> Bool {
        guard let decided = self.record.decided else { return true }
        return self.redial(after: decided, at: now) != nil
    }
}
