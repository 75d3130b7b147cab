import CallEngine
import EngineTestSupport
import PromptCallAPI
import PromptCallCore
import SQLiteCallStore
import SwiftProtobuf
import TTRPC
import Testing

@testable import PromptCallDaemon

@Suite("The Operations service", .timeLimit(.minutes(1)))
struct OperationsHandlerTests {
    private let log = RecordingLog()
    private let upkeep = FakeUpkeep()
    private let world: EngineWorld
    private let pausing: PauseSwitch
    private let handler: OperationsHandler
    private let admin = Fixture.context(.boss)

    init() throws {
        let world = try EngineWorld()
        let log = self.log.logger
        self.world = world
        self.pausing = PauseSwitch(engine: world.engine, store: self.upkeep, logger: log)
        let callers = Callers(try Fixture.configuration(), daemonUID: Fixture.daemonUID) {
            Fixture.now
        }
        self.handler = OperationsHandler(
            engine: world.engine,
            store: self.upkeep,
            key: Fixture.key,
            pausing: self.pausing,
            callers: callers,
            status: StatusReport(
                engine: world.engine,
                pausing: self.pausing,
                clock: world.clock,
                startedAt: Fixture.now
            ),
            liveCallsMax: 1000,
            logger: log
        )
    }

    private func pause() async throws -> Promptcall_V1_DaemonStatus {
        try await self.handler.pause(.init(), context: self.admin)
    }

    private func resume() async throws -> Promptcall_V1_DaemonStatus {
        try await self.handler.resume(.init(), context: self.admin)
    }

    private func backup(_ directory: String) async throws -> Promptcall_V1_BackupResponse {
        var request = Promptcall_V1_BackupRequest()
        request.directory = directory
        return try await self.handler.backup(request, context: self.admin)
    }

    // MARK: - Pause and Resume

    @Test("Each method needs the permission admin")
    func permissions() async throws {
        let denied = Refusal(.permissionDenied, "NOT_PERMITTED")
        let context = Fixture.context(.alice)
        let handler = self.handler
        #expect(
            try await Refusal.of { try await handler.pause(.init(), context: context) } == denied
        )
        #expect(
            try await Refusal.of { try await handler.resume(.init(), context: context) } == denied
        )
        #expect(
            try await Refusal.of { try await handler.backup(.init(), context: context) } == denied
        )
        #expect(
            try await Refusal.of { try await handler.getGuard(.init(), context: context) } == denied
        )
        #expect(
            try await Refusal.of { try await handler.resetGuard(.init(), context: context) }
                == denied
        )
        #expect(!self.world.engine.snapshot().isPaused)
    }

    // MARK: - The guard

    @Test("The guard says its rules, what is used of them and what is the worst, and is reset")
    func guarding() async throws {
        let handler = self.handler
        let admin = self.admin
        let world = self.world
        try await world.run(places: false) {
            let request = Fixture.request()
            let context = Fixture.context(.alice)
            for _ in 0..<2 { _ = try await world.handler.submit(request, context: context) }
            _ = try await Refusal.of {
                try await world.handler.submit(
                    Fixture.request { $0.to = "33123456789" },
                    context: context
                )
            }
            let guarding = try await handler.getGuard(.init(), context: admin)
            #expect(guarding.configured)
            #expect(guarding.allowPrefixes == ["1", "44"])
            #expect(guarding.denyPrefixes == ["44870"])
            #expect(guarding.perNumber.calls == 100_000)
            #expect(guarding.perNumber.period.seconds == 60)
            #expect(guarding.perNumber.called == 1)
            #expect(guarding.perNumber.mostTaken == 2)
            #expect(guarding.perNumber.mostRung == 0)
            #expect(guarding.exemptCallers == ["pager"])
            #expect(guarding.refused.map(\.rule) == ["GUARD_PREFIX"])
            #expect(guarding.spendPerHour == "")
            #expect(!guarding.breakerOpen)
            #expect(guarding.rateAssumed)
            // 1,000 calls for an hour at 0.50 a minute.
            #expect(guarding.worstCase == "30000.00000000")
            #expect(guarding.reckoning.contains("live-calls-max (1000)"))
            #expect(!guarding.hasResetAt)
            let reset = try await handler.resetGuard(.init(), context: admin)
            #expect(reset.hasResetAt)
            #expect(try world.store.with { $0.guarding.resetAt } == Fixture.now)
        }
    }

    @Test("Pause is kept, shown with its reason, and undone by Resume; twice changes nothing")
    func pauseAndResume() async throws {
        for _ in 0..<2 {
            let paused = try await self.pause()
            #expect(paused.paused)
            #expect(paused.stops.map(\.reason) == ["PAUSED"])
            #expect(self.upkeep.with { $0.cause } == .operator)
        }
        for _ in 0..<2 {
            let resumed = try await self.resume()
            #expect(!resumed.paused)
            #expect(resumed.stops.isEmpty)
            #expect(self.upkeep.with { $0.cause } == nil)
        }
        #expect(!self.world.engine.snapshot().isPaused)
    }

    @Test("Resume undoes a drain, but not that at the end of the process")
    func drain() async throws {
        self.world.engine.drain(true)
        #expect(try await self.resume().draining == false)
        await self.world.engine.stop(grace: .zero)
        let refusal = try await Refusal.of { try await self.resume() }
        #expect(refusal == Refusal(.unavailable, "DRAINING"))
        #expect(self.world.engine.snapshot().isDraining)
    }

    @Test(
        "Where a pause cannot be kept nothing is placed all the same, and a resume changes nothing"
    )
    func storeDown() async throws {
        self.upkeep.with { $0.failure = StoreError(.unavailable, "The disk is full.") }
        let down = Refusal(.unavailable, "STORE_UNAVAILABLE")
        #expect(try await Refusal.of { try await self.pause() } == down)
        #expect(self.world.engine.snapshot().isPaused)
        #expect(try await Refusal.of { try await self.resume() } == down)
        #expect(self.world.engine.snapshot().isPaused)
        self.upkeep.with { $0.failure = nil }
        #expect(try await self.resume().paused == false)
    }

    @Test("A pause that is asked for while a resume is being kept wins")
    func overtaken() async throws {
        _ = try await self.pause()
        self.upkeep.with { $0.isHolding = true }
        async let resumed = self.resume()
        while self.upkeep.with({ $0.held.isEmpty }) { await Task.yield() }
        async let paused = self.pause()
        while self.upkeep.with({ $0.held.count < 2 }) { await Task.yield() }
        self.upkeep.letGo()
        _ = try await (resumed, paused)
        #expect(self.world.engine.snapshot().isPaused)
        #expect(self.upkeep.with { $0.cause } == .operator)
    }

    // MARK: - Starting

    @Test("A pause that was kept holds from the start")
    func keptPause() async throws {
        self.upkeep.with { $0.cause = .operator }
        try await self.pausing.restore()
        #expect(self.world.engine.snapshot().isPaused)
        #expect(self.log.lines.count { $0.hasPrefix("warning paused since before the start") } == 1)
    }

    @Test("A restored copy starts paused and says so, until Resume; a Pause does not hide that")
    func restoredCopy() async throws {
        self.upkeep.with { $0.cause = .restoredCopy }
        try await self.pausing.restore()
        #expect(self.log.lines.count { $0.contains("restored copy") } == 1)
        #expect(self.log.lines.allSatisfy { $0.hasPrefix("warning ") })
        let status = try await self.pause()
        #expect(status.paused)
        #expect(status.stops.map(\.reason) == ["RESTORED_COPY"])
        #expect(status.stops.allSatisfy { $0.message.contains("promptcall resume") })
        #expect(self.upkeep.with { $0.cause } == .restoredCopy)
        #expect(try await self.resume().stops.isEmpty)
    }

    @Test("Where nothing is kept nothing is paused")
    func noPause() async throws {
        try await self.pausing.restore()
        #expect(!self.world.engine.snapshot().isPaused)
        #expect(self.log.lines == [])
    }

    // MARK: - Backup

    @Test("A backup goes to an absolute path")
    func backups() async throws {
        #expect(try await self.backup("/backups/today").directory == "/backups/today")
        for directory in ["", "today", "../x", "/a\0b"] {
            let refusal = try await Refusal.of { try await self.backup(directory) }
            #expect(refusal == .invalid("directory"))
        }
        #expect(self.upkeep.with { $0.backups } == ["/backups/today"])
        #expect(self.log.lines == ["notice backup made backup.directory=/backups/today"])
    }

    @Test("A backup that fails says where and why")
    func backupFails() async throws {
        let path = "/backups/today"
        let cases: [(StoreError.Code, Refusal, String)] = [
            (
                .directoryRefused, Refusal(.failedPrecondition, "BACKUP_REFUSED", "directory"),
                "It is not empty."
            ),
            (
                .unavailable, Refusal(.unavailable, "BACKUP_FAILED", "directory"),
                "There is no backup in '/backups/today': It is not empty."
            ),
            (.damaged, Refusal(.unavailable, "STORE_DAMAGED"), EngineError.storeDamaged.message),
        ]
        for (code, refusal, message) in cases {
            self.upkeep.with { $0.failure = StoreError(code, "It is not empty.") }
            do {
                _ = try await self.backup(path)
                Issue.record("There is a backup.")
            } catch let error as RPCError {
                #expect(Refusal(error) == refusal)
                #expect(error.message == message)
            }
        }
        #expect(self.world.engine.snapshot().damage == "It is not empty.")
        self.upkeep.with { $0.failure = nil }
        #expect(try await self.backup(path).directory == path)
    }

    // MARK: - Damage

    @Test("A check that finds problems stops the daemon from taking calls, and the status says so")
    func check() async throws {
        let check = StoreCheck(
            store: self.upkeep,
            engine: self.world.engine,
            logger: self.log.logger
        )
        await check.run()
        #expect(self.world.engine.snapshot().damage == nil)
        self.upkeep.with { $0.problems = ["page 3", "page 4", "page 5", "page 6"] }
        await check.run()
        #expect(self.world.engine.snapshot().damage == "page 3; page 4; page 5")
        let status = try await self.resume()
        #expect(status.stops.map(\.reason) == ["STORE_DAMAGED"])
        let metrics = MetricsText.make(
            self.world.engine.snapshot(),
            pause: nil,
            webhooks: WebhookCounts()
        )
        #expect(metrics.contains("promptcall_placing_stopped{reason=\"store_damaged\"} 1\n"))
        #expect(metrics.contains("promptcall_placing_stopped{reason=\"paused\"} 0\n"))
    }

    @Test(
        "A check that cannot be made is told; one that finds the database unreadable is damage",
        arguments: [StoreError.Code.unavailable, .damaged]
    )
    func failedCheck(code: StoreError.Code) async throws {
        self.upkeep.with { $0.failure = StoreError(code, "It cannot be read.") }
        let check = StoreCheck(
            store: self.upkeep,
            engine: self.world.engine,
            logger: self.log.logger
        )
        await check.run()
        #expect((self.world.engine.snapshot().damage != nil) == (code == .damaged))
        #expect(self.log.lines.isEmpty == (code == .damaged))
    }

    @Test("The status is told although the store cannot be read")
    func statusOverFailingStore() async throws {
        try self.world.store.with { store throws(StoreError) in store.isDown = true }
        let status = try await self.pause()
        #expect(status.paused)
        #expect(!status.hasOldestQueued)
    }
}
