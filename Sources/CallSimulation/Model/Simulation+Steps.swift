internal import CallEngine
internal import PromptCallCore
internal import SQLiteCallStore

// The promises that hold at every step.
extension Simulation {
    /// Checks that an operation tells nobody what is not durable.
    func check(_ operation: EngineOperation) {
        switch operation {
        case .place(let record, let leg, _, _):
            // It was decided a moment ago, or longer where the disk is slow.
            let isOpen = [Duration.zero, .seconds(-15)].contains { ago in
                self.hours?.opening(at: self.now + self.wallLead + ago) == nil
            }
            let isFree = record.terms.priority == .urgent || self.model.clockWasSet
            self.model.check(
                isOpen || isFree || record.terms.credentials == .ownCredentials,
                "call \(self.name(record.id)) is placed outside the calling hours"
            )
            self.checkStored(record.id, "a call is placed before PLACING is durable") { stored in
                stored.stage == .placing && stored.leg?.number == leg
                    && stored.version == record.version
            }
        case .hangUp(let id, let leg, _):
            self.checkStored(id, "a leg is hung up before that is durable") { stored in
                let legs = stored.progress.legs
                return legs.indices.contains(leg - 1) && legs[leg - 1].hangUpAsked
            }
        case .leaveMessage(let record, _, _):
            self.checkStored(record.id, "a message is left before that is durable") { stored in
                stored.dialogue.messagesAsked >= record.dialogue.messagesAsked
                    || stored.progress.legs.count > record.progress.legs.count
            }
        case .deliverCallback(let record):
            self.checkStored(record.id, "a callback is sent of what is not durable") { stored in
                stored == record && stored.stage == .ended
            }
        case .reply(_, .call(let record)), .reply(_, .leg(_, let record, _)):
            self.checkStored(record.id, "somebody is told what is not durable") { stored in
                // Of a later leg the dialogue is another.
                let isLater = stored.progress.legs.count > record.progress.legs.count
                let hasEntries =
                    stored.dialogue.entries.count >= record.dialogue.entries.count || isLater
                return stored.eventCount >= record.eventCount && hasEntries
            }
        case .commit(let batch):
            let ids = batch.transitions.map(\.record.id) + batch.submissions.map(\.record.id)
            self.model.check(Set(ids).count == ids.count, "a batch has a call twice")
            self.model.check(
                ids.count <= 2 * EngineLimits.batchMax,
                "a batch has \(ids.count) calls"
            )
        case .reply, .load, .readBack, .claimQueued, .claimDue, .readEvents, .fetch, .search:
            break
        }
    }

    private func checkStored(
        _ id: CallID,
        _ message: String,
        _ condition: (CallRecord) -> Bool
    ) {
        guard !self.disk.isOff, self.model.violations.isEmpty else { return }
        let fault = self.disk.fault
        self.disk.fault = nil
        defer { self.disk.fault = fault }
        self.model.check(
            self.stored(id).map(condition) ?? false,
            "\(message) (call \(self.name(id)))"
        )
    }

    /// A daemon that does not start must have a reason that passes.
    func check(startFailed error: any Error) {
        let isPassing: Bool
        switch error {
        case let error as StoreError: isPassing = error.code == .unavailable
        case let error as StoreOpenError: isPassing = error.code == .failed && self.isDiskInTrouble
        default: isPassing = false
        }
        self.model.check(isPassing, "the daemon does not start: \(error)")
    }

    private var isDiskInTrouble: Bool { self.disk.isFull || self.disk.isOff }

    /// A call by its index, which is the same in each run.
    func name(_ id: CallID) -> String {
        self.indices[id].map { "\($0)" } ?? "\(id)"
    }
}
