package import PromptCallCore

/// Whoever waits for a call to come so far.
package struct Waiters: Sendable {
    private var waiting: [CallID: [Waiter]] = [:]
    /// How many wait.
    package private(set) var count = 0

    private struct Waiter {
        var reply: ReplyID
        var until: CallStage
    }

    package init() {}

    /// Somebody waits; false where there are too many.
    package mutating func add(_ reply: ReplyID, for id: CallID, until stage: CallStage) -> Bool {
        guard self.count < EngineLimits.waitersMax else { return false }
        self.count += 1
        self.waiting[id, default: []].append(Waiter(reply: reply, until: stage))
        return true
    }

    /// A call has come to a stage: takes those who waited for it, in the order in which they came.
    package mutating func take(_ id: CallID, at stage: CallStage) -> [ReplyID] {
        guard let waiters = self.waiting.removeValue(forKey: id) else { return [] }
        let kept = waiters.filter { $0.until > stage }
        if !kept.isEmpty { self.waiting[id] = kept }
        self.count -= waiters.count - kept.count
        return waiters.filter { $0.until <= stage }.map(\.reply)
    }

    /// Somebody waits no more.
    package mutating func remove(_ reply: ReplyID, of id: CallID) {
        guard let waiters = self.waiting.removeValue(forKey: id) else { return }
        let kept = waiters.filter { $0.reply != reply }
        if !kept.isEmpty { self.waiting[id] = kept }
        self.count -= waiters.count - kept.count
    }
}
