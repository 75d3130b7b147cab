import CallEngine
import EngineTestSupport
import Logging
import PromptCallCore
import Testing

/// What the engine logs for its operator.
@Suite("CallEngine notices", .timeLimit(.minutes(1)))
struct NoticeTests {
    private let store = AsyncMemoryStore()
    private let provider = AnsweringProvider()
    private let clock = ManualClock(now: EngineHarness.epoch)
    private let log = RecordingLog()
    private let engine: CallEngine

    init() {
        self.engine = CallEngine(
            configuration: EngineHarness.configuration(),
            store: self.store,
            provider: self.provider,
            sender: FakeCallbackSender(),
            clock: self.clock,
            logger: self.log.logger
        )
    }

    private func withEngine(_ body: () async throws -> Void) async throws {
        try await self.engine.recover()
        try await withThrowingTaskGroup { group in
            group.addTask { await self.engine.run() }
            try await body()
            group.cancelAll()
        }
    }

    private func lines(_ message: String) -> [String] {
        self.log.lines.filter { $0.contains(message) }
    }

    /// Lets the engine work off what is due, until a condition holds.
    private func pass(until isDone: () -> Bool) async {
        while !isDone() {
            await self.clock.waitForSleepers(1)
            self.clock.advance(by: .seconds(1))
            await Task.yield()
        }
    }

    @Test("Silence of the webhooks is an error, its end a notice, and each is said once")
    func webhooks() async throws {
        try await self.withEngine {
            var orders = OrderMaker()
            var ids: [CallID] = []
            for _ in 0..<5 {
                ids.append(try await self.engine.submit(orders.order(at: self.clock.now)).get().id)
            }
            await self.pass { self.engine.snapshot().webhooksSilentSince != nil }
            await self.pass { !self.lines("no webhooks come").isEmpty }
            _ = try await self.engine.judge(.report(LegReport(.answered)), of: ids[0], leg: 1)
            #expect(self.engine.snapshot().webhooksSilentSince == nil)
            _ = try await self.engine.judge(.report(LegReport(.answered)), of: ids[1], leg: 1)
            await self.pass { !self.lines("webhooks come again").isEmpty }
            #expect(self.lines("no webhooks come").count == 1)
            #expect(self.lines("no webhooks come").allSatisfy { $0.hasPrefix("error ") })
            #expect(self.lines("webhooks come again").count == 1)
            #expect(self.lines("webhooks come again").allSatisfy { $0.hasPrefix("notice ") })
        }
    }

    @Test("Damage that any read finds is an error, said once, and stops the engine")
    func damage() async throws {
        try await self.withEngine {
            try self.store.with { store throws(StoreError) in store.isDamaged = true }
            await #expect(throws: EngineError.storeDamaged) {
                try await self.engine.list(ListPage(filter: CallFilter(), limit: 1))
            }
            await #expect(throws: EngineError.storeDamaged) { try await self.engine.oldestCursor() }
            #expect(self.lines("store damaged").count == 1)
            #expect(self.lines("store damaged").allSatisfy { $0.hasPrefix("error ") })
            var orders = OrderMaker()
            let refused = await self.engine.submit(orders.order(at: self.clock.now))
            #expect(throws: EngineError.storeDamaged) { try refused.get() }
        }
    }

    @Test("A cursor that is not kept any more is no failure of the store")
    func cursor() async throws {
        try await self.withEngine {
            let stream = try await self.engine.subscribe(
                from: .after(EventCursor(store: 1, positions: [0])),
                durable: nil,
                filter: EventFilter(),
                unackedMax: nil
            )
            _ = try await stream.next()
            await #expect(throws: EngineError.self) { try await stream.next() }
            #expect(self.lines("store failed") == [])
        }
    }
}

/// A Nexmo that takes every order, and shows every leg as answered.
private struct AnsweringProvider: VoiceProvider {
    func place(
        _ placement: Placement,
        sent: @escaping @Sendable () -> Void
    ) async -> PlacementAnswer {
        sent()
        return .placed(uuid: "LEG-\(placement.call.id)", conversationUUID: nil)
    }

    func hangUp(_ leg: LegAddress) async -> HangUpAnswer { .accepted }

    func leaveMessage(_ call: ScriptedCall, on leg: LegAddress) async -> MessageAnswer { .accepted }

    func fetch(_ leg: LegAddress) async -> FetchAnswer {
        .report(LegReport(.answered, source: .fetch, uuid: leg.uuid))
    }

    func search(_ search: LegSearch) async -> SearchAnswer { .failed }

    func render(_ directive: Directive, for scripted: ScriptedCall) -> [UInt8] { [] }
}
