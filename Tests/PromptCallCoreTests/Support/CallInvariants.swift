import PromptCallCore

/// What holds of every step of a call, whatever happens to it.
enum CallInvariants {
    /// Says what a step broke; nil where all is well.
    ///
    /// `history` are the kinds of all events before it.
    static func violation(
        from before: CallRecord,
        to machine: CallMachine,
        history: [CallEvent.Kind]
    ) -> String? {
        let after = machine.record
        let kinds = history + machine.events.map(\.kind)
        let isRedialled = machine.events.contains { $0.kind == .redial }
        return Self.ofStages(before, after, isRedialled: isRedialled)
            ?? Self.ofOutcome(before, after)
            ?? Self.ofLegs(after)
            ?? Self.ofEvents(machine.events, before: before, after: after, kinds: kinds)
            ?? Self.ofEffects(machine.effects, before: before, after: after)
            ?? Self.ofTimers(after)
            ?? Self.ofHangUps(machine.effects, before: before, after: after)
            ?? Self.ofSecrets(after)
    }

    private static func ofStages(
        _ before: CallRecord,
        _ after: CallRecord,
        isRedialled: Bool
    ) -> String? {
        if before.stage == .ended {
            if after.stage != .ended { return "a call was un-ended" }
            if after.progress.reason != before.progress.reason { return "the outcome changed" }
            if after.progress.endedAt != before.progress.endedAt { return "the end moved" }
        }
        let isRequeued = after.stage == .queued && (before.stage == .placing || isRedialled)
        if after.stage < before.stage, !isRequeued { return "the rank fell" }
        if isRedialled {
            let redial = before.terms.redial
            if after.stage != .queued { return "a redialled call does not wait" }
            if after.progress.redials != before.progress.redials + 1 { return "a lost redial" }
            if after.progress.redials > redial?.redialsMax ?? 0 { return "too many redials" }
            guard let reason = after.leg?.reason, redial?.reasons.contains(reason) ?? false else {
                return "redialled for no reason"
            }
        } else if before.decided != nil, after.decided != before.decided,
            !self.isCalledOff(before, after)
        {
            return "what was decided changed"
        }
        if after.progress.legs.count > 21 { return "too many legs" }
        if after.dialogue.graces > Dialogue.gracesMax { return "too many graces" }
        if after.dialogue.entries.count > 130 { return "too many entries" }
        return nil
    }

    /// Whether a call that would have been placed once more was cancelled.
    private static func isCalledOff(_ before: CallRecord, _ after: CallRecord) -> Bool {
        guard let redial = before.terms.redial, let decided = before.decided else { return false }
        return after.decided == .cancelled && redial.reasons.contains(decided)
    }

    private static func ofOutcome(_ before: CallRecord, _ after: CallRecord) -> String? {
        if after.stage == .verified, after.decided?.status != .ok { return "a right PIN was lost" }
        guard after.stage == .ended, before.stage != .ended else { return nil }
        guard let reason = after.progress.reason else { return "a call ended for no reason" }
        if let decided = before.decided, reason != decided, !self.isCalledOff(before, after) {
            return "what was decided was overruled"
        }
        if after.progress.verifiedAt != nil, reason.status != .ok {
            return "a right PIN was overruled"
        }
        let isProven = reason.status != .failed || self.isCallees(reason, after)
        return isProven ? nil : "FAILED without evidence: \(reason.name)"
    }

    /// Whether a call that has just failed did so by the callee's own act.
    private static func isCallees(_ reason: CallReason, _ record: CallRecord) -> Bool {
        guard let leg = record.leg, leg.answeredAt != nil else { return false }
        if reason == .attemptsExhausted || reason == .noInput {
            return record.dialogue.rounds == record.terms.attemptsMax
                && (record.progress.attempts > 0) == (reason == .attemptsExhausted)
        }
        if reason == .machine { return leg.callee == .machine && record.terms.machine != nil }
        return reason == .hungUp && leg.completed && leg.fault == nil && !leg.hangUpAsked
            && leg.disconnectedBy != .platform && (leg.disconnectedBy == .user || !leg.endFetched)
    }

    /// One leg at most is being placed or followed, and it is the latest.
    private static func ofLegs(_ after: CallRecord) -> String? {
        let legs = after.progress.legs
        let placements = legs.map(\.placement)
        guard legs.dropLast().allSatisfy({ $0.placement == .gaveUp || $0.reason != nil }) else {
            return "an earlier leg was not given up"
        }
        let isRight =
            switch after.stage {
            case .queued: placements.last ?? .gaveUp == .gaveUp || legs.last?.reason != nil
            case .placing: placements.last == .asking || placements.last == .unknown
            case .started, .ringing, .answered, .verified: placements.last == .placed
            case .ended: placements.last != .asking && placements.last != .unknown
            }
        return isRight ? nil : "a leg is not where its call is"
    }

    private static func ofEvents(
        _ events: [CallEvent],
        before: CallRecord,
        after: CallRecord,
        kinds: [CallEvent.Kind]
    ) -> String? {
        let numbers = events.map(\.number)
        if numbers != Array(before.eventCount..<after.eventCount).map({ $0 + 1 }) {
            return "event numbers have gaps"
        }
        if events.last.map({ $0.progress != after.progress }) ?? false,
            after.stage == .ended, before.stage != .ended
        {
            return "the last event does not show the call as it is"
        }
        if events.isEmpty, after.stage == before.stage { return nil }
        let endings = kinds.count { $0 == .ended }
        if endings != (after.stage == .ended ? 1 : 0) { return "\(endings) ENDED events" }
        let ofLegs = kinds.filter { $0 != .callback && $0 != .billed }.split(
            separator: .redial,
            omittingEmptySubsequences: false
        )
        for ranked in ofLegs
        where zip(ranked, ranked.dropFirst()).contains(where: { $0.rawValue > $1.rawValue }) {
            return "events out of rank"
        }
        let current = (ofLegs.count > 1 ? [.queued] : []) + (ofLegs.last ?? [])
        let needed: [CallEvent.Kind] =
            switch after.stage {
            case .queued, .placing, .ended: [.queued]
            case .started: [.queued, .placed]
            case .ringing: [.queued, .placed, .ringing]
            case .answered: [.queued, .placed, .answered]
            case .verified: [.queued, .placed, .answered, .digits, .verified]
            }
        if !needed.allSatisfy(current.contains) { return "a stage without its event" }
        for once in [CallEvent.Kind.queued, .placed, .ringing, .answered, .verified]
        where current.count(where: { $0 == once }) > 1 {
            return "an event came twice"
        }
        return nil
    }

    private static func ofEffects(
        _ effects: [CallEffect],
        before: CallRecord,
        after: CallRecord
    ) -> String? {
        if effects.isEmpty { return nil }
        if Set(effects).count != effects.count { return "an effect was asked for twice" }
        for effect in effects {
            let isAllowed =
                switch effect {
                case .place(let leg):
                    // A leg is rung in the moment it comes to be, and never again.
                    after.stage == .placing && leg == after.progress.legs.count
                        && leg == before.progress.legs.count + 1
                case .hangUp(let leg):
                    after.progress.legs.indices.contains(leg - 1)
                        && after.progress.legs[leg - 1].uuid != nil
                        && after.progress.legs[leg - 1].hangUpAsked
                case .fetch(let leg):
                    after.isLive && leg == after.progress.legs.count && after.leg?.uuid != nil
                case .search(let leg):
                    after.isLive && leg == after.progress.legs.count && after.leg?.uuid == nil
                case .leaveMessage(let leg):
                    after.isLive && leg == after.progress.legs.count && after.leg?.uuid != nil
                        && after.dialogue.message == .asked && after.leg?.hangUpAsked == false
                case .deliverCallback:
                    after.stage == .ended && after.progress.callback?.state == .waiting
                }
            if !isAllowed { return "\(effect) in \(after.stage)" }
        }
        return nil
    }

    private static func ofTimers(_ after: CallRecord) -> String? {
        let running = after.timers.all.map(\.timer)
        switch after.stage {
        case .queued:
            return running.contains(.expiry) ? nil : "a queued call never expires"
        case .placing:
            guard after.leg?.placement == .unknown else { return nil }
            let isFollowed = running.contains(.placement) && running.contains(.search)
            return isFollowed ? nil : "an unknown placement is not followed"
        case .started, .ringing, .answered, .verified:
            let isFollowed = running.contains(.lost) && running.contains(.watch)
            return isFollowed || running.contains(.hold) ? nil : "a live leg is not followed"
        case .ended:
            let isIdle = running.allSatisfy { $0 == .callback || $0 == .hangUp }
            return isIdle ? nil : "an ended call waits for something"
        }
    }

    private static func ofHangUps(
        _ effects: [CallEffect],
        before: CallRecord,
        after: CallRecord
    ) -> String? {
        if let leg = after.leg, after.isLive, after.decided == .cancelled, !leg.hangUpAsked,
            leg.uuid != nil, !leg.isOver
        {
            return "a cancelled call goes on"
        }
        // A try that is owed to a leg nobody follows is made or stays planned, unless it is too late.
        guard before.timers[.hangUp] != nil, after.timers[.hangUp] == nil else { return nil }
        let isForgotten = after.progress.legs.contains { leg in
            let isFollowed = after.isLive && leg.number == after.progress.legs.count
            return leg.hangUpAsked && leg.mayBeAlive && !isFollowed
                && !effects.contains(.hangUp(leg: leg.number))
        }
        return isForgotten ? "a hang-up was forgotten" : nil
    }

    private static func ofSecrets(_ after: CallRecord) -> String? {
        after.stage == .ended && !after.expected.isEmpty ? "the PIN outlived the call" : nil
    }
}
