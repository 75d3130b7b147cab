/// Which calls are meant: every part that is set must match.
package struct CallFilter: Equatable, Sendable {
    /// One of these; empty for any.
    package var ids: [CallID] = []
    /// All of these.
    package var labels: [CallLabel] = []
    /// One of these; empty for any.
    package var statuses: [CallStatus] = []
    /// One of these; empty for any.
    package var stages: [CallStage] = []
    /// One of these; empty for any.
    package var reasons: [CallReason] = []
    package var submittedAfter: Timestamp?
    package var submittedBefore: Timestamp?
    package var to: PhoneNumber?
    package var requestID: String?
    /// Who submitted them; nil for everybody.
    package var caller: String?

    package init() {}

    /// Whether a call matches what never changes of it.
    package func matches(_ record: CallRecord, at progress: CallProgress) -> Bool {
        (self.caller.map { $0 == record.caller } ?? true)
            && (self.ids.isEmpty || self.ids.contains(record.id))
            && self.labels.allSatisfy(record.terms.labels.contains)
            && (self.statuses.isEmpty || progress.status.map(self.statuses.contains) ?? false)
            && (self.stages.isEmpty || self.stages.contains(progress.stage))
            && (self.reasons.isEmpty || progress.reason.map(self.reasons.contains) ?? false)
            && (self.submittedAfter.map { progress.submittedAt > $0 } ?? true)
            && (self.submittedBefore.map { progress.submittedAt < $0 } ?? true)
            && (self.to.map { $0 == record.terms.to } ?? true)
            && (self.requestID.map { $0 == record.terms.requestID } ?? true)
    }
}

/// Asks for a page of calls.
package struct ListPage: Equatable, Sendable {
    package var filter: CallFilter
    /// The last call of the page before; nil for the first page.
    package var after: CallID?
    /// 1 to 1,000.
    package var limit: Int

    package init(filter: CallFilter, after: CallID? = nil, limit: Int) {
        self.filter = filter
        self.after = after
        self.limit = limit
    }
}
