internal import CallEngine
internal import Cryptography
internal import PromptCallCore
internal import SQLiteCallStore

/// The daemon's judgement with a world around it, on one thread and one clock, all drawn from one
/// seed: callers, callees, Nexmo, receivers, subscribers, a disk, and what goes wrong.
///
/// ``EngineCore`` and the SQLite store are the real ones. What the core wants done is planned as
/// an event: first its effect outside, later the word of it; a crash may come between any two. A
/// ``SimulationModel`` beside it checks the promises of the design.
package final class Simulation {
    let options: SimulationOptions
    let faults: FaultMix
    var random: SplitMix64
    /// Time as it really is.
    var time = Simulation.epoch
    /// By how much the daemon's clock is off; the wall clock is set while it is down.
    var clockOffset = Duration.zero
    /// By how much the wall clock was set since the daemon's began.
    var wallLead = Duration.zero
    /// When its profile may place calls; nil where it may at any time.
    var hours: SimulatedHours?
    let mounted: MountedDisk
    var store: SteppedCallStore?
    /// Nil while the daemon is down.
    var core: EngineCore?
    /// When the core wants to be woken, by the daemon's clock.
    var wake: Timestamp?
    /// Counts the starts, so that what belongs to an earlier one is known to be void.
    var incarnation: UInt64 = 0
    var pending = PendingEvents<Event>()
    var nexmo: SimulatedNexmo
    var calls: [SimulatedCall] = []
    /// Which call an identifier is of.
    var indices: [CallID: Int] = [:]
    var subscribers: [SimulatedSubscriber] = []
    var receivers: SimulatedReceivers
    var waiting: [ReplyID: Waiting] = [:]
    var lastReply: ReplyID = 0
    var model: SimulationModel
    var result: SimulationResult
    /// Until when the disk is full, or slow.
    var diskFullUntil = Simulation.epoch
    var diskSlowUntil = Simulation.epoch
    /// Status webhooks are sent again where they are not taken, which is not documented.
    let repeatsStatuses: Bool
    /// Time during which the daemon or its disk did not serve.
    var outages: [ClosedRange<Timestamp>] = []
    var downSince: Timestamp?
    var ticksInPlace = 0
    /// All is done but for the subscribers, who come for what they have not read.
    var isReadingLast = false
    let tell: ((String) -> Void)?

    /// Something that happens at a moment.
    enum Event {
        /// An operation of an incarnation has its effect outside.
        case perform(EngineOperation, UInt64)
        /// Word of it reaches the core.
        case complete(EngineCompletion, UInt64)
        /// A leg does a step.
        case leg(SimulatedNexmo.Step, uuid: String)
        /// A webhook reaches the daemon.
        case webhook(SimulatedNexmo.Webhook)
        /// Nexmo waits no longer for an answer.
        case lostPatience(ReplyID)
        /// A call is submitted, or submitted again.
        case submit(Int)
        case cancel(Int)
        /// A subscriber goes on: it acknowledges, wants more, opens its stream or leaves it.
        case subscriber(Int, SubscriberStep)
        case crash(powerCut: Bool)
        case start
        case diskFills(Duration)
        case diskSlows(Duration)
        case forgery
        /// The wall clock is set while the daemon runs.
        case wallClock(Duration)
        /// The subscribers leave, for waiting callbacks may take days.
        case rest
        /// Old rows are deleted, or the log is copied into the database.
        case housekeeping
    }

    enum SubscriberStep {
        case open
        case goOn(SubscriptionID, acknowledge: EventCursor?)
        case leave(SubscriptionID)
    }

    /// Who waits for an answer.
    enum Waiting {
        case submit(Int)
        case cancel(Int)
        case webhook(SimulatedNexmo.Webhook)
        /// Somebody who made a webhook up, and may learn nothing.
        case forger
        case subscriber(Int, SubscriptionID)

        var isSubscriber: Bool {
            if case .subscriber = self { true } else { false }
        }
    }

    static let epoch = Timestamp(milliseconds: 1_700_000_000_000)
    /// Faults of the machine come within it.
    static let restlessTime = Duration.seconds(1800)
    /// All must have come to its end by then.
    static let timeMax = Duration.seconds(20 * 24 * 3600)
    static let stepsMax = 2_000_000
    static let callsPerSecond = 3

    package init(_ options: SimulationOptions, tell: ((String) -> Void)? = nil) {
        self.options = options
        self.tell = tell
        var random = SplitMix64(seed: options.seed)
        self.faults = FaultMix(options.faults, &random)
        self.mounted = MountedDisk(seed: random.next())
        self.nexmo = SimulatedNexmo(faults: self.faults, random: &random)
        self.receivers = SimulatedReceivers(faults: self.faults, random: &random)
        self.repeatsStatuses = random.chance(0.5)
        self.model = SimulationModel()
        self.result = SimulationResult(options: options)
        self.random = random.split()
    }

    /// Runs a simulation to its end.
    ///
    /// `tell` is told what happens, line by line.
    package static func run(
        _ options: SimulationOptions,
        tell: ((String) -> Void)? = nil
    ) -> SimulationResult {
        let simulation = Simulation(options, tell: tell)
        simulation.run()
        return simulation.result
    }

    // MARK: - The run

    private func run() {
        self.disk.makeFile(self.mounted.path)
        self.planWorld()
        self.start()
        while self.model.violations.isEmpty, !self.isSettled {
            guard self.step() else { break }
            if self.result.steps > Self.stepsMax || self.time - Self.epoch > Self.timeMax {
                self.model.violate("it never comes to its end: \(self.unsettled)")
            }
        }
        if self.model.violations.isEmpty { self.judgeEnd() }
        self.result.violations = self.model.violations
        self.result.rings = self.nexmo.legs.count
    }

    /// Handles the next event, or wakes the core; false where nothing is left to happen.
    private func step() -> Bool {
        let wake = self.wake.map { self.realTime(of: $0) }
        guard let next = [self.pending.next, wake].compactMap(\.self).min() else { return false }
        self.result.steps += 1
        let hasMoved = next > self.time
        self.time = max(self.time, next)
        if let at = self.pending.next, at <= self.time, let (_, event) = self.pending.popFirst() {
            self.ticksInPlace = 0
            self.handle(event)
        } else {
            self.ticksInPlace = hasMoved ? 0 : self.ticksInPlace + 1
            if self.ticksInPlace > 2 {
                self.model.violate("the core wants to be woken at once, again and again")
            }
            self.feed([.tick], [])
        }
        self.mayCrashNow()
        return true
    }

    /// Whether all that was ordered has come to its end, and everybody has read of it.
    private var isSettled: Bool {
        guard let counters = self.core?.counters, self.time > self.restEnd,
            counters.callbacksWaiting == 0, counters.stages.values.allSatisfy({ $0 == 0 }),
            self.calls.allSatisfy(\.isAnswered), self.nexmo.legs.allSatisfy({ $0.state == .over }),
            self.waiting.values.allSatisfy(\.isSubscriber)
        else { return false }
        if !self.isReadingLast {
            self.isReadingLast = true
            for index in self.subscribers.indices {
                self.plan(.subscriber(index, .open), after: .zero)
            }
        }
        return self.subscribers.allSatisfy { self.isUpToDate($0) }
    }

    private var restEnd: Timestamp { Self.epoch + Self.restlessTime + .seconds(60) }

    /// What has not come to its end, for the message.
    private var unsettled: String {
        let counters = self.core?.counters
        let stages = (counters?.stages ?? [:]).sorted { $0.key < $1.key }
            .filter { $0.value != 0 }.map { "\($0.key) \($0.value)" }
        let unanswered = self.calls.count { !$0.isAnswered }
        let behind = self.subscribers.filter { !self.isUpToDate($0) }.map(\.name)
        return "daemon \(self.core == nil ? "down" : "up"), stages \(stages), callbacks "
            + "\(counters?.callbacksWaiting ?? 0), submits \(unanswered), readers \(behind), legs "
            + "\(self.nexmo.legs.count { $0.state != .over })"
    }

    // MARK: - Time

    var disk: SimulatedDisk { self.mounted.disk }

    /// The daemon's clock.
    var now: Timestamp { self.time + self.clockOffset }

    /// When the daemon's clock shows a time.
    func realTime(of moment: Timestamp) -> Timestamp {
        // Far ahead means never.
        moment.milliseconds > Int64.max / 2 ? moment : moment - self.clockOffset
    }

    func plan(_ event: Event, in range: ClosedRange<Duration>) {
        self.pending.plan(event, at: self.time + self.random.duration(range))
    }

    func plan(_ event: Event, after duration: Duration) {
        self.pending.plan(event, at: self.time + duration)
    }

    /// The time of the run in which the machine may still fail.
    var isRestless: Bool { self.time < Self.epoch + Self.restlessTime }

    /// Whether something that makes calls end in other ways came between two moments.
    func hadOutage(from start: Timestamp, to end: Timestamp) -> Bool {
        self.outages.contains { $0.overlaps(start...max(start, end)) }
    }

    // MARK: - Handling

    private func handle(_ event: Event) {
        self.note(event)
        switch event {
        case .perform(let operation, let incarnation):
            if incarnation == self.incarnation, self.core != nil { self.perform(operation) }
        case .complete(let completion, let incarnation):
            if incarnation == self.incarnation { self.complete(completion) }
        case .leg(let step, let uuid):
            self.follow(self.nexmo.happened(step, to: uuid, at: self.time))
        case .webhook(let webhook):
            self.arrived(webhook)
        case .lostPatience(let reply):
            if case .webhook(let webhook)? = self.waiting.removeValue(forKey: reply) {
                self.notTaken(webhook)
            }
        case .submit(let index):
            self.submit(index)
        case .cancel(let index):
            self.cancel(index)
        case .subscriber(let index, let step):
            self.goOn(index, step)
        case .crash(let powerCut):
            self.crash(powerCut: powerCut)
        case .start:
            self.start()
        case .diskFills(let duration):
            self.diskFullUntil = self.time + duration
            self.disk.isFull = true
            self.outages.append(self.time...(self.time + duration + .seconds(5)))
        case .diskSlows(let duration):
            self.diskSlowUntil = self.time + duration
            self.outages.append(self.time...(self.time + duration + .seconds(5)))
        case .forgery:
            self.forge()
        case .wallClock(let lead):
            self.setWallClock(lead)
        case .rest:
            for index in self.subscribers.indices { self.leave(index) }
        case .housekeeping:
            self.keepHouse()
        }
    }

    private func complete(_ completion: EngineCompletion) {
        if case .committed(let committed) = completion {
            switch committed {
            case .success: self.result.commits += 1
            case .failure: self.result.commitsFailed += 1
            }
        }
        self.feed([], [completion])
    }
}
