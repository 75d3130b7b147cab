internal import CallEngine
internal import PromptCallCore

// The promises that hold at every operation.
extension EngineHarness {
    /// Names an operation by its case.
    static func kind(of operation: EngineOperation) -> String {
        switch operation {
        case .load: "load"
        case .commit: "commit"
        case .readBack: "readBack"
        case .claimQueued: "claimQueued"
        case .claimDue: "claimDue"
        case .readEvents: "readEvents"
        case .place: "place"
        case .hangUp: "hangUp"
        case .leaveMessage: "leaveMessage"
        case .fetch: "fetch"
        case .search: "search"
        case .deliverCallback: "deliverCallback"
        case .reply: "reply"
        }
    }

    /// Checks that an operation tells nobody what is not durable.
    func check(_ operation: EngineOperation) {
        switch operation {
        case .place(let record, let leg, _, _):
            let stored = self.store.calls[record.id]
            let isWritten =
                stored?.stage == .placing && stored?.leg?.number == leg
                && stored?.version == record.version
            self.require(isWritten, "A call is placed before PLACING is durable.")
        case .hangUp(let id, let leg, _):
            let legs = self.store.calls[id]?.progress.legs ?? []
            let isWritten = legs.indices.contains(leg - 1) && legs[leg - 1].hangUpAsked
            self.require(isWritten, "A leg is hung up before that is durable.")
        case .deliverCallback(let record):
            let stored = self.store.calls[record.id]
            self.require(
                stored?.stage == .ended && stored == record,
                "A callback is sent of what is not durable."
            )
        case .reply(_, let reply):
            self.check(reply)
        case .commit(let batch):
            let ids = batch.transitions.map(\.record.id) + batch.submissions.map(\.record.id)
            self.require(Set(ids).count == ids.count, "A batch has a call twice.")
        case .leaveMessage(let record, _, _):
            self.require(
                self.store.calls[record.id]?.dialogue.message == .asked,
                "A message is left before that is durable."
            )
        case .load, .readBack, .claimQueued, .claimDue, .readEvents, .fetch, .search:
            break
        }
    }

    private func check(_ reply: EngineReply) {
        switch reply {
        case .submitted(let id, _, _):
            self.require(self.store.calls[id] != nil, "A Submit is answered before it is durable.")
        case .call(let record), .leg(_, let record, _):
            let isWritten = self.store.calls[record.id].map { stored in
                stored.eventCount >= record.eventCount && stored.stage >= record.stage
                    && stored.dialogue.entries.count >= record.dialogue.entries.count
            }
            self.require(isWritten ?? false, "Somebody is told what is not durable.")
        case .events(.events(let events)):
            for event in events {
                self.require(
                    self.store.event(at: event.stored.cursor) == event.stored.event,
                    "An event is handed out that is stored elsewhere or not at all."
                )
            }
        case .events(.heartbeat(let cursor)):
            self.require(
                self.store.newest.covers(cursor),
                "A heartbeat is ahead of what is stored."
            )
        case .guarding(let report):
            self.require(
                self.store.guarding.resetAt == report.resetAt,
                "A reset of the guard is told before it is durable."
            )
        case .failed:
            break
        }
    }

    private func require(_ condition: Bool, _ message: String) {
        if !condition { self.violations.append(message) }
    }
}
