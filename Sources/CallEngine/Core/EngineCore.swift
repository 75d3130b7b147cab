internal import DequeModule
package import PromptCallCore

/// The engine's judgement, without threads, clock or I/O.
///
/// Inputs and completions go in, operations come out. Inputs wait in the inbox while a commit is
/// under way, are judged together when the next batch is cut, and only once that batch is durable
/// do its replies and effects leave. Fed the same, it does the same: no order of a hash table
/// reaches an operation.
package struct EngineCore: Sendable {
    var inbox: Deque<InboxEntry> = []
    var submissions: Deque<SubmitEntry> = []
    var cache = RecordCache()
    var loading = LoadingCalls()
    var inFlight: InFlight?
    /// New calls that are durable while nobody was told yet: those that came meanwhile were sent
    /// to the store first, so that it need not wait.
    var unsettled: Unsettled?
    /// After a failed commit: when the next may be tried.
    var commitRetryAt: Timestamp?
    /// After a failed read: when the next may be tried.
    var readRetryAt: Timestamp?
    var due = DueIndex()
    var placer: Placer
    var backlog: Backlog
    var fraudGuard: FraudGuard
    /// Whoever reset the breaker since the last batch was cut.
    var resetReplies: [ReplyID] = []
    var webhooks = WebhookWatch(from: Timestamp(milliseconds: .min))
    var budget = RequestBudget()
    var courier = Courier()
    var feed = EventFeed()
    var waiters = Waiters()
    var ownCredentials: [CallID: OwnCredentials] = [:]
    var lateCredentials: Deque<CallID> = []
    package internal(set) var counters = EngineCounters()
    /// Operations decided so far in this step.
    var operations: [EngineOperation] = []
    let configuration: EngineConfiguration
    var profiles: [String: EngineConfiguration.ProfileSettings]
    private var jitter: JitterSource
    /// How far the wall clock is ahead of the engine's, within a second.
    package internal(set) var wallLead = Duration.zero
    var isRecovering = true
    package internal(set) var isDraining = false
    /// The drain is the last thing this process does.
    var isStopping = false
    package internal(set) var isPaused = false
    /// What was found of a damaged store; nothing is taken or placed any more.
    package internal(set) var damage: String?

    /// A batch on its way to the store.
    struct InFlight: Sendable {
        var batch: Batch
        var subscriptions: [SubscriptionRecord]
        var guarding: Guarding?
        /// Its fate is unknown and it is being read back.
        var isReadBack = false
    }

    /// A batch that was written, and what became of it.
    struct Unsettled: Sendable {
        var batch: Batch
        var answer: CommitAnswer
    }

    package init(_ configuration: EngineConfiguration) {
        self.configuration = configuration
        self.profiles = configuration.profiles
        self.placer = Placer(configuration)
        self.backlog = Backlog(configuration)
        self.fraudGuard = FraudGuard(configuration.guardRules)
        self.jitter = JitterSource(seed: configuration.seed)
    }

    /// Takes what has come, and returns what is to be done, in order.
    package mutating func step(
        _ inputs: [EngineInput],
        _ completions: [EngineCompletion],
        at now: Timestamp
    ) -> [EngineOperation] {
        if self.commitRetryAt.map({ $0 <= now }) ?? false { self.commitRetryAt = nil }
        if self.readRetryAt.map({ $0 <= now }) ?? false { self.readRetryAt = nil }
        self.settleWhatIsOwed(at: now)
        // What came while a batch was written goes with the next one.
        for input in inputs { self.take(input, at: now) }
        for completion in completions { self.take(completion, at: now) }
        self.fireTimers(at: now)
        // What is judged without a commit may free a number or leave inputs behind.
        repeat {
            self.placeWhatMay(at: now)
            for id in self.courier.take() { self.enqueue(.deliveryCame, of: id) }
        } while self.cutBatch(at: now)
        self.readRecords()
        self.askForPages(at: now)
        self.operations += self.budget.take(at: now)
        defer { self.operations = [] }
        return self.operations
    }

    /// When it must be stepped again although nothing came.
    package func nextWake(after now: Timestamp) -> Timestamp? {
        let mayCommit = self.inFlight == nil && self.commitRetryAt == nil
        let times = [
            self.unsettled.map { _ in now },
            self.due.nextTimer,
            // What keeps it from asking for pages wakes it when that is over.
            self.mayAskForPages ? self.due.nextPage : nil,
            self.mayPlace ? self.placer.nextPick(after: now) : nil,
            self.budget.next,
            self.feed.nextHeartbeat,
            mayCommit ? self.feed.nextStore : nil,
            self.commitRetryAt,
            self.readRetryAt,
        ]
        return times.compactMap(\.self).min()
    }

    /// Calls in memory, for the measure of memory.
    package var cachedCalls: Int { self.cache.count }

    /// Calls whose own credentials are in memory.
    package var heldCredentials: Int { self.ownCredentials.count }

    package var subscribers: Int { self.feed.count }

    package var profilesInTrouble: [ProfileTrouble] { self.placer.profilesInTrouble }

    /// Since when no webhook comes although legs are answered; nil where all is well.
    package var webhooksSilentSince: Timestamp? { self.webhooks.silentSince }

    /// Since when the fraud guard's breaker is open; nil where it is closed.
    package var guardOpenSince: Timestamp? { self.fraudGuard.openSince }

    /// What the fraud guard can tell of itself.
    package mutating func guardReport(at now: Timestamp) -> GuardReport {
        self.fraudGuard.report(at: now)
    }

    /// The number of live calls.
    package var liveCalls: Int { self.placer.liveCalls }

    /// How long a NORMAL call submitted now waits for its turn, as the queue stands: the longest
    /// wait of all accounts.
    package var expectedWait: Duration { self.backlog.longestWait(.normal) }

    var mayPlace: Bool {
        !self.isRecovering && !self.isDraining && !self.isPaused && self.damage == nil
    }

    var lease: StoreLease {
        StoreLease(incarnation: self.configuration.incarnation, duration: EngineLimits.lease)
    }

    /// Whether no input waits to be judged.
    var isIdle: Bool { self.inbox.isEmpty && self.submissions.isEmpty }

    /// Inputs that wait, in the inbox or for their record.
    var waitingInputs: Int { self.inbox.count + self.loading.count }

    /// Whether more work may be claimed: the store answers, and what is here is in hand.
    var mayAskForPages: Bool {
        !self.isRecovering && self.readRetryAt == nil
            && self.waitingInputs < EngineLimits.backlogMax
    }

    mutating func nextJitter() -> Double { self.jitter.next() }
}
