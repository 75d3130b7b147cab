package import PromptCallCore

/// The logic of a call store over dictionaries, with switches to make it fail.
///
/// It serves one daemon, so leases arbitrate nothing. Its events lie in one partition, at the
/// positions 1, 2, 3 …
package struct MemoryStore: Sendable {
    package internal(set) var calls: [CallID: CallRecord] = [:]
    package internal(set) var scripts: [CallID: CallScript] = [:]
    package internal(set) var subscriptions: [SubscriptionKey: SubscriptionRecord] = [:]
    /// All events kept, oldest first.
    package internal(set) var events: [CallEvent] = []
    /// How many events were deleted: the position before the first that is kept.
    package internal(set) var prunedEvents: Int64 = 0
    /// Calls that have not ended, or whose callback is still to be delivered.
    package private(set) var unsettled: Set<CallID> = []
    /// What the fraud guard keeps.
    package internal(set) var guarding = GuardRecord()
    var requests: [RequestKey: RequestOwner] = [:]

    /// How the next commits fail, one after the other.
    package var commitFaults: [StoreFault] = []
    /// Every method fails and changes nothing.
    package var isDown = false
    /// Committing fails; reading does not, as where the disk is full.
    package var isReadOnly = false
    /// Reading fails; committing does not.
    package var readsFail = false
    /// Calls whose records cannot be read.
    package var damaged: Set<CallID> = []
    /// Every method finds the database itself damaged.
    package var isDamaged = false
    /// Batches written so far.
    package internal(set) var commits = 0
    /// Reads of single records so far.
    package internal(set) var loads = 0
    /// Pages of lanes, timers and events handed over so far.
    package internal(set) var pages = 0

    package static let name: UInt64 = 0x5703E
    /// How long a `request_id` counts at least.
    private static let requestLifetime = Duration.seconds(24 * 3600)
    /// Events looked at for one page.
    static let scanMax = 1000

    struct RequestKey: Hashable, Sendable {
        var caller: String
        var requestID: String
    }

    struct RequestOwner: Sendable {
        var id: CallID
        var fingerprint: [UInt8]
    }

    package init() {}

    // MARK: - Calls

    package mutating func load(_ ids: [CallID]) throws(StoreError) -> [CallRecord?] {
        try self.read()
        self.loads += ids.count
        if ids.contains(where: self.damaged.contains) {
            throw StoreError(.damaged, "A record cannot be read.")
        }
        return ids.map { self.calls[$0] }
    }

    package func script(of id: CallID) throws(StoreError) -> CallScript? {
        try self.read()
        return self.scripts[id]
    }

    package mutating func commit(_ batch: CommitBatch) throws(StoreError) -> CommitAnswer {
        if self.isDown || self.isReadOnly {
            throw StoreError(.unavailable, "The store is down.")
        }
        if self.isDamaged { throw Self.damage }
        guard !self.commitFaults.isEmpty else { return self.write(batch) }
        switch self.commitFaults.removeFirst() {
        case .unavailable:
            throw StoreError(.unavailable, "The disk is full.")
        case .unknownFate(let written):
            if written { _ = self.write(batch) }
            throw StoreError(.unknownFate, "The connection was lost.")
        case .damaged:
            throw Self.damage
        }
    }

    package func list(_ page: ListPage) throws(StoreError) -> [CallRecord] {
        try self.read()
        let found = self.calls.values.filter { record in
            page.filter.matches(record, at: record.progress)
                && (page.after.map { record.id < $0 } ?? true)
        }
        return Array(found.sorted { $0.id > $1.id }.prefix(page.limit))
    }

    package func counts() throws(StoreError) -> StoreCounts {
        try self.read()
        var counts = StoreCounts()
        for record in self.calls.values {
            if record.stage < .ended { counts.stages[record.stage, default: 0] += 1 }
            self.countReady(record, &counts.ready)
            if record.progress.callback?.state == .waiting { counts.callbacksWaiting += 1 }
        }
        counts.oldestQueued = self.calls.values.compactMap(\.readyAt).min()
        counts.isEmpty = self.calls.isEmpty
        return counts
    }

    package mutating func prune(
        _ cut: RetentionCut,
        limit: Int
    ) throws(StoreError) -> PruneCount {
        try self.read()
        let old = self.calls.values
            .filter { record in
                record.progress.endedAt.map { $0 < cut.calls } ?? false
                    && record.progress.callback?.state != .waiting
            }
            .sorted { $0.id < $1.id }.prefix(limit)
        for record in old {
            self.calls[record.id] = nil
            self.requests = self.requests.filter { $0.value.id != record.id }
        }
        // The newest is kept, so that positions go on.
        let expired = self.events.dropLast().prefix(limit).prefix { $0.time < cut.events }.count
        self.events.removeFirst(expired)
        self.prunedEvents += Int64(expired)
        return PruneCount(calls: old.count, events: expired)
    }

    // MARK: - Private

    func read() throws(StoreError) {
        if self.isDown || self.readsFail { throw StoreError(.unavailable, "The store is down.") }
        if self.isDamaged { throw Self.damage }
    }

    private static var damage: StoreError {
        var error = StoreError(.damaged, "The database is damaged: a page is malformed.")
        error.isOfDatabase = true
        return error
    }

    private mutating func write(_ batch: CommitBatch) -> CommitAnswer {
        self.commits += 1
        if let guarding = batch.guarding { self.guarding = guarding }
        for subscription in batch.subscriptions {
            self.subscriptions[subscription.key] = subscription
        }
        return CommitAnswer(
            submissions: batch.submissions.map { self.insert($0) },
            transitions: batch.transitions.map { self.apply($0) }
        )
    }

    private mutating func insert(_ submission: Submission) -> CommitAnswer.Submitted {
        let record = submission.record
        if let requestID = record.terms.requestID {
            let key = RequestKey(caller: record.caller, requestID: requestID)
            if let owner = self.requests[key], self.counts(owner, at: record) {
                let isSame = owner.fingerprint == submission.fingerprint
                return .existed(owner.id, sameRequest: isSame)
            }
            self.requests[key] = RequestOwner(
                id: record.id,
                fingerprint: submission.fingerprint
            )
        }
        precondition(record.version == 1, "A new call has version 1.")
        precondition(self.calls[record.id] == nil, "A call is inserted once.")
        self.keep(record)
        self.scripts[record.id] = submission.script
        return .inserted(first: self.append(submission.events) ?? self.newest)
    }

    /// Whether a `request_id` still belongs to the call that had it before a new one.
    private func counts(_ owner: RequestOwner, at record: CallRecord) -> Bool {
        guard let earlier = self.calls[owner.id], earlier.stage == .ended else { return true }
        let age = record.progress.submittedAt - earlier.progress.submittedAt
        return age < Self.requestLifetime
    }

    private mutating func apply(_ transition: Transition) -> CommitAnswer.Transitioned {
        let record = transition.record
        guard self.calls[record.id]?.version == transition.expectedVersion else {
            return .conflict
        }
        self.keep(record)
        if record.stage == .ended { self.scripts[record.id] = nil }
        return .applied(first: self.append(transition.events))
    }

    private mutating func append(_ events: [CallEvent]) -> EventCursor? {
        guard !events.isEmpty else { return nil }
        let first = self.cursor(self.newestPosition + 1)
        self.events += events
        return first
    }

    /// Lets another daemon change a call, as the next version.
    package mutating func changeElsewhere(_ id: CallID, _ change: (inout CallRecord) -> Void) {
        guard var record = self.calls[id] else { return }
        change(&record)
        record.version += 1
        self.keep(record)
    }

    private mutating func keep(_ record: CallRecord) {
        self.calls[record.id] = record
        if record.stage == .ended, record.progress.callback?.state != .waiting {
            self.unsettled.remove(record.id)
        } else {
            self.unsettled.insert(record.id)
        }
    }
}
