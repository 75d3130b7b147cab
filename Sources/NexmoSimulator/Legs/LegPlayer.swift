/// Plays legs: carries out what their machines want and reports back.
struct LegPlayer: Sendable {
    let time: SimulatedTime
    let wallClock: WallClock
    let sender: WebhookSender
    let records: Watched<Records>
    let recorder: RequestRecorder?
    /// What the answer webhook calls the place where the leg lives.
    let regionURL: String

    /// Plays a leg to its end and returns when its last webhook is through.
    ///
    /// Events go out in order beside the leg, which does not wait for their receiver. Cancelled,
    /// it leaves the leg as it is.
    func play(_ leg: Leg) async {
        await withDiscardingTaskGroup { group in
            var step = leg.move(at: self.wallClock.now) { $0.placed() }
            while true {
                self.post(of: leg, in: &group)
                if Task.isCancelled { return }
                switch step {
                case .over: return
                case .sleep(let moment):
                    await leg.sleep(until: leg.placedAt + moment, self.time)
                    if Task.isCancelled { return }
                    let elapsed = self.time.now - leg.placedAt
                    let now = self.wallClock.now
                    step =
                        leg.carryOutCommand(after: elapsed, at: now)
                        ?? leg.move(at: now) { $0.timePassed(at: elapsed) }
                case .ask(let question):
                    let reply = await self.askAside(question, of: leg)
                    let elapsed = self.time.now - leg.placedAt
                    let now = self.wallClock.now
                    // Hung up or transferred meanwhile: the reply comes too late.
                    step =
                        leg.carryOutCommand(after: elapsed, at: now)
                        ?? leg.move(at: now) { $0.replied(reply, at: elapsed) }
                }
            }
        }
    }

    private func post(of leg: Leg, in group: inout DiscardingTaskGroup) {
        if leg.startsPosting() {
            group.addTask {
                while let webhook = leg.nextEvent() { await self.sender.tell(webhook) }
            }
        }
        for delayed in leg.takeDelayed() {
            group.addTask {
                do {
                    try await self.time.sleep(for: delayed.delay)
                    await self.sender.tell(delayed.webhook)
                } catch {
                    // Cancelled: nothing is sent any more.
                }
            }
        }
    }

    /// Asks in a task that ends with the answer.
    ///
    /// A task keeps the memory of its deepest call until it ends, and sending HTTP is deep: done
    /// in the leg's own task it would triple what a live leg costs.
    private func askAside(_ question: LegQuestion, of leg: Leg) async -> LegReply {
        await withTaskGroup(of: LegReply.self) { group in
            group.addTask { await self.ask(question, of: leg) }
            return await group.next() ?? .undelivered(reason: nil)
        }
    }

    private func ask(_ question: LegQuestion, of leg: Leg) async -> LegReply {
        guard let webhook = self.webhook(for: question, of: leg) else {
            return .undelivered(reason: "There is no URL for the input.")
        }
        guard !leg.loses(webhook.kind) else {
            self.sender.lose(webhook)
            return .undelivered(reason: nil)
        }
        if let lateness = leg.lateness() {
            do {
                try await self.time.sleep(for: lateness)
            } catch {
                // Cancelled: nothing is sent any more.
                return .undelivered(reason: nil)
            }
        }
        let answer = await self.sender.ask(webhook)
        self.recorder?.write(answer)
        if leg.doubles(webhook.kind) {
            let second = await self.sender.ask(webhook)
            if second != answer { self.object("A doubled webhook got another answer.", leg) }
        }
        let reply = answer.reply
        switch reply {
        case .ncco(let actions) where actions.isEmpty:
            self.object("An empty NCCO, whose effect is not known.", leg)
        case .unusable(let reason): self.object(reason, leg)
        case .undelivered(let reason): self.object(reason ?? "A webhook was not delivered.", leg)
        case .ncco, .nothing: break
        }
        return reply
    }

    private func object(_ objection: String, _ leg: Leg) {
        self.records.update { $0.object("\(leg.uuid): \(objection)") }
    }

    private func webhook(for question: LegQuestion, of leg: Leg) -> Webhook? {
        let facts = leg.facts
        let now = self.wallClock.now
        let (kind, address, body): (WebhookKind, WebhookAddress?, JSON) =
            switch question {
            case .answer(let address):
                (.answer, address, WebhookBody.answer(of: facts, region: self.regionURL))
            case .transfer(let address):
                (.answer, address, WebhookBody.answer(of: facts, region: self.regionURL))
            case .notify(let notify):
                (.notify, notify.webhook, WebhookBody.notify(notify.payload, of: facts, at: now))
            case .input(let input, let digits, let timedOut):
                (
                    .input, input.webhook ?? leg.request.events,
                    input.isLegacy || leg.plan.sendsLegacyInput
                        ? WebhookBody.legacyInput(
                            digits: digits,
                            timedOut: timedOut,
                            of: facts,
                            at: now
                        )
                        : WebhookBody.input(
                            digits: digits,
                            timedOut: timedOut,
                            of: facts,
                            at: now
                        )
                )
            }
        return address.map { address in
            Webhook(
                kind: kind,
                address: address,
                body: body,
                uuid: leg.uuid,
                numberEnd: String(facts.to.suffix(2))
            )
        }
    }
}
