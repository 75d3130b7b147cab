internal import CallEngine
internal import PromptCallCore

// Callers, and what anybody is answered.
extension Simulation {
    /// Submits a call, again where its answer was lost.
    func submit(_ index: Int) {
        guard !self.calls[index].isAnswered else { return }
        guard self.core != nil else { return self.submitLater(index) }
        self.calls[index].submits += 1
        self.calls[index].submittedAt = self.calls[index].submittedAt ?? self.time
        let order = self.calls[index].order(
            at: self.now,
            wallLead: self.wallLead,
            random: &self.random
        )
        self.indices[order.record.id] = index
        self.met(.submit, order.record.id)
        self.ask(.submit(index)) { .submit(order, reply: $0) }
        // Twice at once, now and then, by two connections.
        if self.random.chance(0.05) {
            let again = self.calls[index].order(
                at: self.now,
                wallLead: self.wallLead,
                random: &self.random
            )
            self.indices[again.record.id] = index
            self.ask(.submit(index)) { .submit(again, reply: $0) }
        }
    }

    private func submitLater(_ index: Int) {
        self.plan(.submit(index), in: .milliseconds(500)...(.seconds(8)))
    }

    /// Ends a call early, which must be known by then.
    func cancel(_ index: Int) {
        guard let id = self.calls[index].accepted.min() else { return }
        guard self.core != nil else { return self.plan(.cancel(index), after: .seconds(3)) }
        self.met(.cancel, id)
        // It may be committed although its answer is lost.
        self.calls[index].cancelledAt = self.calls[index].cancelledAt ?? self.time
        self.ask(.cancel(index)) { .cancel(id, reply: $0) }
    }

    private func ask(_ waiting: Waiting, _ input: (ReplyID) -> EngineInput) {
        self.lastReply += 1
        let reply = self.lastReply
        self.waiting[reply] = waiting
        self.feed([input(reply)], [])
    }

    /// The connection of somebody who waits is lost.
    func cutOff(_ waiting: Waiting) {
        switch waiting {
        case .submit(let index):
            self.giveUpOrSubmitAgain(index)
        case .cancel(let index):
            self.plan(.cancel(index), after: .seconds(3))
        case .webhook(let webhook):
            self.notTaken(webhook)
        case .forger, .subscriber:
            break
        }
    }

    private func giveUpOrSubmitAgain(_ index: Int) {
        guard self.calls[index].isPersistent || self.calls[index].submits == 0 else {
            // Whether it was accepted is not known to its caller.
            self.calls[index].isRefused = true
            return
        }
        self.submitLater(index)
    }

    // MARK: - Answers

    /// Somebody is answered.
    func replied(_ id: ReplyID, _ reply: EngineReply) {
        // What comes too late is lost.
        guard let waiting = self.waiting.removeValue(forKey: id) else { return }
        switch (waiting, reply) {
        case (.submit(let index), .submitted(let call, _, _)):
            self.accepted(index, call)
        case (.submit(let index), .failed(let error)):
            self.refused(index, error)
        case (.cancel(let index), .failed(let error)):
            if error.code == .notFound {
                self.model.violate("a call that was accepted is not found")
            }
            self.plan(.cancel(index), after: error.retryAfter ?? .seconds(1))
        case (.cancel, .call):
            break
        case (.webhook(let webhook), .leg(let answer, _, _)):
            self.taken(webhook, answer)
        case (.webhook(let webhook), .failed):
            self.notTaken(webhook)
        case (.subscriber(let index, let stream), .events(let batch)):
            self.handedOut(batch, to: index, stream)
        case (.subscriber(let index, let stream), .failed(let error)):
            self.streamFailed(error, of: index, stream)
        case (.forger, .leg(.unknown, _, _)), (.forger, .failed):
            break
        case (.submit, _), (.cancel, _), (.webhook, _), (.forger, _), (.subscriber, _):
            self.model.violate("somebody was answered with something else: \(reply)")
        }
    }

    private func accepted(_ index: Int, _ id: CallID) {
        self.calls[index].accepted.insert(id)
        self.indices[id] = index
        self.model.check(
            self.calls[index].accepted.count == 1,
            "the request_id of call \(index) was accepted as two calls"
        )
        self.model.check(
            self.stored(id) != nil || self.disk.isOff,
            "a Submit was answered and is not stored"
        )
    }

    private func refused(_ index: Int, _ error: EngineError) {
        switch error.code {
        case .unavailable, .overloaded, .draining:
            self.giveUpOrSubmitAgain(index)
        case .waitTooLong:
            // Another time would be no better: `expires_at` stays where it is. It may have been
            // accepted before, which the RPC handler would find out and here nobody asks.
            self.calls[index].isRefused = true
        case .notFound, .alreadyExists, .cursorExpired, .cursorInvalid, .acknowledgementInvalid,
            .takenOver, .storeDamaged, .guardPrefix, .guardPerNumber, .guardPerRange, .guardSpend,
            .internal:
            self.model.violate("a Submit was refused: \(error.message)")
        }
    }
}
