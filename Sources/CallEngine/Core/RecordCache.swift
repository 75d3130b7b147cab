internal import DequeModule
package import PromptCallCore

/// Committed records in memory: all live calls, and a few that just were or are about to be.
package struct RecordCache: Sendable {
    private var records: [CallID: CallRecord] = [:]
    /// Calls that are not live, the oldest first; some may have become live or gone since.
    private var warm: Deque<CallID> = []

    package init() {}

    package subscript(id: CallID) -> CallRecord? { self.records[id] }

    /// How many records are held.
    package var count: Int { self.records.count }

    /// The live leg of a conversation, as far as it is known.
    package func liveLeg(conversationUUID: String) -> (CallID, leg: Int)? {
        for record in self.records.values where record.isLive {
            guard let leg = record.leg, leg.conversationUUID == conversationUUID else { continue }
            return (record.id, leg.number)
        }
        return nil
    }

    /// Holds what was committed or read.
    package mutating func keep(_ record: CallRecord) {
        let wasWarm = self.records[record.id].map { !$0.isLive } ?? false
        self.records[record.id] = record
        guard !record.isLive, !wasWarm else { return }
        self.warm.append(record.id)
        while self.warm.count > EngineLimits.warmRecordsMax, let oldest = self.warm.popFirst() {
            if let held = self.records[oldest], !held.isLive { self.records[oldest] = nil }
        }
    }

    /// Forgets a record that another daemon may have changed.
    package mutating func drop(_ id: CallID) {
        self.records[id] = nil
    }
}
