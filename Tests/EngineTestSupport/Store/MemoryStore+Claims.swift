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
