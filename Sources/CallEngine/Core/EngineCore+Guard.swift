package import PromptCallCore

// Which calls are taken and placed at all: the fraud guard, and the wait that lies before them.
extension EngineCore {
    /// Why a new call is not taken; nil where it is, and then it is counted.
    ///
    /// One that was taken before is not judged again, whatever the guard would say by now: the
    /// store answers which call it is.
    mutating func refusal(of order: SubmitOrder, at now: Timestamp) -> EngineError? {
        let record = order.record
        let terms = record.terms
        if !order.isRepeat {
            let wait = self.backlog.wait(in: record.lane, profile: record.profile)
            if now + wait > terms.expiresAt, record.profile != nil {
                return .waitTooLong(by: now + wait - terms.expiresAt)
            }
            let refusal = self.fraudGuard.ordered(to: terms.to, by: record.caller, at: now)
            if let refusal { return EngineError(refusal) }
        }
        if order.awaitsTurn {
            self.backlog.add(1, to: record.lane, profile: record.profile)
        }
        return nil
    }

    /// A call that ``refusal(of:at:)`` let in was not stored, or had been before.
    mutating func notTaken(_ order: SubmitOrder) {
        let record = order.record
        if !order.isRepeat { self.fraudGuard.notTaken(to: record.terms.to) }
        if order.awaitsTurn {
            self.backlog.add(-1, to: record.lane, profile: record.profile)
        }
    }

    /// Ends queued calls whose callers the breaker silences, some at a time.
    mutating func silenceQueue() {
        guard self.fraudGuard.openSince != nil, !self.isRecovering, self.damage == nil,
            self.inbox.count < GuardLimits.silencedMax, self.inFlight == nil
        else { return }
        let fraudGuard = self.fraudGuard
        let calls = self.placer.withdraw(upTo: GuardLimits.silencedMax) {
            fraudGuard.silences($0.caller)
        }
        for id in calls { self.enqueue(.guardClosed(FraudGuard.silenced), of: id) }
    }

    /// Judges by the guard a call whose turn has come; nil where it goes back to the queue.
    mutating func guarded(
        _ entry: InboxEntry,
        _ record: CallRecord,
        at now: Timestamp
    ) -> InboxEntry? {
        guard entry.isTurn else { return entry }
        switch self.fraudGuard.turnCame(record, at: now) {
        case .place:
            return entry
        case .wait:
            self.placer.left(record.id, to: record.terms.to, at: now)
            self.schedule(record, at: now)
            return nil
        case .end(let detail):
            self.placer.left(record.id, to: record.terms.to, at: now)
            return InboxEntry(call: entry.call, input: .guardClosed(detail))
        }
    }

    /// Takes what the guard keeps into the next batch, with whoever waits for that.
    mutating func takeGuarding() -> Guarding? {
        guard self.fraudGuard.isUnsaved else { return nil }
        self.fraudGuard.isUnsaved = false
        defer { self.resetReplies = [] }
        return Guarding(record: self.fraudGuard.record, replies: self.resetReplies)
    }

    /// What the guard keeps, on its way to the store.
    struct Guarding: Sendable {
        var record: GuardRecord
        /// Whoever reset the breaker.
        var replies: [ReplyID]
    }

    /// It is durable.
    mutating func kept(_ guarding: Guarding?, at now: Timestamp) {
        for reply in guarding?.replies ?? [] {
            self.answer(reply, .guarding(self.fraudGuard.report(at: now)))
        }
    }

    /// It is not, and is written with the next batch.
    mutating func notKept(_ guarding: Guarding?, because error: EngineError) {
        guard let guarding else { return }
        self.fraudGuard.isUnsaved = true
        for reply in guarding.replies { self.answer(reply, .failed(error)) }
    }

    /// Closes the breaker.
    mutating func resetGuard(_ reply: ReplyID, at now: Timestamp) {
        if self.damage != nil { return self.answer(reply, .failed(.storeDamaged)) }
        guard self.resetReplies.count < EngineLimits.inboxMax else {
            return self.answer(reply, .failed(.overloaded))
        }
        self.fraudGuard.reset(at: now)
        self.resetReplies.append(reply)
    }

    /// What must be read for the guard before the start; nil for nothing.
    package func guardQuery(at now: Timestamp) -> GuardQuery? { self.fraudGuard.query(at: now) }
}

extension SubmitOrder {
    /// Whether the call is taken to wait for nothing but its turn, before that was judged.
    var awaitsTurn: Bool {
        self.record.terms.notBefore.map { $0 <= self.record.progress.submittedAt } ?? true
    }
}

extension EngineError {
    /// Why the guard does not take a call.
    init(_ refusal: GuardRefusal) {
        switch refusal.rule {
        case .prefix:
            self.init(
                .guardPrefix,
                "The fraud guard's allow-prefixes and deny-prefixes forbid calls to this number."
            )
        case .perNumber:
            self.init(
                .guardPerNumber,
                "This number was called as often as the fraud guard's per-number allows.",
                retryAfter: refusal.retryAfter
            )
        case .perRange:
            self.init(
                .guardPerRange,
                "This range of numbers was called as often as the fraud guard's per-prefix allows.",
                retryAfter: refusal.retryAfter
            )
        case .spend:
            self.init(
                .guardSpend,
                "The fraud guard's breaker is open, for its spend-per-hour was reached. An "
                    + "operator closes it by `promptcall guard reset`."
            )
        }
    }

    /// A call would expire in the queue.
    static func waitTooLong(by excess: Duration) -> Self {
        Self(
            .waitTooLong,
            "So many calls wait already that this one would pass its expires_at.",
            retryAfter: max(.seconds(1), excess)
        )
    }
}
