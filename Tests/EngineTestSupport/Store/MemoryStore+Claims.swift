package import PromptCallCore

// What a daemon takes out of the store to work on.
extension MemoryStore {
    package mutating func claimQueued(_ claim: QueueClaim) throws(StoreError) -> [QueuedCall] {
        try self.read()
        self.pages += 1
        let waiting = self.calls.values.compactMap { record -> QueuedCall? in
            guard let readyAt = record.readyAt, readyAt <= claim.now,
                Self.lane(of: record) == claim.lane
            else { return nil }
            let call = QueuedCall(
                id: record.id,
                to: record.terms.to,
                credentials: Self.profile(of: record),
                readyAt: readyAt,
                expiresAt: record.terms.expiresAt
            )
            return claim.after.map { call.position > $0 } ?? true ? call : nil
        }
        return Array(waiting.sorted { $0.position < $1.position }.prefix(claim.limit))
    }

    package mutating func claimDue(_ claim: DueClaim) throws(StoreError) -> [DueCall] {
        try self.read()
        self.pages += 1
        let due = self.calls.values.compactMap { record -> DueCall? in
            guard let at = record.timers.next, at <= claim.through else { return nil }
            let call = DueCall(at: at, id: record.id)
            return claim.after.map { call > $0 } ?? true ? call : nil
        }
        return Array(due.sorted().prefix(claim.limit))
    }

    package func claimLive(
        after: CallID?,
        limit: Int,
        lease: StoreLease
    ) throws(StoreError) -> [CallRecord] {
        try self.read()
        let live = self.calls.values.filter { record in
            record.isLive && (after.map { record.id > $0 } ?? true)
        }
        return Array(live.sorted { $0.id < $1.id }.prefix(limit))
    }

    package func lanes() throws(StoreError) -> [QueueLane] {
        try self.read()
        let lanes = self.calls.values.filter { $0.stage == .queued }.map(Self.lane)
        return Set(lanes).sorted()
    }

    package func guardHistory(_ query: GuardQuery) throws(StoreError) -> GuardHistory {
        try self.read()
        let newest = self.calls.values.sorted { $0.id > $1.id }
        let orders = newest.filter { $0.progress.submittedAt >= query.submittedSince }
        let rung = newest.filter { record in
            !record.progress.legs.isEmpty && !record.isLive
                && (record.progress.endedAt.map { $0 >= query.rungSince } ?? true)
        }
        return GuardHistory(
            record: self.guarding,
            orders: orders.prefix(query.limit).map { record in
                GuardHistory.Order(to: record.terms.to, at: record.progress.submittedAt)
            },
            rung: rung.prefix(query.limit).map { record in
                GuardHistory.Rung(to: record.terms.to, legs: record.progress.legs)
            }
        )
    }

    /// Counts a call that waits for nothing but its turn.
    func countReady(_ record: CallRecord, _ ready: inout [ReadyCount]) {
        guard record.readyAt != nil, record.timers[.ready] == nil else { return }
        let (lane, profile) = (Self.lane(of: record), Self.profile(of: record))
        if let index = ready.firstIndex(where: { $0.lane == lane && $0.credentials == profile }) {
            ready[index].calls += 1
        } else {
            ready.append(ReadyCount(lane: lane, credentials: profile, calls: 1))
        }
    }

    private static func lane(of record: CallRecord) -> QueueLane {
        QueueLane(priority: record.terms.priority, caller: record.caller)
    }

    private static func profile(of record: CallRecord) -> String? {
        switch record.terms.credentials {
        case .profile(let name): name
        case .ownCredentials: nil
        }
    }
}
