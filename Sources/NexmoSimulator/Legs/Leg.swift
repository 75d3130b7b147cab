import Synchronization

/// A leg at work: its machine behind a lock, what was asked of it, and events to be sent.
final class Leg: Sendable {
    /// What the REST API asks of a live leg.
    enum Command: Sendable {
        case hangUp
        case transfer(CallRequest.Beginning, conversationUUID: String)
    }

    /// An event and how late it is.
    struct Delayed: Sendable {
        var webhook: Webhook
        var delay: Duration
    }

    private struct State {
        var machine: LegMachine
        var facts: LegFacts
        /// What was known before the latest event; nil until the callee is reached.
        var earlierFacts: LegFacts?
        var random: SeededRandom
        var commands: [Command] = []
        var nap: Task<Void, Never>?
        var outbox: [Webhook] = []
        var delayed: [Delayed] = []
        var isPosting = false
    }

    /// Most commands that wait while a webhook is on its way; more are refused.
    static let commandsMax = 16
    /// Most events that wait while the receiver is slow; more are dropped.
    static let outboxMax = 256

    let uuid: String
    let request: CallRequest
    let plan: CalleePlan
    /// Simulated time since the simulator began.
    let placedAt: Duration
    let settings: LegSettings
    private let state: Mutex<State>

    init(
        facts: LegFacts,
        request: CallRequest,
        plan: CalleePlan,
        placedAt: Duration,
        settings: LegSettings,
        random: SeededRandom
    ) {
        self.uuid = facts.uuid
        self.request = request
        self.plan = plan
        self.placedAt = placedAt
        self.settings = settings
        let machine = LegMachine(
            request: request,
            plan: plan,
            bargeInTimer: settings.bargeInTimer
        )
        self.state = Mutex(State(machine: machine, facts: facts, random: random))
    }

    var facts: LegFacts { self.state.withLock { $0.facts } }
    /// What was known before the latest event; nil where that was nothing.
    var earlierFacts: LegFacts? { self.state.withLock { $0.earlierFacts } }
    var hasEnded: Bool { self.state.withLock { $0.machine.state == .ended } }

    // MARK: The REST side

    /// Why a command is refused.
    enum Refusal: Equatable, Sendable {
        case ended
        /// The leg is in no state for it.
        case inapplicable
    }

    /// Takes a command, to be carried out at once or after the webhook that is on its way.
    func take(_ command: Command) -> Refusal? {
        self.state.withLock { state in
            guard state.machine.state != .ended else { return .ended }
            if case .transfer = command, !state.machine.isTransferable { return .inapplicable }
            guard state.commands.count < Self.commandsMax else { return .inapplicable }
            state.commands.append(command)
            state.nap?.cancel()
            return nil
        }
    }

    // MARK: The player's side

    /// Lets the machine move; its events are ready for sending afterwards.
    func move(at now: WallTime, _ body: (inout LegMachine) -> LegMove) -> LegStep {
        self.state.withLock { state in
            let wasSilenced = state.machine.isSilenced
            let move = body(&state.machine)
            self.note(move.events, isTold: !wasSilenced, at: now, in: &state)
            return move.step
        }
    }

    /// Carries out a command that waits; nil where none does.
    func carryOutCommand(after elapsed: Duration, at now: WallTime) -> LegStep? {
        self.state.withLock { state in
            guard !state.commands.isEmpty else { return nil }
            let wasSilenced = state.machine.isSilenced
            let move: LegMove
            switch state.commands.removeFirst() {
            case .hangUp:
                move = state.machine.hangupRequested(at: elapsed)
                self.note(move.events, isTold: !wasSilenced, at: now, in: &state)
            case .transfer(let beginning, let conversationUUID):
                move = state.machine.transferRequested(beginning, at: elapsed)
                self.note(
                    move.events,
                    isTold: !wasSilenced,
                    transfer: conversationUUID,
                    at: now,
                    in: &state
                )
            }
            return move.step
        }
    }

    /// Sleeps until a simulated moment, a command or cancellation.
    func sleep(until moment: Duration, _ time: SimulatedTime) async {
        // Awaited below; a command ends it by cancelling it, and its error says no more than that.
        let nap = Task { _ = try? await time.sleep(until: moment) }
        let isWanted = self.state.withLock { state in
            state.nap = nap
            return !state.commands.isEmpty
        }
        if isWanted { nap.cancel() }
        await withTaskCancellationHandler {
            await nap.value
        } onCancel: {
            nap.cancel()
        }
        self.state.withLock { $0.nap = nil }
    }

    /// Whether somebody has to start posting; true makes it the caller.
    func startsPosting() -> Bool {
        self.state.withLock { state in
            guard !state.isPosting, !state.outbox.isEmpty else { return false }
            state.isPosting = true
            return true
        }
    }

    /// The next event in order; nil ends the posting.
    func nextEvent() -> Webhook? {
        self.state.withLock { state in
            guard !state.outbox.isEmpty else {
                state.isPosting = false
                return nil
            }
            return state.outbox.removeFirst()
        }
    }

    /// Events that are late and need not keep their order.
    func takeDelayed() -> [Delayed] {
        self.state.withLock { state in
            defer { state.delayed = [] }
            return state.delayed
        }
    }

    /// Whether a webhook is never sent: by plan, or as one of the share that is lost.
    func loses(_ kind: WebhookKind) -> Bool {
        self.state.withLock { self.loses(kind, in: &$0) }
    }

    /// Whether a webhook is sent twice: by plan, or as one of the share that is doubled.
    func doubles(_ kind: WebhookKind) -> Bool {
        self.state.withLock { self.doubles(kind, in: &$0) }
    }

    /// By how much a webhook that wants an NCCO is late; nil where it is not.
    func lateness(of kind: WebhookKind) -> Duration? {
        self.state.withLock { self.lateness(of: kind, in: &$0) }
    }

    private func loses(_ kind: WebhookKind, in state: inout State) -> Bool {
        self.plan.lostWebhooks.contains(kind)
            || Self.draws(self.settings.faults.lostWebhooks, &state)
    }

    private func doubles(_ kind: WebhookKind, in state: inout State) -> Bool {
        self.plan.doubledWebhooks.contains(kind)
            || Self.draws(self.settings.faults.doubledWebhooks, &state)
    }

    private func lateness(of kind: WebhookKind, in state: inout State) -> Duration? {
        if let delay = self.plan.webhookDelays[kind] { return delay }
        let faults = self.settings.faults
        guard Self.draws(faults.delayedWebhooks, &state) else { return nil }
        return faults.delayMax * state.random.share()
    }

    private static func draws(_ share: Double, _ state: inout State) -> Bool {
        share > 0 && state.random.share() < share
    }

    private func note(
        _ events: [LegEvent],
        isTold: Bool,
        transfer conversationUUID: String? = nil,
        at now: WallTime,
        in state: inout State
    ) {
        for event in events {
            if event != .started { state.earlierFacts = state.facts }
            let old = state.facts.conversationUUID
            if case .transfer = event, let conversationUUID {
                state.facts.conversationUUID = conversationUUID
            }
            Self.note(event, at: now, in: &state.facts)
            guard isTold else { continue }
            let body: JSON
            switch event {
            case .transfer:
                body = WebhookBody.transfer(
                    from: old,
                    to: state.facts.conversationUUID,
                    uuid: self.uuid,
                    at: now
                )
            case .recorded(let record):
                let recordingUUID = state.random.uuid()
                body = WebhookBody.recorded(
                    record,
                    recordingUUID: recordingUUID,
                    of: state.facts,
                    at: now
                )
            case .started, .ringing, .answered, .human, .machine, .unreached, .completed, .error:
                body = WebhookBody.event(
                    event,
                    of: state.facts,
                    at: now,
                    shape: self.settings.shape
                )
            }
            self.enqueue(body, for: event, in: &state)
        }
    }

    private static func note(_ event: LegEvent, at now: WallTime, in facts: inout LegFacts) {
        if let status = event.status { facts.status = status }
        switch event {
        case .answered: facts.answeredAt = now
        case .completed(let duration, _, _):
            facts.duration = duration
            facts.endedAt = now
        case .unreached:
            facts.duration = 0
            facts.endedAt = now
        case .started, .ringing, .human, .machine, .error, .transfer, .recorded: break
        }
    }

    /// Where an event goes; nil where nobody is told.
    private func address(of event: LegEvent) -> WebhookAddress? {
        let application = self.settings.applicationEvents
        return switch event {
        case .recorded(let record): record.webhook ?? self.request.events ?? application
        // To the application, it is said (reference, section 5.4).
        case .error: application ?? self.request.events
        case .started, .ringing, .answered, .human, .machine, .unreached, .completed, .transfer:
            self.request.events ?? application
        }
    }

    private func enqueue(_ body: JSON, for event: LegEvent, in state: inout State) {
        guard let address = self.address(of: event) else { return }
        let webhook = Webhook(
            kind: event.kind,
            address: address,
            body: body,
            uuid: self.uuid,
            numberEnd: String(self.request.to.suffix(2)),
            isLost: self.loses(event.kind, in: &state)
        )
        let count = self.doubles(event.kind, in: &state) ? 2 : 1
        for _ in 0..<count {
            let jitter = self.plan.eventJitter
            let delay =
                jitter > .zero
                ? jitter * state.random.share() : self.lateness(of: event.kind, in: &state)
            if let delay {
                state.delayed.append(Delayed(webhook: webhook, delay: delay))
            } else if state.outbox.count < Self.outboxMax {
                state.outbox.append(webhook)
            }
        }
    }
}
