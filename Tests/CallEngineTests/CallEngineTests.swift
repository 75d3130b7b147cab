import CallEngine
import EngineTestSupport
import Logging
import PromptCallCore
import Testing

/// The async driver.
@Suite("CallEngine", .timeLimit(.minutes(1)))
struct CallEngineTests {
    private let store: AsyncMemoryStore
    private let provider = FakeVoiceProvider()
    private let sender = FakeCallbackSender()
    private let clock = ManualClock(now: EngineHarness.epoch)
    private let engine: CallEngine

    init() {
        self.init(over: AsyncMemoryStore())
    }

    private init(over store: AsyncMemoryStore) {
        self.store = store
        self.engine = CallEngine(
            configuration: EngineHarness.configuration(),
            store: store,
            provider: self.provider,
            sender: self.sender,
            clock: self.clock,
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Runs the engine beside a body.
    private func withEngine(_ body: () async throws -> Void) async throws {
        try await self.engine.recover()
        try await withThrowingTaskGroup { group in
            group.addTask { await self.engine.run() }
            try await body()
            group.cancelAll()
        }
    }

    private func order(_ change: (inout CallTerms) -> Void = { _ in }) -> SubmitOrder {
        var orders = OrderMaker()
        return orders.order(at: self.clock.now, change)
    }

    @Test("A call goes from Submit to its delivered result")
    func wholeCall() async throws {
        try await self.withEngine {
            let id = try await self.engine.submit(self.order()).get().id
            await self.provider.waitForPlacements(1)
            let answered = LegReport(.answered, uuid: "LEG-1")
            let noted = try await self.engine.judge(.report(answered), of: id, leg: 1)
            #expect(noted == .noted)
            let digits = try #require(DTMFDigits("1234"))
            let entry = LegEvent.Entry(turn: 1, digits: digits, timedOut: false)
            let said = try await self.engine.judge(.entry(entry), of: id, leg: 1)
            #expect(said == .instructions(Array("Thanks.".utf8)))
            let verified = try await self.engine.wait(for: id, until: .verified)
            #expect(verified.stage == .verified)
            let again = try await self.engine.judge(.entry(entry), of: id, leg: 1)
            #expect(again == said)
            var completed = LegReport(.completed, uuid: "LEG-1")
            completed.price = Amount(units: 1)
            _ = try await self.engine.judge(.report(completed), of: id, leg: 1)
            let ended = try await self.engine.wait(for: id, until: .ended)
            #expect(ended.progress.reason == .pinMatched)
            let stream = try await self.engine.subscribe(
                from: .earliest,
                durable: nil,
                filter: EventFilter(kinds: [.ended, .callback]),
                unackedMax: nil
            )
            var kinds: [CallEvent.Kind] = []
            while kinds.count < 2 {
                guard case .events(let events) = try await stream.next() else { continue }
                kinds += events.map(\.stored.event.kind)
            }
            #expect(kinds == [.ended, .callback])
            #expect(self.sender.delivered.map(\.id) == [id])
            stream.close()
        }
    }

    @Test("Time alone brings the next thing on, again and again")
    func alarm() async throws {
        try await self.withEngine {
            for _ in 0..<5 {
                let order = self.order { terms in
                    terms.notBefore = self.clock.now + .seconds(10)
                    terms.to = OrderMaker.number(Int(self.clock.now.milliseconds % 1_000_000))
                }
                let fresh = SubmitOrder(
                    record: CallRecord(
                        id: CallID(time: self.clock.now, random: (1, 1)),
                        caller: "alice",
                        terms: order.record.terms,
                        expected: order.record.expected,
                        submittedAt: self.clock.now
                    ),
                    script: order.script,
                    fingerprint: order.fingerprint,
                    ownCredentials: nil
                )
                let placed = self.provider.placements.count
                _ = try await self.engine.submit(fresh).get()
                while self.provider.placements.count == placed {
                    // The engine lies down, is woken by the clock, and works.
                    await self.clock.waitForSleepers(1)
                    self.clock.advance(by: .seconds(1))
                    await Task.yield()
                }
            }
            #expect(self.provider.placements.count == 5)
            // While nothing happens it sleeps, however often the others let it run.
            await self.clock.waitForSleepers(1)
            let before = self.clock.sleepsBegun
            for _ in 0..<5000 { await Task.yield() }
            #expect(self.clock.sleepsBegun - before < 20)
        }
    }

    @Test("A batch is taken in order, each call judged alone")
    func batch() async throws {
        try await self.withEngine {
            var orders = OrderMaker()
            let change = { (terms: inout CallTerms) in terms.requestID = "once" }
            let results = await self.engine.submit([
                orders.order(at: self.clock.now, to: OrderMaker.number(8), change),
                orders.order(at: self.clock.now, to: OrderMaker.number(9), change),
                orders.order(at: self.clock.now, to: OrderMaker.number(8), change),
            ])
            let first = try results[0].get()
            #expect(!first.existed)
            #expect(throws: EngineError.self) { try results[1].get() }
            #expect(try results[2].get().id == first.id)
        }
    }

    @Test("A wait that is cancelled returns at once, and the call goes on")
    func cancelledWait() async throws {
        try await self.withEngine {
            let id = try await self.engine.submit(self.order()).get().id
            await #expect(throws: CancellationError.self) {
                try await withThrowingTaskGroup { group in
                    group.addTask { _ = try await self.engine.wait(for: id, until: .ended) }
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
            let waiting = Task { try await self.engine.wait(for: id, until: .ended) }
            let cancelled = try await self.engine.cancel(id)
            #expect(cancelled.decided == .cancelled)
            waiting.cancel()
            _ = await waiting.result
        }
    }

    @Test("A read of a stream that is cancelled ends the stream")
    func cancelledStream() async throws {
        try await self.withEngine {
            let stream = try await self.engine.subscribe(
                from: .latest,
                durable: nil,
                filter: EventFilter(),
                unackedMax: nil
            )
            guard case .heartbeat = try await stream.next() else {
                Issue.record("The stream was not greeted.")
                return
            }
            await #expect(throws: CancellationError.self) {
                try await withThrowingTaskGroup { group in
                    group.addTask { _ = try await stream.next() }
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
            stream.close()
            #expect(self.engine.snapshot().subscribers == 0)
            await #expect(throws: EngineError.self) { try await stream.next() }
        }
    }

    @Test("A stream whose events were deleted says where to go on")
    func expiredCursor() async throws {
        try await self.withEngine {
            var orders = OrderMaker()
            for _ in 0..<3 {
                _ = try await self.engine.submit(orders.order(at: self.clock.now)).get()
            }
            let cut = RetentionCut(calls: self.clock.now, events: self.clock.now + .seconds(1))
            _ = try await self.store.prune(cut, limit: 2)
        }
        let oldest = try await self.store.eventRange().oldest
        // A new process has nothing of them in memory.
        let next = CallEngineTests(over: self.store)
        try await next.withEngine {
            let stream = try await next.engine.subscribe(
                from: .after(EventCursor(store: MemoryStore.name, positions: [0])),
                durable: nil,
                filter: EventFilter(),
                unackedMax: nil
            )
            _ = try await stream.next()
            let error = await #expect(throws: EngineError.self) { try await stream.next() }
            #expect(error?.code == .cursorExpired)
            #expect(error?.oldest == oldest)
        }
    }

    @Test("Whoever waits when the engine stops is refused, and so is whoever comes later")
    func stopped() async throws {
        try await self.engine.recover()
        let running = Task { await self.engine.run() }
        let id = try await self.engine.submit(self.order()).get().id
        await self.provider.waitForPlacements(1)
        let waiting = Task { try await self.engine.wait(for: id, until: .ended) }
        running.cancel()
        await running.value
        await #expect(throws: EngineError.self) { try await waiting.value }
        let late = await self.engine.submit(self.order())
        #expect(throws: EngineError.self) { try late.get() }
    }

    @Test("Retention deletes in steps until nothing old is left, then waits for its time")
    func retention() async throws {
        try await self.withEngine {
            var orders = OrderMaker()
            for _ in 0..<240 {
                _ = try await self.engine.submit(orders.order(at: self.clock.now)).get()
            }
        }
        let store = self.store
        let clock = self.clock
        clock.advance(by: .seconds(7200))
        let retention = Retention(calls: .seconds(3600), events: .seconds(3600))
        let task = Task {
            await retention.run(
                store,
                clock: clock,
                logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
            )
        }
        // Full steps, each followed by a short pause, and the rest.
        var steps = 0
        while true {
            await clock.waitForSleepers(1)
            let left = try await store.eventRange()
            if left.newest.positions[0] - left.oldest.positions[0] == 1 { break }
            steps += 1
            clock.advance(by: .milliseconds(20))
        }
        #expect(steps >= 2)
        task.cancel()
        await task.value
        #expect(clock.sleepers == 0)
    }
}
