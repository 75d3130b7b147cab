package import PromptCallCore
internal import Synchronization

/// A ``MemoryStore`` for the engine's async driver.
package final class AsyncMemoryStore: CallStore {
    private let store: Mutex<MemoryStore>

    package init(_ store: MemoryStore = MemoryStore()) {
        self.store = Mutex(store)
    }

    /// Looks at the store, or changes its switches.
    package func with<Result: Sendable>(
        _ body: (inout MemoryStore) throws(StoreError) -> sending Result
    ) throws(StoreError) -> Result {
        try self.store.withLock { store throws(StoreError) in try body(&store) }
    }

    package func load(_ ids: [CallID]) async throws(StoreError) -> [CallRecord?] {
        try self.with { store throws(StoreError) in try store.load(ids) }
    }

    package func script(of id: CallID) async throws(StoreError) -> CallScript? {
        try self.with { store throws(StoreError) in try store.script(of: id) }
    }

    package func commit(_ batch: CommitBatch) async throws(StoreError) -> CommitAnswer {
        try self.with { store throws(StoreError) in try store.commit(batch) }
    }

    package func claimQueued(_ claim: QueueClaim) async throws(StoreError) -> [QueuedCall] {
        try self.with { store throws(StoreError) in try store.claimQueued(claim) }
    }

    package func claimDue(_ claim: DueClaim) async throws(StoreError) -> [DueCall] {
        try self.with { store throws(StoreError) in try store.claimDue(claim) }
    }

    package func claimLive(
        after: CallID?,
        limit: Int,
        lease: StoreLease
    ) async throws(StoreError) -> [CallRecord] {
        try self.with { store throws(StoreError) in
            try store.claimLive(after: after, limit: limit, lease: lease)
        }
    }

    package func lanes() async throws(StoreError) -> [QueueLane] {
        try self.with { store throws(StoreError) in try store.lanes() }
    }

    package func list(_ page: ListPage) async throws(StoreError) -> [CallRecord] {
        try self.with { store throws(StoreError) in try store.list(page) }
    }

    package func guardHistory(_ query: GuardQuery) async throws(StoreError) -> GuardHistory {
        try self.with { store throws(StoreError) in try store.guardHistory(query) }
    }

    package func counts() async throws(StoreError) -> StoreCounts {
        try self.with { store throws(StoreError) in try store.counts() }
    }

    package func events(
        after cursor: EventCursor,
        matching filter: EventFilter,
        limit: Int
    ) async throws(StoreError) -> EventPage {
        try self.with { store throws(StoreError) in
            try store.events(after: cursor, matching: filter, limit: limit)
        }
    }

    package func eventRange() async throws(StoreError) -> EventRange {
        try self.with { store throws(StoreError) in try store.eventRange() }
    }

    package func subscription(
        _ key: SubscriptionKey
    ) async throws(StoreError) -> SubscriptionRecord? {
        try self.with { store throws(StoreError) in try store.subscription(key) }
    }

    package func prune(_ cut: RetentionCut, limit: Int) async throws(StoreError) -> PruneCount {
        try self.with { store throws(StoreError) in try store.prune(cut, limit: limit) }
    }
}
