import PromptCallAPI
import PromptCallCommand
import SwiftProtobuf
import TTRPC
import Testing

@Suite("status, metrics, drain, pause, resume and backup", .timeLimit(.minutes(3)))
struct DaemonCommandTests {
    static let state = Promptcall_V1_DaemonStatus.with {
        $0.version = "1.0"
        $0.startedAt = time(0)
        $0.draining = true
        $0.calls = [
            .with {
                $0.stage = .queued
                $0.calls = 3
            },
            .with { $0.stage = .ringing },
        ]
        $0.callbacksWaiting = 2
        $0.subscribers = 1
        $0.store = "sqlite"
        $0.oldestQueued.nanos = 500_000_000
        $0.expectedWait.seconds = 4
    }

    static let text = """
        version:           1.0
        started_at:        2026-01-31T09:00:00Z
        store:             sqlite
        draining:          yes
        paused:            no
        calls:             queued=3
        ended:             none
        oldest_queued:     0.500s
        expected_wait:     4s
        callbacks_waiting: 2
        subscribers:       1

        """

    private func run(_ daemon: FakeDaemon, _ arguments: String...) async throws -> String {
        let terminal = Terminal()
        let status = try await withDaemon(daemon) { socket in
            await terminal.run(arguments + ["--socket", socket])
        }
        #expect(status == .ok)
        #expect(terminal.complaints == "")
        return terminal.written
    }

    @Test("The state is shown for people and for scripts")
    func status() async throws {
        var daemon = FakeDaemon()
        daemon.onStatus = { Self.state }
        #expect(try await self.run(daemon, "status") == Self.text)
        let json = try await self.run(daemon, "status", "--output", "json")
        #expect(json.hasPrefix(#"{"version":"1.0","started_at":"2026-01-31T09:00:00Z","#))
        #expect(try Promptcall_V1_DaemonStatus(jsonString: json) == Self.state)
    }

    static let guarding = Promptcall_V1_GuardStatus.with {
        $0.configured = true
        $0.allowPrefixes = ["44", "1"]
        $0.perNumber.calls = 5
        $0.perNumber.period.seconds = 600
        $0.perNumber.called = 12
        $0.perNumber.mostTaken = 4
        $0.perNumber.mostRung = 3
        $0.perPrefix.calls = 200
        $0.perPrefix.period.seconds = 3600
        $0.breakerOpen = true
        $0.breakerOpenedAt = time(0)
        $0.spendPerHour = "50.00000000"
        $0.spent = "50.10000000"
        $0.reserved = "0.07000000"
        $0.rate = "0.01400000"
        $0.worstCase = "51.68000000"
        $0.reckoning = "In an hour: so much."
        $0.refused = [
            .with {
                $0.rule = "GUARD_SPEND"
                $0.calls = 3
            }
        ]
    }

    static let guardText = """
        allow_prefixes: 44 1
        per_number:     5 in 600s; numbers called: 12, most taken: 4, most rung: 3
        per_prefix:     200 in 3600s; ranges called: 0, most taken: 0, most rung: 0
        spend_per_hour: 50.00000000 EUR; spent 50.10000000, reserved for live calls 0.07000000
        rate:           0.01400000 EUR a minute, highest of the last hour
        breaker:        open since 2026-01-31T09:00:00Z
        refused:        GUARD_SPEND=3
        worst_case:     51.68000000 EUR. In an hour: so much.

        """

    @Test("The guard is shown, and reset, for people and for scripts")
    func guardShown() async throws {
        var daemon = FakeDaemon()
        daemon.onGetGuard = { Self.guarding }
        daemon.onResetGuard = {
            var reset = Self.guarding
            reset.breakerOpen = false
            return reset
        }
        #expect(try await self.run(daemon, "guard") == Self.guardText)
        #expect(try await self.run(daemon, "guard", "show") == Self.guardText)
        let closed = try await self.run(daemon, "guard", "reset")
        #expect(closed.contains("breaker:        closed\n"))
        let json = try await self.run(daemon, "guard", "--output", "json")
        #expect(try Promptcall_V1_GuardStatus(jsonString: json) == Self.guarding)
        daemon.onGetGuard = { .with { $0.reckoning = "There is no guard." } }
        let none = try await self.run(daemon, "guard")
        #expect(none == "guard:      none\nworst_case: There is no guard.\n")
    }

    @Test("Metrics are printed as they are", arguments: ["a 1\nb 2\n", "a 1\nb 2"])
    func metrics(text: String) async throws {
        var daemon = FakeDaemon()
        daemon.onMetrics = { .with { $0.text = text } }
        #expect(try await self.run(daemon, "metrics") == "a 1\nb 2\n")
        let json = try await self.run(daemon, "metrics", "--output", "json")
        #expect(try Promptcall_V1_Metrics(jsonString: json).text == text)
    }

    @Test("Draining takes its grace, and shows the state behind it")
    func drain() async throws {
        let requests = Journal<Promptcall_V1_DrainRequest>()
        var daemon = FakeDaemon()
        daemon.onDrain = {
            requests.add($0)
            return Self.state
        }
        #expect(try await self.run(daemon, "drain") == Self.text)
        #expect(try await self.run(daemon, "drain", "--grace", "0s") == Self.text)
        #expect(try await self.run(daemon, "drain", "--grace", "5m") == Self.text)
        let expected: [Promptcall_V1_DrainRequest] = [
            .init(), .with { $0.grace = .init() }, .with { $0.grace.seconds = 300 },
        ]
        #expect(requests.entries == expected)
    }

    @Test("What keeps calls from being placed is shown behind the rest, each on its line")
    func stops() async throws {
        var state = Self.state
        state.paused = true
        state.stops = [
            .with {
                $0.reason = "RESTORED_COPY"
                $0.message = "This is a restored copy."
            },
            .with {
                $0.reason = "NO_WEBHOOKS"
                $0.message = "No webhook comes."
                $0.since = time(60)
            },
        ]
        var daemon = FakeDaemon()
        let shown = state
        daemon.onStatus = { shown }
        let text = try await self.run(daemon, "status")
        let lines = """
            subscribers:       1
            stopped:           RESTORED_COPY: This is a restored copy.
            stopped:           NO_WEBHOOKS since 2026-01-31T09:01:00Z: No webhook comes.

            """
        #expect(text.hasSuffix(lines))
        #expect(text.contains("paused:            yes\n"))
    }

    @Test("cancel with options cancels all that match, and says how many those were")
    func cancelMany() async throws {
        var daemon = FakeDaemon()
        daemon.onCancelMany = { request in
            let isAll = request.all && request.filter == Promptcall_V1_Filter()
            return .with { $0.cancelled = isAll ? 9 : UInt64(request.filter.stages.count) }
        }
        let queued = try await self.run(daemon, "cancel", "--stage", "queued", "--label", "a=b")
        #expect(queued == "cancelled: 1\n")
        #expect(try await self.run(daemon, "cancel", "--all") == "cancelled: 9\n")
        let json = try await self.run(daemon, "cancel", "--all", "--output", "json")
        #expect(try Promptcall_V1_CancelManyResponse(jsonString: json).cancelled == 9)
    }

    @Test("Pause and resume show the state behind them")
    func pauseAndResume() async throws {
        var daemon = FakeDaemon()
        daemon.onPause = { Self.state }
        #expect(try await self.run(daemon, "pause") == Self.text)
        daemon.onPause = { throw RPCError(.unimplemented, "Not this one.") }
        daemon.onResume = { Self.state }
        #expect(try await self.run(daemon, "resume") == Self.text)
        let json = try await self.run(daemon, "resume", "--output", "json")
        #expect(try Promptcall_V1_DaemonStatus(jsonString: json) == Self.state)
    }

    @Test(
        "The directory of a backup is made absolute where the command runs",
        arguments: [
            ("/backups/today", "/backups/today"), ("today", "/home/operator/today"),
            ("./today", "/home/operator/today"), (".", "/home/operator"),
            ("../x", "/home/operator/../x"),
        ]
    )
    func backup(directory: String, absolute: String) async throws {
        let asked = Journal<String>()
        var daemon = FakeDaemon()
        daemon.onBackup = { asked.add($0) }
        #expect(try await self.run(daemon, "backup", directory) == "backup: \(absolute)\n")
        let json = try await self.run(daemon, "backup", directory, "--output", "json")
        #expect(json == "{\"directory\":\"\(absolute)\"}\n")
        #expect(asked.entries == [absolute, absolute])
    }

    @Test("A backup that is refused says which path and why")
    func backupRefused() async throws {
        let terminal = Terminal()
        var daemon = FakeDaemon()
        daemon.onBackup = {
            throw RPCError(.failedPrecondition, "There is no backup in '\($0)': it is not empty.")
        }
        let status = try await withDaemon(daemon) { socket in
            await terminal.run(["backup", "today", "--socket", socket])
        }
        #expect(status == .refused)
        #expect(terminal.complaints.contains("'/home/operator/today': it is not empty."))
        #expect(terminal.written == "")
        #expect(await Terminal().run(["backup"]) == .badArguments)
        #expect(await Terminal().run(["backup", ""]) == .badArguments)
    }
}
