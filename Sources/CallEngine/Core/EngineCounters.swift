package import PromptCallCore

/// What the engine counts, for `status` and metrics.
package struct EngineCounters: Equatable, Sendable {
    /// Calls that have not ended, by stage.
    package var stages: [CallStage: Int] = [:]
    /// Calls that ended since the start, by reason.
    package var ended: [CallReason: Int] = [:]
    /// Queued calls by caller.
    package var queued: [String: Int] = [:]
    package var callbacksWaiting = 0
    package var callbacksDelivered = 0
    package var callbacksAbandoned = 0
    package var submitted = 0
    package var placements = 0
    package var commits = 0
    package var commitsFailed = 0
    /// Legs that were hung up because they showed signs of life after they were given up.
    package var strayLegs = 0

    package init() {}

    /// A record was replaced by another, or came to be.
    mutating func changed(from old: CallRecord?, to new: CallRecord) {
        if let old, old.stage < .ended { self.stages[old.stage, default: 0] -= 1 }
        if new.stage < .ended { self.stages[new.stage, default: 0] += 1 }
        if new.stage == .ended, (old?.stage ?? .queued) < .ended, let reason = new.progress.reason {
            self.ended[reason, default: 0] += 1
        }
        self.changedQueue(of: new.caller, from: old?.stage, to: new.stage)
        let before = old?.progress.callback?.state
        let after = new.progress.callback?.state
        guard before != after else { return }
        if before == .waiting { self.callbacksWaiting -= 1 }
        switch after {
        case .waiting: self.callbacksWaiting += 1
        case .delivered: self.callbacksDelivered += 1
        case .abandoned: self.callbacksAbandoned += 1
        case nil: break
        }
    }

    private mutating func changedQueue(
        of caller: String,
        from old: CallStage?,
        to new: CallStage
    ) {
        guard (old == .queued) != (new == .queued) else { return }
        let queued = self.queued[caller, default: 0] + (new == .queued ? 1 : -1)
        self.queued[caller] = queued > 0 ? queued : nil
    }
}
