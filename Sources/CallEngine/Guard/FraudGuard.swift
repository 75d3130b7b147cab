internal import DequeModule
package import PromptCallCore

/// Judges which calls are taken and placed, so that a caller gone bad costs little.
///
/// A call is counted against its number and its range twice, in windows of their own: when it is
/// taken, so that who floods is told at once, and each time that it is rung, redials included,
/// so that nothing that was saved up rings more often than the rules say. What live calls may
/// cost is reserved at the highest rate known; once the hour's bound is spent the breaker opens and
/// stays open until somebody resets it.
package struct FraudGuard: Sendable {
    /// Nil where everything is allowed and nothing is counted.
    package private(set) var rules: GuardRules?
    /// What is kept over a restart.
    package private(set) var record = GuardRecord()
    /// ``record`` is not on its way to the store yet.
    var isUnsaved = false
    /// Calls that were not taken since the start, by rule.
    package private(set) var refused: [GuardRule: Int] = [:]
    private var ordered: Windows
    private var rung: Windows
    private var spend = SpendWindow()
    /// What each call that is live, or about to be, may cost.
    private var reservations: [CallID: Int64] = [:]
    private var reserved: Int64 = 0
    /// What calls were reckoned to have cost, until their price comes.
    private var estimates: [CallID: Int64] = [:]
    private var estimated: Deque<CallID> = []
    /// The next call may cost more than there is room for; until something is released.
    private var isShort = false

    /// The counts of one kind.
    private struct Windows: Sendable {
        var numbers: CountWindow
        var ranges: CountWindow

        mutating func add(_ to: PhoneNumber, at now: Timestamp) {
            self.numbers.add(to.value, at: now)
            self.ranges.add(to.range, at: now)
        }

        mutating func takeBack(_ to: PhoneNumber) {
            self.numbers.takeBack(to.value)
            self.ranges.takeBack(to.range)
        }
    }

    /// Whether a queued call may be placed.
    package enum Verdict: Equatable, Sendable {
        case may
        /// Not before a moment; nil where something else must happen first.
        case waits(until: Timestamp?)
    }

    /// What a call whose turn has come is to do.
    package enum OnTurn: Equatable, Sendable {
        /// Go on; it is counted.
        case place
        /// Go back to the queue.
        case wait
        /// End, for a reason in words.
        case end(String)
    }

    package init(_ rules: GuardRules?) {
        self.rules = rules
        let none = GuardRules.Rate(count: .max, period: .seconds(1))
        let numbers = CountWindow(rules?.perNumber ?? none)
        let ranges = CountWindow(rules?.perRange ?? none)
        self.ordered = Windows(numbers: numbers, ranges: ranges)
        self.rung = self.ordered
    }

    /// Goes by other rules from now on; what was counted counts on.
    package mutating func setRules(_ rules: GuardRules?, at now: Timestamp) {
        self.rules = rules
        self.isShort = false
        guard let rules else { return }
        self.ordered.numbers.setRate(rules.perNumber)
        self.ordered.ranges.setRate(rules.perRange)
        self.rung.numbers.setRate(rules.perNumber)
        self.rung.ranges.setRate(rules.perRange)
        self.openIfSpent(at: now)
    }

    // MARK: - Taking calls

    /// A call is about to be taken: it is counted, unless a rule speaks against it.
    package mutating func ordered(
        to: PhoneNumber,
        by caller: String,
        at now: Timestamp
    ) -> GuardRefusal? {
        guard let rules = self.rules else { return nil }
        guard let refusal = self.refusal(of: to, by: caller, rules, at: now) else {
            self.ordered.add(to, at: now)
            return nil
        }
        self.refused[refusal.rule, default: 0] += 1
        return refusal
    }

    /// A call that was counted was not taken after all, or had been taken before.
    package mutating func notTaken(to: PhoneNumber) {
        guard self.rules != nil else { return }
        self.ordered.takeBack(to)
    }

    private mutating func refusal(
        of to: PhoneNumber,
        by caller: String,
        _ rules: GuardRules,
        at now: Timestamp
    ) -> GuardRefusal? {
        guard rules.prefixes.allow(to) else { return GuardRefusal(.prefix) }
        if self.silences(caller) { return GuardRefusal(.spend) }
        let number = max(
            self.ordered.numbers.opens(to.value, at: now),
            self.rung.numbers.opens(to.value, at: now)
        )
        if let number { return GuardRefusal(.perNumber, retryAfter: number - now) }
        let range = max(
            self.ordered.ranges.opens(to.range, at: now),
            self.rung.ranges.opens(to.range, at: now)
        )
        return range.map { GuardRefusal(.perRange, retryAfter: $0 - now) }
    }

    // MARK: - Placing them

    /// Whether a queued call may be picked; what it may cost in all is judged by ``turnCame``.
    package mutating func verdict(
        on to: PhoneNumber,
        by caller: String,
        at now: Timestamp
    ) -> Verdict {
        guard let rules = self.rules else { return .may }
        if let opens = self.rungOpens(to, at: now) { return .waits(until: opens) }
        guard let limit = rules.spendPerHour, !rules.exemptCallers.contains(caller) else {
            return .may
        }
        let hasRoom = self.hasRoom(for: GuardLimits.usualDuration, under: limit, at: now)
        return hasRoom && !self.isShort ? .may : .waits(until: self.spend.nextEnd)
    }

    /// A call's turn has come. It is counted once however often its turn is judged, until
    /// ``turnCameToNothing(_:to:)`` or ``changed(from:to:at:)`` say otherwise.
    package mutating func turnCame(_ call: CallRecord, at now: Timestamp) -> OnTurn {
        guard let rules = self.rules, call.stage == .queued, self.reservations[call.id] == nil
        else { return .place }
        let to = call.terms.to
        guard rules.prefixes.allow(to) else {
            return .end("The fraud guard no longer allows calls to this number.")
        }
        if self.silences(call.caller) { return .end(Self.silenced) }
        if self.rungOpens(to, at: now) != nil { return .wait }
        if let limit = rules.spendPerHour, !rules.exemptCallers.contains(call.caller),
            !self.hasRoom(for: call.terms.maxDuration, under: limit, at: now)
        {
            self.isShort = true
            return .wait
        }
        self.rung.add(to, at: now)
        self.reserve(call)
        return .place
    }

    /// Why calls end while the breaker is open.
    package static let silenced =
        "The fraud guard's breaker is open, for its spend-per-hour was reached."

    /// A call was not placed although its turn had come, as when it was cancelled meanwhile.
    package mutating func turnCameToNothing(_ id: CallID, to: PhoneNumber) {
        guard self.reservations[id] != nil else { return }
        self.release(id)
        self.rung.takeBack(to)
    }

    /// Nothing more is to be learned of a call.
    package mutating func forget(_ id: CallID) {
        self.release(id)
    }

    /// A call changed, and that is durable.
    package mutating func changed(from old: CallRecord, to new: CallRecord, at now: Timestamp) {
        guard self.rules != nil, !(old.progress.legs.isEmpty && new.progress.legs.isEmpty) else {
            return
        }
        // It was surely not placed, so nothing is counted.
        if new.progress.legs.count < old.progress.legs.count { self.rung.takeBack(new.terms.to) }
        for (index, leg) in new.progress.legs.enumerated() {
            let before = index < old.progress.legs.count ? old.progress.legs[index] : nil
            self.billed(leg, before: before, of: new.id, at: now)
        }
        if old.isLive, !new.isLive {
            self.release(new.id)
            if let leg = new.leg, leg.price == nil { self.estimate(leg, of: new.id, at: now) }
        }
        self.openIfSpent(at: now)
    }

    // MARK: - The breaker

    /// Since when the breaker is open; nil where it is closed, or there is none.
    package var openSince: Timestamp? {
        self.rules?.spendPerHour == nil ? nil : self.record.openedAt
    }

    /// Whether a caller's calls are neither taken nor placed.
    package func silences(_ caller: String) -> Bool {
        guard let rules = self.rules, self.openSince != nil else { return false }
        return !rules.exemptCallers.contains(caller)
    }

    /// Closes the breaker; what was spent before no longer counts.
    package mutating func reset(at now: Timestamp) {
        self.record = GuardRecord(resetAt: now)
        self.isUnsaved = true
        self.isShort = false
        self.spend.forgetSpent()
        self.estimates = [:]
        self.estimated = []
    }

    private mutating func openIfSpent(at now: Timestamp) {
        guard let limit = self.rules?.spendPerHour, self.record.openedAt == nil else { return }
        self.spend.expire(at: now)
        guard self.spend.spent.units >= limit.units else { return }
        self.record.openedAt = now
        self.isUnsaved = true
    }

    // MARK: - Starting

    /// What of the time before this start must be read from the store; nil where nothing counts.
    package func query(at now: Timestamp) -> GuardQuery? {
        guard let rules = self.rules else { return nil }
        let period = max(rules.perNumber.period, rules.perRange.period)
        return GuardQuery(
            submittedSince: now - period,
            rungSince: now - max(period, GuardLimits.spendPeriod),
            limit: GuardLimits.windowMax
        )
    }

    /// Takes up what was kept and what had happened before this start.
    package mutating func recover(_ history: GuardHistory, at now: Timestamp) {
        self.record = history.record
        guard let rules = self.rules else { return }
        let longest = max(rules.perNumber.period, rules.perRange.period)
        // The clock may have been set back meanwhile.
        for order in history.orders.sorted(by: { $0.at < $1.at }) {
            self.ordered.add(order.to, at: min(order.at, now))
        }
        let rung = history.rung.flatMap { rung in rung.legs.map { (rung.to, $0) } }
        for (to, leg) in rung.sorted(by: { $0.1.placingAt < $1.1.placingAt })
        where leg.placingAt + longest > now {
            self.rung.add(to, at: min(leg.placingAt, now))
        }
        self.recoverSpending(rung.map(\.1), at: now)
        self.openIfSpent(at: now)
    }

    /// A call is live that was placed before this start.
    package mutating func recovered(_ call: CallRecord, at now: Timestamp) {
        guard let rules = self.rules, call.isLive else { return }
        let longest = max(rules.perNumber.period, rules.perRange.period)
        for leg in call.progress.legs where leg.placingAt + longest > now {
            self.rung.add(call.terms.to, at: min(leg.placingAt, now))
        }
        self.recoverSpending(call.progress.legs, at: now)
        self.reserve(call)
        self.openIfSpent(at: now)
    }

    private mutating func recoverSpending(_ legs: [CallLeg], at now: Timestamp) {
        let from = max(now - GuardLimits.spendPeriod, self.record.resetAt)
        let ended = legs.compactMap { leg in leg.endedAt.map { (min($0, now), leg) } }
            .filter { $0.0 >= from }.sorted { $0.0 < $1.0 }
        for (at, leg) in ended {
            if let rate = leg.shownRate { self.spend.noteRate(rate, at: at) }
        }
        for (at, leg) in ended {
            self.spend.add(units: leg.price?.units ?? self.reckoned(leg), at: at)
        }
    }

    // MARK: - Money

    /// What a minute is taken to cost: the highest rate reported in the last hour, else a guess.
    package var rate: Amount { self.spend.highestRate ?? GuardLimits.assumedRate }

    private func cost(of duration: Duration, at rate: Amount) -> Int64 {
        (rate.units * duration.wholeMilliseconds + 59_999) / 60_000
    }

    /// Whether a call that lasts so long fits under the bound with all that is spent and reserved.
    /// As long as something is left a single call may go, however long it may last.
    private mutating func hasRoom(
        for duration: Duration,
        under limit: Amount,
        at now: Timestamp
    ) -> Bool {
        self.spend.expire(at: now)
        let spent = self.spend.spent.units
        if self.reservations.isEmpty { return spent < limit.units }
        return spent + self.reserved + self.cost(of: duration, at: self.rate) <= limit.units
    }

    private mutating func reserve(_ call: CallRecord) {
        self.release(call.id)
        let units = self.cost(of: call.terms.maxDuration, at: self.rate)
        self.reservations[call.id] = units
        self.reserved += units
    }

    private mutating func release(_ id: CallID) {
        guard let units = self.reservations.removeValue(forKey: id) else { return }
        self.reserved -= units
        self.isShort = false
    }

    /// Takes up what a leg has cost, once, when that is first known.
    private mutating func billed(
        _ leg: CallLeg,
        before: CallLeg?,
        of id: CallID,
        at now: Timestamp
    ) {
        if let rate = leg.shownRate, before?.shownRate == nil {
            self.spend.noteRate(rate, at: now)
        }
        guard let price = leg.price, before?.price == nil else { return }
        let estimate = self.estimates.removeValue(forKey: id) ?? 0
        self.spend.add(units: price.units - estimate, at: now)
    }

    /// A leg is over and no price has come. It counts as what it may have cost until one comes.
    private mutating func estimate(_ leg: CallLeg, of id: CallID, at now: Timestamp) {
        let units = self.reckoned(leg)
        guard units > 0 else { return }
        self.spend.add(units: units, at: now)
        self.estimates[id] = units
        self.estimated.append(id)
        if self.estimated.count > GuardLimits.estimatesMax, let oldest = self.estimated.popFirst() {
            self.estimates[oldest] = nil
        }
    }

    /// What a leg without a price has cost: nothing where it was not answered.
    private func reckoned(_ leg: CallLeg) -> Int64 {
        guard let answeredAt = leg.answeredAt, let endedAt = leg.endedAt else { return 0 }
        let duration = leg.duration ?? max(.zero, endedAt - answeredAt)
        return self.cost(of: duration, at: leg.rate ?? self.rate)
    }

    private mutating func rungOpens(_ to: PhoneNumber, at now: Timestamp) -> Timestamp? {
        max(
            self.rung.numbers.opens(to.value, at: now),
            self.rung.ranges.opens(to.range, at: now)
        )
    }
}

extension FraudGuard {
    /// What was spent in the last hour, and what live calls may cost.
    package mutating func money(at now: Timestamp) -> (spent: Amount, reserved: Amount) {
        self.spend.expire(at: now)
        return (self.spend.spent, Amount(units: self.reserved))
    }

    /// What the guard can tell of itself at a moment.
    package mutating func report(at now: Timestamp) -> GuardReport {
        self.spend.expire(at: now)
        return GuardReport(
            rules: self.rules,
            openSince: self.openSince,
            resetAt: self.record.resetAt,
            numbers: Self.usage(&self.ordered.numbers, &self.rung.numbers, at: now),
            ranges: Self.usage(&self.ordered.ranges, &self.rung.ranges, at: now),
            spent: self.spend.spent,
            reserved: Amount(units: self.reserved),
            rate: self.rate,
            isRateAssumed: self.spend.highestRate == nil,
            longestCall: Amount(
                units: self.cost(of: GuardLimits.longestDuration, at: self.rate)
            )
        )
    }

    private static func usage(
        _ ordered: inout CountWindow,
        _ rung: inout CountWindow,
        at now: Timestamp
    ) -> GuardReport.Usage {
        ordered.expire(at: now)
        rung.expire(at: now)
        return GuardReport.Usage(
            keys: max(ordered.keys, rung.keys),
            mostTaken: ordered.highest,
            mostRung: rung.highest
        )
    }
}

extension CallLeg {
    /// What a minute of it cost: as reported, or as its price and its length show.
    fileprivate var shownRate: Amount? {
        if let rate = self.rate { return rate }
        guard let price = self.price, let length = self.duration?.wholeMilliseconds, length > 0,
            price.units > 0
        else { return nil }
        return Amount(units: (price.units * 60_000 + length - 1) / length)
    }
}

/// The later of two moments; the other where one is nil.
private func max(_ left: Timestamp?, _ right: Timestamp?) -> Timestamp? {
    guard let left, let right else { return left ?? right }
    return left < right ? right : left
}

/// The later of a moment and another that may not be.
private func max(_ left: Timestamp, _ right: Timestamp?) -> Timestamp {
    right.map { left < $0 ? $0 : left } ?? left
}
