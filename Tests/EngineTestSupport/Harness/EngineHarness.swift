package import CallEngine
internal import CallSimulation
package import PromptCallCore

/// An engine core with a store, a Nexmo and receivers around it, on one thread and one clock.
///
/// Whatever the core wants done is planned as an event: first its effect on the world outside,
/// later the word of it. Both are pending until their time comes, so a test may stop between any
/// two, forget the core with all that was on its way to it (``crash()``), and start another one
/// over the same store. With the same seed the same happens.
///
/// At each operation it checks that nothing leaves before its commit; see ``violations``.
package final class EngineHarness {
    package internal(set) var now: Timestamp
    /// Nil between a crash and the next start.
    package internal(set) var core: EngineCore?
    package var store: MemoryStore
    package var nexmo = ScriptedNexmo()
    package var receiver = ScriptedReceiver()
    package var orders = OrderMaker()
    package var timing = HarnessTiming()
    package var configuration: EngineConfiguration

    /// What was answered to whom, each once.
    package internal(set) var replies: [ReplyID: EngineReply] = [:]
    /// What followers were sent, by the names they gave themselves.
    package internal(set) var followed: [String: [DeliveredEvent]] = [:]
    /// Promises that were broken, in words.
    package internal(set) var violations: [String] = []
    /// Operations of the core, counted by kind.
    package internal(set) var operations: [String: Int] = [:]
    /// The calls that the core wanted placed, in order.
    package internal(set) var placements: [CallID] = []
    /// With what each call was last placed.
    package internal(set) var credentials: [CallID: CallCredentials] = [:]
    /// Requests that came to Nexmo besides placings, in order.
    package internal(set) var requests: [Request] = []
    /// Batches handed to the store, newest last.
    package internal(set) var batches: [CommitBatch] = []
    /// Events handled so far.
    package internal(set) var steps = 0
    /// Where operations of a kind get stuck: their effect does not come.
    package var stuck: Set<String> = []

    /// When the core wants to be woken.
    var wake: Timestamp?
    var pending = PendingEvents<Event>()
    var random: SplitMix64
    var lastReply: ReplyID = 0
    var webhooks: [ReplyID: ScriptedNexmo.Webhook] = [:]
    var followers: [SubscriptionID: Follower] = [:]
    var followerReplies: [ReplyID: SubscriptionID] = [:]
    var ticksInPlace = 0

    /// A request to Nexmo.
    package struct Request: Sendable {
        package var at: Timestamp
        /// `hangUp`, `fetch` or `search`.
        package var kind: String
        package var call: CallID
    }

    /// Something that happens at a moment.
    enum Event {
        /// An operation has its effect outside.
        case perform(EngineOperation)
        /// Word of it reaches the core.
        case complete(EngineCompletion)
        /// Somebody wants something of the core.
        case input(EngineInput)
        /// Something happens to a leg.
        case leg(ScriptedNexmo.Step, uuid: String)
        /// A webhook reaches the daemon.
        case webhook(ScriptedNexmo.Webhook)
    }

    struct Follower {
        var name: String
        var filter: EventFilter
        var cursor: EventCursor
    }

    package static let epoch = Timestamp(milliseconds: 1_700_000_000_000)

    package init(
        seed: UInt64 = 1,
        configuration: EngineConfiguration = EngineHarness.configuration(),
        store: MemoryStore = MemoryStore()
    ) {
        self.now = Self.epoch
        self.random = SplitMix64(seed: seed)
        self.configuration = configuration
        self.store = store
        self.start()
    }

    /// One profile `main` of an account `main`.
    package static func configuration(
        callsPerSecond: Int = 30,
        liveCallsMax: Int = 1000,
        guardRules: GuardRules? = nil
    ) -> EngineConfiguration {
        EngineConfiguration(
            profiles: [
                "main": EngineConfiguration.ProfileSettings(
                    account: "main",
                    callsPerSecond: callsPerSecond
                )
            ],
            callsPerSecond: callsPerSecond,
            liveCallsMax: liveCallsMax,
            guardRules: guardRules,
            incarnation: 1,
            seed: 1
        )
    }

    // MARK: - Driving

    /// Handles the next event, or wakes the core; false where nothing is left to happen.
    @discardableResult
    package func step() -> Bool {
        guard let next = self.nextMoment else { return false }
        self.steps += 1
        let moved = next > self.now
        self.now = max(self.now, next)
        if let at = self.pending.next, at <= self.now, let (_, event) = self.pending.popFirst() {
            self.ticksInPlace = 0
            self.handle(event)
        } else {
            self.ticksInPlace = moved ? 0 : self.ticksInPlace + 1
            if self.ticksInPlace > 2 {
                self.violations.append("The core wants to be woken at once, again and again.")
                // The clock of a real daemon would go on as well.
                self.now = self.now + .milliseconds(1)
            }
            self.feed([.tick], [])
        }
        return true
    }

    /// Handles all that happens in a time.
    package func run(for duration: Duration) {
        self.run(until: self.now + duration)
    }

    /// Handles all that happens up to a moment.
    package func run(until end: Timestamp) {
        while let next = self.nextMoment, next <= end { self.step() }
        self.now = max(self.now, end)
    }

    /// Handles events until a condition holds; false where `limit` passes before.
    @discardableResult
    package func run(
        limit: Duration = .seconds(3600),
        until isDone: (EngineHarness) -> Bool
    ) -> Bool {
        let end = self.now + limit
        while !isDone(self) {
            guard let next = self.nextMoment, next <= end else { return false }
            self.step()
        }
        return true
    }

    /// When something happens next; nil where nothing is left to.
    package var nextMoment: Timestamp? {
        guard let wake = self.wake else { return self.pending.next }
        return self.pending.next.map { min($0, wake) } ?? wake
    }

    /// Events that wait for their time.
    package var pendingCount: Int { self.pending.count }

    // MARK: - Dying and starting

    /// Kills the daemon: what is on its way to it or from it is lost, what is stored is not.
    package func crash() {
        self.core = nil
        self.wake = nil
        self.webhooks.values.sorted { $0.uuid < $1.uuid }.forEach(self.sendAgain)
        self.webhooks = [:]
        self.followerReplies = [:]
        self.pending.keep { event in
            switch event {
            case .perform, .complete, .input: false
            case .leg, .webhook: true
            }
        }
    }

    /// Starts a daemon over what is stored; its followers resume where they were.
    package func start() {
        self.configuration.incarnation += 1
        self.core = EngineCore(self.configuration)
        self.ticksInPlace = 0
        do throws(StoreError) {
            var history = GuardHistory()
            if let query = self.core?.guardQuery(at: self.now) {
                history = try self.store.guardHistory(query)
            }
            self.feed([.recoveryBegan(try self.store.counts(), history)], [])
            var last: CallID?
            repeat {
                let page = try self.store.claimLive(
                    after: last,
                    limit: Self.recoveryPage,
                    lease: StoreLease(
                        incarnation: self.configuration.incarnation,
                        duration: EngineLimits.lease
                    )
                )
                self.feed(page.map(EngineInput.recovered), [])
                last = page.count == Self.recoveryPage ? page.last?.id : nil
            } while last != nil
            self.feed([.recoveryEnded(try self.store.lanes())], [])
        } catch {
            self.violations.append("The store could not be read at the start: \(error)")
        }
        let followers = self.followers.sorted { $0.key < $1.key }.map(\.value)
        self.followers = [:]
        followers.forEach(self.open)
    }

    private static let recoveryPage = 1000

    // MARK: - Wanting

    /// Submits an order; its reply comes under the name returned.
    @discardableResult
    package func submit(_ order: SubmitOrder) -> ReplyID {
        self.ask { .submit(order, reply: $0) }
    }

    /// Makes an order for now, submits it and returns its name.
    @discardableResult
    package func submit(
        to number: PhoneNumber? = nil,
        caller: String = "alice",
        _ change: (inout CallTerms) -> Void = { _ in }
    ) -> CallID {
        let order = self.orders.order(at: self.now, to: number, caller: caller, change)
        self.submit(order)
        return order.record.id
    }

    /// Wants something at once; its reply comes under the name returned.
    @discardableResult
    package func ask(_ input: (ReplyID) -> EngineInput) -> ReplyID {
        self.lastReply += 1
        self.feed([input(self.lastReply)], [])
        return self.lastReply
    }

    /// Tells the core something at once.
    package func tell(_ inputs: EngineInput..., completions: [EngineCompletion] = []) {
        self.feed(inputs, completions)
    }

    /// Sends a webhook at once; its reply comes under the name returned.
    @discardableResult
    package func send(_ event: LegEvent, of call: CallID, leg: Int = 1) -> ReplyID {
        self.ask { .legEvent(event, call: call, leg: leg, reply: $0) }
    }

    /// Follows events under a name, from the start, also over crashes.
    package func follow(_ name: String, kinds: [CallEvent.Kind] = [.ended]) {
        self.followed[name] = []
        self.open(
            Follower(name: name, filter: EventFilter(kinds: kinds), cursor: self.store.start)
        )
    }

    // MARK: - Looking

    /// The stored record of a call.
    package func record(_ id: CallID) -> CallRecord? { self.store.calls[id] }

    /// The kinds of a call's stored events, in order.
    package func history(_ id: CallID) -> [CallEvent.Kind] {
        self.store.events.filter { $0.call == id }.map(\.kind)
    }

    /// Whether there are calls, every one has ended, and every callback is done with.
    package var isSettled: Bool {
        !self.store.calls.isEmpty && self.store.unsettled.isEmpty
    }
}
