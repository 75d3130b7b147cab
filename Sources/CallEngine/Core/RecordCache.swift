internal import DequeModule
package import PromptCallCore

/// Committed records in memory: all live calls, and a few that just were or are about to be.
package struct RecordCache: Sendable {
    private var records: [CallID: Held] = [:]
    /// Calls that are not live, the oldest first; some may have become live or gone since.
    private var warm: Deque<CallID> = []

    /// A record beside the table, which has room for more than it holds: an empty place there is
    /// a pointer and no record.
    private final class Held: Sendable {
        let record: CallRecord

        init(_ record: CallRecord) {
            self.record = record
        }
    }

    package init() {}

    package subscript(id: CallID) -> CallRecord? { self.records[id]?.record }

    /// How many records are held.
    package var count: Int { self.records.count }

    /// The live leg of a conversation, as far as it is known.
    package func liveLeg(conversationUUID: String) -> (CallID, leg: Int)? {
        self.liveLeg { $0.conversationUUID == conversationUUID }
    }

    /// The live leg that Nexmo calls so.
    package func liveLeg(uuid: String) -> (CallID, leg: Int)? {
        self.liveLeg { $0.uuid == uuid }
    }

    private func liveLeg(where isIt: (CallLeg) -> Bool) -> (CallID, leg: Int)? {
        for record in self.records.values.lazy.map(\.record) where record.isLive {
            guard let leg = record.leg, isIt(leg) else { continue }
            return (record.id, leg.number)
        }
        return nil
    }

    /// Holds what was committed or read.
    package mutating func keep(_ record: CallRecord) {
        let wasWarm = self.records[record.id].map { !$0.record.isLive } ?? false
        self.records[record.id] = Held(record)
        guard !record.isLive, !wasWarm else { return }
        self.warm.append(record.id)
        while self.warm.count > EngineLimits.warmRecordsMax, let oldest = self.warm.popFirst() {
            if let held = self.records[oldest], !held.record.isLive { self.records[oldest] = nil }
        }
    }

    /// Forgets a record that another daemon may have changed.
    package mutating func drop(_ id: CallID) {
        self.records[id] = nil
    }
}
