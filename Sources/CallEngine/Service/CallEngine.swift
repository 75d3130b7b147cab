package import Logging
package import PromptCallCore
internal import Synchronization

/// The engine at work: it feeds ``EngineCore`` and carries out what the core decides.
///
/// Any task may call it. What it brings is laid on a desk; whoever finds nobody at work there tells
/// the core, answers whoever waits, and leaves the rest to the tasks of ``run()``.
package final class CallEngine: Sendable {
    let store: any CallStore
    let provider: any VoiceProvider
    let sender: any CallbackSender
    let clock: any EngineClock
    let logger: Logger
    private let core: Mutex<EngineCore>
    private let desk = Mutex(EngineDesk())
    private let lastID = Atomic<UInt64>(0)
    private let operations: AsyncStream<EngineOperation>
    private let operationsContinuation: AsyncStream<EngineOperation>.Continuation
    private let committing = ResumingThreadExecutor()
    /// Apart from the core, for every Submit asks for it.
    let wallLeadMilliseconds = Atomic<Int64>(0)
    private let alarm: Alarm

    package init(
        configuration: EngineConfiguration,
        store: any CallStore,
        provider: any VoiceProvider,
        sender: any CallbackSender,
        clock: any EngineClock,
        logger: Logger
    ) {
        self.store = store
        self.provider = provider
        self.sender = sender
        self.clock = clock
        self.logger = logger
        self.core = Mutex(EngineCore(configuration))
        // Bounded by the core: each call, account and stream has at most a few under way.
        (self.operations, self.operationsContinuation) = AsyncStream.makeStream()
        self.alarm = Alarm(clock: clock)
    }

    /// Carries out operations until its task is cancelled; ``recover()`` comes before.
    ///
    /// Whoever waits then, or asks later, is refused.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.alarm.run { self.feed([.tick]) } }
            for await operation in self.operations {
                group.addTask { await self.perform(operation) }
            }
            group.cancelAll()
        }
        self.stop()
        await self.waitForCommit()
    }

    /// Takes up what is stored: live calls are followed again, and the queue moves on.
    ///
    /// - Throws: ``StoreError`` where the store cannot be read.
    package func recover() async throws(StoreError) {
        let query = self.core.withLock { $0.guardQuery(at: self.clock.now) }
        var history = GuardHistory()
        if let query { history = try await self.store.guardHistory(query) }
        self.feed([.recoveryBegan(try await self.store.counts(), history)])
        let lease = self.core.withLock { $0.lease }
        var last: CallID?
        while true {
            let page = try await self.store.claimLive(
                after: last,
                limit: Self.recoveryPage,
                lease: lease
            )
            self.feed(page.map(EngineInput.recovered))
            guard let end = page.last, page.count == Self.recoveryPage else { break }
            last = end.id
        }
        self.feed([.recoveryEnded(try await self.store.lanes())])
    }

    /// Lets the core judge, answers whoever waits, and hands on the rest. What was given has been
    /// told to the core when it returns.
    func feed(_ inputs: [EngineInput]) {
        self.desk.withLock { $0.lay(inputs) }
        self.attend()
    }

    /// Tells the core what became of an operation, now or with what it is told next.
    func tell(_ completion: EngineCompletion) {
        if self.desk.withLock({ $0.lay(completion) }) { self.attend() }
    }

    /// Asks the core for something and waits for its answer.
    func ask(_ input: @Sendable (ReplyID) -> EngineInput) async -> EngineReply {
        await withCheckedContinuation { continuation in
            self.ask(input, as: self.newID(), continuation, mayGiveUp: false)
        }
    }

    /// The same, given up with `abandoned` when the task is cancelled.
    func ask(
        _ input: @Sendable (ReplyID) -> EngineInput,
        orAbandon abandoned: @escaping @Sendable (ReplyID) -> EngineInput?
    ) async throws(CancellationError) -> EngineReply {
        let id = self.newID()
        let reply = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.ask(input, as: id, continuation, mayGiveUp: true)
            }
        } onCancel: {
            self.abandon(id, abandoned)
        }
        if Task.isCancelled { throw CancellationError() }
        return reply
    }

    /// A fresh name for somebody who waits, or for a stream.
    func newID() -> UInt64 {
        self.lastID.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// What the core can tell of itself.
    package func snapshot() -> EngineSnapshot {
        self.core.withLock { EngineSnapshot(&$0, at: self.clock.now) }
    }

    /// How long a NORMAL call submitted now waits for its turn, as the queue stands.
    package var expectedWait: Duration { self.core.withLock { $0.expectedWait } }

    /// What the fraud guard can tell of itself.
    package func guardReport() -> GuardReport {
        self.core.withLock { $0.guardReport(at: self.clock.now) }
    }

    /// How many calls are live or about to be.
    package var liveCalls: Int { self.core.withLock { $0.liveCalls } }

    /// How far the wall clock is ahead of the engine's, as far as was noticed.
    package var wallLead: Duration {
        .milliseconds(self.wallLeadMilliseconds.load(ordering: .relaxed))
    }

    /// Whether a drain has calls to wait for.
    var isFollowingDrain: Bool {
        self.core.withLock { $0.isDraining && $0.liveCalls > 0 }
    }

    /// How many calls of a caller are queued.
    package func queuedCalls(of caller: String) -> Int {
        self.core.withLock { $0.counters.queued[caller, default: 0] }
    }

    /// Where the credentials of a call in memory come from; nil where it is not there.
    func cachedCredentials(of id: CallID) -> CredentialsSource? {
        self.core.withLock { $0.cache[id]?.terms.credentials }
    }

    /// The live leg of a conversation, for events that name nothing else; they are rare enough for
    /// a look at every live call.
    package func liveLeg(conversationUUID: String) -> (CallID, leg: Int)? {
        self.core.withLock { $0.cache.liveLeg(conversationUUID: conversationUUID) }
    }

    /// The live leg that Nexmo calls so.
    package func liveLeg(uuid: String) -> (CallID, leg: Int)? {
        self.core.withLock { $0.cache.liveLeg(uuid: uuid) }
    }

    /// What is left to be done when a step is over and the lock is free.
    private struct Outcome {
        /// What was answered to whom.
        var answers: [(CheckedContinuation<EngineReply, Never>, EngineReply)] = []
        /// What an operator should know.
        var notices: [EngineNotice] = []
        var commit: CommitBatch?
    }

    /// Begins a commit before those are answered who may have more for the next.
    private func carryOn(_ outcome: Outcome) {
        if let batch = outcome.commit {
            // It ends with the commit, which run() waits for. What follows is judged and answered
            // on the store's thread, which so has the next batch without another being woken.
            Task.immediate(executorPreference: self.committing) { await self.commit(batch) }
        }
        for (waiting, reply) in outcome.answers { waiting.resume(returning: reply) }
        for notice in outcome.notices { notice.log(to: self.logger) }
    }

    private func commit(_ batch: CommitBatch) async {
        let result: Result<CommitAnswer, StoreError> = await self.write(batch)
        self.desk.withLock { $0.endCommit(result) }
        self.attend()
        self.desk.withLock { $0.takeCommitWaiter() }?.resume()
        // Behind the answers, which do not wait for it.
        if case .success = result { self.log(batch) }
    }

    /// Returns when no commit is under way.
    private func waitForCommit() async {
        await withCheckedContinuation { continuation in
            let isIdle = self.desk.withLock { desk in
                if desk.isCommitting { desk.commitWaiter = continuation }
                return !desk.isCommitting
            }
            if isIdle { continuation.resume() }
        }
    }

    /// Tells the core what lies on the desk, by whoever counted himself in there, and leaves when
    /// nothing is left that need not wait.
    private func attend() {
        repeat {
            self.carryOn(self.core.withLock { self.step(&$0) })
        } while !self.desk.withLock { $0.leave() }
    }

    /// Steps the core. All that is ordered by steps is done under its lock: of two steps, the
    /// later one's operations come later and its wake holds. A commit has no other beside it.
    private func step(_ core: inout EngineCore) -> Outcome {
        var outcome = Outcome()
        let (inputs, completions) = self.desk.withLock { $0.take() }
        let now = self.clock.now
        let before = EngineNotice.State(core)
        var replies: [(ReplyID, EngineReply)] = []
        for operation in core.step(inputs, completions, at: now) {
            switch operation {
            case .reply(let id, let reply):
                replies.append((id, reply))
            case .commit(let batch):
                outcome.commit = batch
            case .load, .readBack, .claimQueued, .claimDue, .readEvents, .place, .hangUp,
                .leaveMessage, .fetch, .search, .deliverCallback:
                self.operationsContinuation.yield(operation)
            }
        }
        self.alarm.set(core.nextWake(after: now))
        outcome.notices = EngineNotice.between(before, EngineNotice.State(core))
        self.desk.withLock { desk in
            outcome.answers = desk.takeWaiting(for: replies)
            if outcome.commit != nil, !desk.beginCommit() { outcome.commit = nil }
        }
        return outcome
    }

    /// Asks the core for something whose answer a continuation waits for.
    ///
    /// Both are done under one lock, so whoever gives the wait up does so before or after.
    private func ask(
        _ input: @Sendable (ReplyID) -> EngineInput,
        as id: ReplyID,
        _ continuation: CheckedContinuation<EngineReply, Never>,
        mayGiveUp: Bool
    ) {
        enum Deposit {
            case refused(EngineError)
            case laid(mustAttend: Bool)
        }
        let deposit = self.desk.withLock { desk -> Deposit in
            if desk.hasStopped { return .refused(Self.stopped) }
            if mayGiveUp, Task.isCancelled { return .refused(Self.givenUp) }
            return .laid(mustAttend: desk.lay(input(id), for: id, continuation))
        }
        switch deposit {
        case .refused(let error): continuation.resume(returning: .failed(error))
        case .laid(let mustAttend): if mustAttend { self.attend() }
        }
    }

    private func stop() {
        let waiting = self.desk.withLock { $0.stop() }
        for continuation in waiting { continuation.resume(returning: .failed(Self.stopped)) }
    }

    private func abandon(_ id: ReplyID, _ abandoned: @Sendable (ReplyID) -> EngineInput?) {
        let waiting = self.desk.withLock { $0.waiting.removeValue(forKey: id) }
        guard let waiting else { return }
        if let input = abandoned(id) { self.feed([input]) }
        waiting.resume(returning: .failed(Self.givenUp))
    }

    private static let stopped = EngineError(.draining, "The daemon has stopped.")
    private static let givenUp = EngineError(.internal, "The wait was given up.")

    /// Live calls taken up at once.
    private static let recoveryPage = 1000
}
