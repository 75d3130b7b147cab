internal import PromptCallCore

// How a call may end, by what really happened.
extension Simulation {
    func reason(of record: CallRecord) -> String { record.progress.reason?.name ?? "nothing" }

    func checkOutcome(of record: CallRecord) {
        guard let reason = record.progress.reason else {
            return self.model.violate("call \(self.name(record.id)) ended without a reason")
        }
        let legs = self.nexmo.legs(of: record.id)
        let call = self.indices[record.id].map { self.calls[$0] }
        let isTrue = call.map { self.isTrue(reason, of: record, $0, legs) } ?? false
        let told = "call \(self.name(record.id)) ended as \(reason.name)"
        self.model.check(isTrue, "\(told), which is not what happened: \(self.story(legs))")
        self.checkRightEntry(record, reason, call, legs, told)
        if let call, self.isClean(record, call) {
            var expected = Self.expected(call)
            let isLong = legs.contains { leg in
                leg.endedAt.map { $0 - leg.placedAt >= leg.terms.maxDuration } ?? false
            }
            if isLong { expected.insert(.interrupted) }
            self.model.check(
                expected.contains(reason),
                "\(told) without any fault, where its callee makes \(expected.map(\.name))"
            )
        }
    }

    /// Whether a reason is borne out by what callee, Nexmo and machine did.
    private func isTrue(
        _ reason: CallReason,
        of record: CallRecord,
        _ call: SimulatedCall,
        _ legs: [SimulatedLeg]
    ) -> Bool {
        // What is keyed in on a leg that was given up is nobody's.
        let isRedialled = record.progress.redials > 0
        let entries = isRedialled ? legs.flatMap(\.entered) : legs.last?.entered ?? []
        let keyed = entries.filter { !$0.digits.isEmpty && $0.digits != "#" }
        func ended(_ match: (CallReason?) -> Bool) -> Bool {
            legs.contains { match($0.end?.reason) }
        }
        switch reason {
        case .pinMatched:
            return legs.flatMap(\.entered).contains(where: Self.isRight)
        case .digitsCollected:
            return !keyed.isEmpty
        case .announced:
            // Who ended it early is not to be seen where it was not the callee.
            return legs.contains { $0.heardAnnouncement || $0.wasAnswered && $0.endedBy != .callee }
        case .attemptsExhausted:
            let isServedRight = entries.contains { Self.isRight($0) && $0.isServed && !$0.isRepeat }
            return !keyed.isEmpty && entries.count >= record.terms.attemptsMax
                && !(isServedRight && record.terms.prompt == .pin(length: 4))
        case .noInput:
            let kept = legs.filter { leg in
                record.progress.legs.contains { $0.number == leg.number && $0.placement != .gaveUp }
            }
            let isSilent = self.wasSilent(entries) || self.wasSilent(kept.flatMap(\.entered))
            return isSilent && entries.count >= record.terms.attemptsMax
        case .hungUp:
            return legs.contains { $0.endedBy == .callee }
        case .busy, .rejected, .unreachable:
            return ended { $0 == reason }
        case .unanswered:
            return legs.contains { !$0.wasAnswered }
        case .cancelled:
            return call.cancelledAt != nil
        case .expired:
            return record.progress.endedAt.map { $0 >= record.terms.expiresAt } ?? false
                // By the wall clock it was, or its hours begin only after that.
                || self.model.clockWasSet || self.hours != nil
        case .credentialsRefused:
            return record.terms.credentials == .ownCredentials
                && call.faults.contains(.refusedPlacings)
        case .credentialsLost:
            return record.terms.credentials == .ownCredentials && self.result.deaths > 0
        case .refusedByNexmo:
            return call.faults.contains(.refusedPlacings) || ended { $0 == reason }
        case .nexmoUnavailable:
            return !call.faults.isDisjoint(with: [.lostAnswers, .failingPlacings])
                || self.result.deaths > 0 || ended { $0 == reason }
        case .lost:
            return !call.faults.isDisjoint(with: [.webhooksLost, .webhooksDelayed, .lyingFetches])
                || self.result.deaths > 0
        case .interrupted:
            return legs.contains { $0.wasAnswered && $0.endedBy != .callee }
                || !self.isClean(record, call)
        case .messageLeft:
            return legs.contains(where: \.heardMessage)
        case .machine:
            return record.terms.machine != nil && legs.contains(where: \.isTakenForMachine)
        case .guard, .internal:
            return false
        }
    }

    /// Whether no key came in; what was keyed in and lost on its way counts as nothing where the
    /// callee was asked again, and again.
    private func wasSilent(_ entries: [SimulatedLeg.Entry]) -> Bool {
        let keyed = entries.lastIndex { !$0.digits.isEmpty && $0.digits != "#" }
        guard let keyed else { return true }
        // One for a turn that was judged already, as when that answer was lost, is answered as
        // before and not judged.
        let isLost = entries.allSatisfy { entry in
            entry.digits.isEmpty || entry.digits == "#" || !entry.isServed || entry.isRepeat
        }
        return isLost && entries.count - keyed > 2
    }

    /// A right entry that was served before anything else decided the call is what it ends by.
    private func checkRightEntry(
        _ record: CallRecord,
        _ reason: CallReason,
        _ call: SimulatedCall?,
        _ legs: [SimulatedLeg],
        _ told: String
    ) {
        guard record.terms.prompt == .pin(length: 4), reason != .pinMatched,
            call?.cancelledAt == nil, let endedAt = record.progress.endedAt,
            // One of a leg that was given up, and is rung again, is nobody's.
            legs.count == 1, record.leg?.placement != .gaveUp
        else { return }
        // What is keyed in again may be answered like what was thought to be lost.
        let right = legs.flatMap(\.entered).first {
            Self.isRight($0) && $0.isServed && !$0.isRepeat
        }
        guard let right, right.at + self.clockOffset < endedAt, !self.model.clockWasSet else {
            return
        }
        self.model.violate("\(told) although the right PIN was keyed in and answered")
    }

    private static func isRight(_ entry: SimulatedLeg.Entry) -> Bool {
        entry.digits == Callee.rightPIN || entry.digits == Callee.rightPIN + "#"
    }

    /// Whether nothing went wrong that can have touched a call.
    private func isClean(_ record: CallRecord, _ call: SimulatedCall) -> Bool {
        let isSlow = self.faults.has(.slowDisk) && !self.outages.isEmpty
        guard call.faults.subtracting([.webhooksDoubled]).isEmpty, call.cancelledAt == nil, !isSlow,
            !self.faults.has(.droppedLegs), !self.model.clockWasSet,
            let end = record.progress.endedAt
        else { return false }
        return !self.hadOutage(from: record.progress.submittedAt, to: end)
    }

    /// How a call ends where nothing goes wrong.
    private static func expected(_ call: SimulatedCall) -> Set<CallReason> {
        // It may have waited too long behind others.
        let always: Set<CallReason> = [.expired]
        let first = Self.expected(call, of: call.callee)
        return always.union(first)
            .union(call.terms.redial == nil ? [] : Self.expected(call, of: call.redialCallee))
    }

    private static func expected(_ call: SimulatedCall, of callee: Callee) -> Set<CallReason> {
        guard let machine = call.terms.machine else { return Self.unheard(call, of: callee) }
        // Nexmo errs about who answered.
        let reached = Self.unheard(call, of: callee)
        guard reached.allSatisfy({ $0.isOfAnsweredLeg }) else { return reached }
        let taken: Set<CallReason> =
            machine.action == .leaveMessage ? [.machine, .messageLeft] : [.machine, .interrupted]
        return reached.union(taken)
    }

    /// The same where nobody listens for machines.
    private static func unheard(_ call: SimulatedCall, of callee: Callee) -> Set<CallReason> {
        let always: Set<CallReason> = []
        switch callee {
        case .machine:
            return Self.expected([], call)
        case .doesNotAnswer(let status):
            return always.union([LegReport(status).reason ?? .unanswered])
        case .hangsUp(let entries):
            guard call.terms.prompt != .announcement else {
                return always.union([entries.isEmpty ? .hungUp : .announced])
            }
            let mayEnd: Set<CallReason> =
                entries.isEmpty ? [.hungUp] : [.hungUp, .attemptsExhausted]
            return always.union(mayEnd).union(Self.collected(entries, call))
        case .answers(let entries):
            return always.union(Self.expected(entries, call))
        }
    }

    private static func expected(_ entries: [String], _ call: SimulatedCall) -> Set<CallReason> {
        let keyed = entries.filter { !$0.isEmpty && $0 != "#" }
        switch call.terms.prompt {
        case .announcement:
            return [.announced]
        case .digits:
            return keyed.isEmpty
                ? [.noInput] : Self.collected(entries, call).union([.attemptsExhausted, .noInput])
        case .pin:
            guard !keyed.isEmpty else { return [.noInput] }
            let isRight = keyed.contains {
                $0.hasPrefix(Callee.rightPIN) && $0.count <= 5 && $0 != "12345"
            }
            guard isRight else { return [.attemptsExhausted] }
            // With fewer tries than it needs the callee does not come so far.
            return entries.count <= call.terms.attemptsMax && entries.first != "#"
                ? [.pinMatched] : [.pinMatched, .attemptsExhausted, .noInput]
        }
    }

    private static func collected(_ entries: [String], _ call: SimulatedCall) -> Set<CallReason> {
        guard case .digits(let min, _) = call.terms.prompt else { return [] }
        return entries.contains { $0.count >= min } ? [.digitsCollected] : []
    }

    /// What happened to the legs of a call, for a message.
    private func story(_ legs: [SimulatedLeg]) -> String {
        let told = legs.map { leg in
            "leg \(leg.number) \(leg.wasAnswered ? "answered" : "not answered"), "
                + "\(leg.entered.count) entries, ended by \(leg.endedBy.map { "\($0)" } ?? "nobody")"
        }
        return told.isEmpty ? "no ring" : told.joined(separator: "; ")
    }
}

extension CallReason {
    /// Whether a call ends so where somebody answered.
    fileprivate var isOfAnsweredLeg: Bool {
        switch self {
        case .busy, .unanswered, .rejected, .unreachable, .refusedByNexmo, .nexmoUnavailable: false
        case .pinMatched, .digitsCollected, .announced, .messageLeft, .attemptsExhausted, .hungUp,
            .noInput, .machine, .cancelled, .expired, .credentialsRefused, .credentialsLost, .lost,
            .interrupted, .guard, .internal:
            true
        }
    }
}
