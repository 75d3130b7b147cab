internal import CallEngine
internal import PromptCallCore

// What Nexmo does, and its webhooks on their way.
extension Simulation {
    /// Nexmo waits so long for an answer.
    private static let patience = Duration.seconds(10)
    private static let tryAgain = Duration.seconds(1)

    func follow(_ consequences: [SimulatedNexmo.Consequence]) {
        for consequence in consequences {
            switch consequence {
            case .step(let step, let uuid, let after):
                self.pending.plan(.leg(step, uuid: uuid), at: self.time + after)
            case .webhook(let webhook):
                self.send(webhook)
            }
        }
    }

    /// Sends a webhook, as the faults let it.
    private func send(_ webhook: SimulatedNexmo.Webhook) {
        if self.random.chance(self.faults[.webhooksLost]) {
            self.touched(webhook.call, by: .webhooksLost)
            return self.plan(.lostPatience(self.lost(webhook)), after: Self.patience)
        }
        var way: ClosedRange<Duration> = .milliseconds(10)...(.milliseconds(80))
        if self.random.chance(self.faults[.webhooksDelayed]) {
            self.touched(webhook.call, by: .webhooksDelayed)
            way = .milliseconds(10)...(.seconds(15))
        }
        self.plan(.webhook(webhook), in: way)
        if self.random.chance(self.faults[.webhooksDoubled]) {
            self.touched(webhook.call, by: .webhooksDoubled)
            self.plan(.webhook(webhook), in: .milliseconds(10)...(.seconds(20)))
        }
    }

    /// Nobody will answer it, and Nexmo waits all the same.
    private func lost(_ webhook: SimulatedNexmo.Webhook) -> ReplyID {
        self.lastReply += 1
        self.waiting[self.lastReply] = .webhook(webhook)
        return self.lastReply
    }

    /// A webhook reaches the host of the daemon.
    func arrived(_ webhook: SimulatedNexmo.Webhook) {
        guard self.core != nil else { return self.notTaken(webhook) }
        self.met(SimulationCoverage.Input(webhook.event), webhook.call)
        self.lastReply += 1
        let reply = self.lastReply
        self.waiting[reply] = .webhook(webhook)
        self.plan(.lostPatience(reply), after: Self.patience)
        let event = webhook.event
        self.feed([.legEvent(event, call: webhook.call, leg: webhook.leg, reply: reply)], [])
    }

    /// A webhook was answered.
    func taken(_ webhook: SimulatedNexmo.Webhook, _ answer: LegAnswer) {
        switch answer {
        case .directive(let directive):
            self.model.check(
                webhook.wantsInstructions,
                "a webhook was answered with instructions that wants none"
            )
            self.follow(self.nexmo.told(directive, by: webhook))
        case .noted:
            self.model.check(
                !webhook.wantsInstructions,
                "a webhook was answered without the instructions that it wants"
            )
        case .unknown:
            self.model.violate("a webhook that Nexmo was told to send is unknown")
        }
    }

    /// A webhook was not answered, or by 5xx: it is sent again, or given up.
    func notTaken(_ webhook: SimulatedNexmo.Webhook) {
        let triesMax = webhook.wantsInstructions || self.repeatsStatuses ? 2 : 1
        guard webhook.tries + 1 < triesMax else {
            return self.follow(self.nexmo.gaveUp(webhook))
        }
        var again = webhook
        again.tries += 1
        self.plan(.webhook(again), after: Self.tryAgain)
    }
}
