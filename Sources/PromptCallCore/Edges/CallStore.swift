/// Where calls, events and subscriptions are kept for good.
///
/// It is made for many daemons over one database: a transition carries the version it was computed
/// from, work is claimed under a lease, and a cursor is a vector of partitions. Methods may be
/// called at once and from any task; commits take effect in the order in which they were begun.
package protocol CallStore: Sendable {
    /// Returns the records of calls, in the order asked for; nil for one that does not exist.
    ///
    /// - Throws: ``StoreError`` with code `unavailable` or `damaged`.
    func load(_ ids: [CallID]) async throws(StoreError) -> [CallRecord?]

    /// Returns the texts of a call; nil where it does not exist or has ended.
    ///
    /// - Throws: ``StoreError`` with code `unavailable` or `damaged`.
    func script(of id: CallID) async throws(StoreError) -> CallScript?

    /// Writes a batch in one transaction, durable when it returns.
    ///
    /// An expected conflict is no error: a transition whose version moved, and a submission whose
    /// `request_id` is taken, change nothing and say so.
    ///
    /// - Throws: ``StoreError`` with code `unavailable` where nothing was written, or
    ///   `unknownFate` where the batch may or may not have been.
    func commit(_ batch: CommitBatch) async throws(StoreError) -> CommitAnswer

    /// Claims queued calls of a lane whose turn has come, in the order in which they wait.
    ///
    /// - Throws: ``StoreError`` with code `unavailable`.
    func claimQueued(_ claim: QueueClaim) async throws(StoreError) -> [QueuedCall]

    /// Claims calls with a timer at or before a moment, the earliest first.
    ///
    /// - Throws: ``StoreError`` with code `unavailable`.
    func claimDue(_ claim: DueClaim) async throws(StoreError) -> [DueCall]

    /// Claims calls that are live although no daemon follows them, as after a crash.
    ///
    /// Each call is handed out once a lease; a shorter page than the limit is the last.
    ///
    /// - Throws: ``StoreError`` with code `unavailable` or `damaged`.
    func claimLive(after: CallID?, limit: Int, lease: StoreLease) async throws(StoreError)
        -> [CallRecord]

    /// Returns the lanes that have queued calls, in order.
    ///
    /// - Throws: ``StoreError`` with code `unavailable`.
    func lanes() async throws(StoreError) -> [QueueLane]

    /// Returns calls that match a filter, newest first.
    ///
    /// - Throws: ``StoreError`` with code `unavailable` or `damaged`.
    func list(_ page: ListPage) async throws(StoreError) -> [CallRecord]

    /// Returns how many calls there are of each stage but `ended`, and how many callbacks wait.
    ///
    /// - Throws: ``StoreError`` with code `unavailable`.
    func counts() async throws(StoreError) -> StoreCounts

    /// Returns what the fraud guard kept, and the calls that it is to count after a start.
    ///
    /// - Throws: ``StoreError`` with code `unavailable` or `damaged`.
    func guardHistory(_ query: GuardQuery) async throws(StoreError) -> GuardHistory

    /// Returns stored events after a cursor, oldest first, and never skips one that commits late.
    ///
    /// - Throws: ``StoreError`` with code `cursorExpired` where events after the cursor were
    ///   pruned, `cursorForeign` where it is of another store, or `unavailable`.
    func events(after cursor: EventCursor, matching filter: EventFilter, limit: Int)
        async throws(StoreError) -> EventPage

    /// Returns the cursors before the oldest and at the newest event.
    ///
    /// - Throws: ``StoreError`` with code `unavailable`.
    func eventRange() async throws(StoreError) -> EventRange

    /// Returns a durable subscription; nil where the caller has none of that name.
    ///
    /// - Throws: ``StoreError`` with code `unavailable`.
    func subscription(_ key: SubscriptionKey) async throws(StoreError) -> SubscriptionRecord?

    /// Deletes what is older than is kept, at most `limit` rows of each kind, and never a call with
    /// a callback waiting. A step that deleted `limit` rows of a kind has more to do.
    ///
    /// - Throws: ``StoreError`` with code `unavailable`.
    func prune(_ cut: RetentionCut, limit: Int) async throws(StoreError) -> PruneCount
}
