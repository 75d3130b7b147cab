internal import HeapModule
package import PromptCallCore

/// The timers that fire next, of all calls.
///
/// It holds those up to a moment and leaves later ones to the store, which hands them over page by
/// page: memory follows what is near, not what is stored.
package struct DueIndex: Sendable {
    private var heap = Heap<DueCall>()
    /// What holds of each call; other entries of the heap are outdated.
    private var current: [CallID: Timestamp] = [:]
    /// All of the store's timers up to this are held.
    private var covered: DueCall?
    private var claimingThrough: Timestamp?
    /// How far the wall clock, by which some timers are stored, is ahead.
    private var wallLead = Duration.zero
    /// The wall clock stepped while a page was read.
    private var mustBeginAnew = false

    package init() {}

    /// The wall clock stepped: timers that go by it may be due at other times, so that all of the
    /// store's are looked at again.
    package mutating func wallClockStepped(lead: Duration) {
        self.wallLead = lead
        self.covered = nil
        self.mustBeginAnew = self.claimingThrough != nil
    }

    /// A call's first timer changed; nil where none runs.
    package mutating func set(_ id: CallID, _ at: Timestamp?) {
        guard self.current[id] != at else { return }
        guard let at, self.isCovered(at) else {
            self.current[id] = nil
            return
        }
        self.current[id] = at
        self.heap.insert(DueCall(at: at, id: id))
    }

    /// Takes the calls whose timer is due, the earliest first.
    package mutating func takeDue(at now: Timestamp) -> [CallID] {
        var due: [CallID] = []
        while let first = self.heap.min, first.at <= now {
            self.heap.removeMin()
            guard self.current[first.id] == first.at else { continue }
            self.current[first.id] = nil
            due.append(first.id)
        }
        return due
    }

    /// When the next timer fires.
    package var nextTimer: Timestamp? { self.heap.min?.at }

    /// When the next page is to be asked for; nil while one is under way, or before the first.
    package var nextPage: Timestamp? { self.claimingThrough == nil ? self.pageAt : nil }

    /// Asks for the next page where it is time for it.
    package mutating func claim(at now: Timestamp, lease: StoreLease) -> DueClaim? {
        guard self.claimingThrough == nil, self.pageAt.map({ $0 <= now }) ?? true else {
            return nil
        }
        let through = now + EngineLimits.dueHorizon + max(.zero, self.wallLead)
        self.claimingThrough = through
        return DueClaim(
            through: through,
            after: self.covered,
            limit: EngineLimits.duePage,
            lease: lease
        )
    }

    /// The store handed over a page.
    package mutating func claimed(_ calls: [DueCall]) {
        guard let through = self.claimingThrough else { return }
        for call in calls {
            // One that does not go by the wall clock is looked at too early, and left as it is.
            let at = call.at - max(.zero, self.wallLead)
            let isLater = self.current[call.id].map { self.wallLead == .zero || $0 <= at } ?? false
            if !isLater { self.set(call.id, at) }
        }
        self.claimingThrough = nil
        if self.mustBeginAnew {
            self.mustBeginAnew = false
        } else if calls.count >= EngineLimits.duePage, let last = calls.last {
            self.covered = last
        } else {
            self.covered = DueCall(at: through, id: CallID(high: .max, low: .max))
        }
    }

    /// The store could not hand over a page; it is asked again.
    package mutating func claimFailed() {
        self.claimingThrough = nil
        self.mustBeginAnew = false
    }

    private var pageAt: Timestamp? {
        self.covered.map { $0.at - EngineLimits.dueMargin - max(.zero, self.wallLead) }
    }

    private func isCovered(_ at: Timestamp) -> Bool {
        // Where the wall clock was set back, it may be stored with an earlier time.
        let at = at + min(.zero, self.wallLead)
        return at <= self.covered?.at ?? Timestamp(milliseconds: .min)
            || at <= self.claimingThrough ?? Timestamp(milliseconds: .min)
    }
}
