internal import CallEngine
internal import PromptCallCore

// What is told of a run, for whoever wants to know how it came to a failure.
extension Simulation {
    /// Tells something, with the time since the beginning in seconds.
    func note(_ what: @autoclosure () -> String) {
        guard let tell = self.tell else { return }
        let milliseconds = Int64((self.time - Self.epoch) / .milliseconds(1))
        let fraction = String(milliseconds % 1000 + 1000).dropFirst()
        tell("\(milliseconds / 1000).\(fraction) \(what())")
    }

    func note(_ event: Event) {
        guard self.tell != nil else { return }
        switch event {
        case .perform(let operation, _): self.note(self.words(operation))
        case .complete(let completion, _): self.note(self.words(completion))
        case .webhook(let webhook):
            self.note(
                "webhook of call \(self.name(webhook.call)), leg \(webhook.leg), try \(webhook.tries + 1): \(webhook.event)"
            )
        case .submit(let index): self.note("submit call \(index)")
        case .cancel(let index): self.note("cancel call \(index)")
        case .leg(let step, let uuid):
            let call = self.nexmo.leg(uuid).map { self.name($0.call) } ?? "?"
            self.note("leg \(uuid) of call \(call): \(step)")
        case .lostPatience(let reply):
            if case .webhook(let webhook)? = self.waiting[reply] {
                self.note(
                    "no answer to a webhook of call \(self.name(webhook.call)): \(webhook.event)"
                )
            }
        case .subscriber, .crash, .start, .diskFills, .diskSlows, .forgery, .wallClock, .rest,
            .housekeeping:
            self.note("\(event)")
        }
    }

    private func words(_ operation: EngineOperation) -> String {
        switch operation {
        case .load(let id): "load call \(self.name(id))"
        case .commit(let batch):
            "commit" + batch.submissions.map { " new call \(self.name($0.record.id))" }.joined()
                + batch.transitions.map { " [\(self.words($0))]" }.joined()
        case .readBack(let ids): "read back" + ids.map { " call \(self.name($0))" }.joined()
        case .claimQueued(let claim): "claim queued \(claim.lane.priority) of \(claim.lane.caller)"
        case .claimDue: "claim timers"
        case .readEvents(let id, let after, _, _): "read events of stream \(id) after \(after)"
        case .place(let record, let leg, _, _): "place call \(self.name(record.id)), leg \(leg)"
        case .hangUp(let id, let leg, _): "hang up call \(self.name(id)), leg \(leg)"
        case .leaveMessage(let record, let leg, _):
            "leave a message on call \(self.name(record.id)), leg \(leg)"
        case .fetch(let id, let leg, _): "fetch call \(self.name(id)), leg \(leg)"
        case .search(let id, let leg, _): "search call \(self.name(id)), leg \(leg)"
        case .deliverCallback(let record): "deliver call \(self.name(record.id))"
        case .reply: "reply"
        }
    }

    private func words(_ transition: Transition) -> String {
        let record = transition.record
        let events = transition.events.map { " \($0.kind)" }.joined()
        let timers = record.timers.all.map { timer, at in
            " \(timer)@\((self.realTime(of: at) - Self.epoch) / .seconds(1))"
        }
        let verdicts = record.dialogue.entries.map { " \($0.verdict)" }.joined()
        return "call \(self.name(record.id)) v\(record.version) \(record.stage)"
            + " legs \(record.progress.legs.count) turn \(record.dialogue.turn)\(verdicts)"
            + (record.decided.map { " decided \($0.name)" } ?? "")
            + (record.leg?.fault.map { " fault \($0)" } ?? "")
            + " events\(events) timers\(timers.joined())"
    }

    private func words(_ completion: EngineCompletion) -> String {
        switch completion {
        case .loaded(let id, let result): "loaded call \(self.name(id)): \(Self.words(result))"
        case .committed(let result): "committed: \(Self.words(result))"
        case .readBack(let result): "read back: \(Self.words(result))"
        case .queuedClaimed(let lane, let result):
            "claimed queued \(lane.priority) of \(lane.caller): \(Self.words(result))"
        case .dueClaimed(let result): "claimed timers: \(Self.words(result))"
        case .eventsRead(let id, let result): "events read of stream \(id): \(Self.words(result))"
        case .placementSent(let id): "placement of call \(self.name(id)) sent"
        case .placement(let id, let leg, let answer):
            "placement of call \(self.name(id)), leg \(leg): \(answer)"
        case .hangUp(let id, let leg, let answer):
            "hang-up of call \(self.name(id)), leg \(leg): \(answer)"
        case .message(let id, let leg, let answer):
            "message on call \(self.name(id)), leg \(leg): \(answer)"
        case .fetch(let id, let leg, let answer):
            "fetched call \(self.name(id)), leg \(leg): \(answer)"
        case .search(let id, let leg, let answer):
            "searched call \(self.name(id)), leg \(leg): \(answer)"
        case .callback(let id, let answer):
            "callback of call \(self.name(id)): \(answer.httpStatus)"
        }
    }

    private static func words<Value>(_ result: Result<Value, StoreError>) -> String {
        switch result {
        case .success: "ok"
        case .failure(let error): "\(error.code)"
        }
    }
}
