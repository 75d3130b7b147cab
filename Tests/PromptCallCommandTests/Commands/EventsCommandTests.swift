import Glibc
import PromptCallAPI
import SwiftProtobuf
import TTRPC
import Testing

@testable import PromptCallCommand

@Suite("events", .timeLimit(.minutes(3)))
struct EventsCommandTests {
    private static func event(_ number: Int) -> Promptcall_V1_SubscribeResponse {
        .with {
            $0.event.cursor = "c\(number)"
            $0.event.kind = .ended
            $0.event.time = time(Int64(number))
            $0.event.call = call(.failed, .hungUp)
            $0.event.number = UInt32(number)
        }
    }

    private static func heartbeat(_ cursor: String) -> Promptcall_V1_SubscribeResponse {
        .with { $0.heartbeat.cursor = cursor }
    }

    private static func line(_ second: Int) -> String {
        "2026-01-31T09:00:0\(second)Z ended    \(tid) 14155550100 status=failed reason=hung_up\n"
    }

    /// The start that a subscription must begin with.
    private static func start(
        _ requests: FakeDaemon.Requests
    ) async throws -> Promptcall_V1_SubscribeStart {
        guard case .start(let start) = try await requests.next()?.kind else {
            throw RPCError(.invalidArgument, "The first message starts the subscription.")
        }
        return start
    }

    @Test("Flags become the start of the subscription")
    func flags() async throws {
        let cases: [([String], Promptcall_V1_SubscribeStart)] = [
            ([], .init()),
            (["--name", "n"], .with { $0.name = "n" }),
            (["--after", "c"], .with { $0.after = "c" }),
            (["--from", "earliest"], .with { $0.position = .earliest }),
            (["--from", "latest"], .with { $0.position = .latest }),
            (
                ["--kind", "ended,verified", "--kind", "billed"],
                .with { $0.kinds = [.ended, .verified, .billed] }
            ),
            (["--label", "a=b"], .with { $0.filter.labels = ["a": "b"] }),
            (
                ["--to", "1415", "--since", "1m"],
                .with {
                    $0.filter.to = "1415"
                    $0.filter.submittedAfter = time(-60)
                }
            ),
        ]
        let starts = Journal<Promptcall_V1_SubscribeStart>()
        var daemon = FakeDaemon()
        daemon.onSubscribe = { requests, _ in
            starts.add(try await Self.start(requests))
            throw RPCError(.permissionDenied, "No.")
        }
        try await withDaemon(daemon) { socket in
            for (flags, _) in cases {
                let status = await Terminal().run(["events", "--socket", socket] + flags)
                #expect(status == .notPermitted)
            }
        }
        #expect(starts.entries == cases.map(\.1))
    }

    @Test(
        "What cannot be meant is refused",
        arguments: [
            ["--after", "c", "--from", "earliest"], ["--name", ""], ["--after", ""],
            ["--from", "middle"], ["--kind", "all"], ["--kind", ""],
        ]
    )
    func refused(flags: [String]) async {
        #expect(await Terminal().run(["events"] + flags) == .badArguments)
    }

    @Test("With a name, what was printed is acknowledged; an interruption ends it cleanly")
    func acknowledged() async throws {
        let gate = Gate()
        let acknowledged = Journal<String>()
        let halfCloses = Journal<Bool>()
        let terminal = Terminal()
        var daemon = FakeDaemon()
        daemon.onSubscribe = { requests, responses in
            _ = try await Self.start(requests)
            try await responses.send(Self.heartbeat("c0"))
            for number in 1...2 {
                try await responses.send(Self.event(number))
                let request = try await requests.next()
                acknowledged.add(request?.ack.cursor ?? "none")
                #expect(terminal.written.contains(Self.line(number)))
            }
            gate.open()
            halfCloses.add(try await requests.next() == nil)
            // It was on its way already.
            try await responses.send(Self.event(3))
        }
        let status = try await withDaemon(daemon) { socket in
            await terminal.run(
                ["events", "--name", "n", "--socket", socket],
                sleep: { _ in await Gate().wait() },
                interruption: { await gate.wait() }
            )
        }
        #expect(status == .ok)
        #expect(acknowledged.entries == ["c1", "c2"])
        #expect(halfCloses.entries == [true])
        #expect(terminal.written == Self.line(1) + Self.line(2))
        #expect(terminal.complaints == "")
    }

    @Test("JSON lines carry the cursor, and nothing is acknowledged without a name")
    func json() async throws {
        let gate = Gate()
        let requestsAfterStart = Journal<Bool>()
        var daemon = FakeDaemon()
        daemon.onSubscribe = { requests, responses in
            _ = try await Self.start(requests)
            try await responses.send(Self.event(1))
            try await responses.send(Self.heartbeat("c9"))
            requestsAfterStart.add(try await requests.next() != nil)
        }
        let terminal = Terminal { gate.open() }
        let status = try await withDaemon(daemon) { socket in
            await terminal.run(
                ["events", "--output", "json", "--socket", socket],
                sleep: { _ in await Gate().wait() },
                interruption: { await gate.wait() }
            )
        }
        #expect(status == .ok)
        #expect(requestsAfterStart.entries == [false])
        let start =
            #"{"cursor":"c1","kind":"EVENT_KIND_ENDED","time":"2026-01-31T09:00:01Z","call":"#
        #expect(terminal.written.hasPrefix(start))
        #expect(terminal.written.contains(#""from":"14155550101""#))
        #expect(terminal.written.hasSuffix(#","number":1}"# + "\n"))
    }

    @Test("A daemon that does not end the stream is not waited for for ever")
    func stuckDaemon() async throws {
        let gate = Gate()
        let pauses = Journal<Duration>()
        var daemon = FakeDaemon()
        daemon.onSubscribe = { requests, responses in
            _ = try await Self.start(requests)
            try await responses.send(Self.heartbeat("c0"))
            gate.open()
            await Gate().wait()
        }
        let status = try await withDaemon(daemon) { socket in
            await Terminal().run(
                ["events", "--socket", socket],
                sleep: { pauses.add($0) },
                interruption: { await gate.wait() }
            )
        }
        #expect(status == .ok)
        // None where the interruption overtook the opening of the stream.
        #expect(pauses.entries == [EventsCommand.closingGrace] || pauses.entries == [])
    }

    @Test("After an outage it goes on where it was, until another reader takes over")
    func reconnects() async throws {
        let starts = Journal<Promptcall_V1_SubscribeStart>()
        let pauses = Journal<Duration>()
        var daemon = FakeDaemon()
        daemon.onSubscribe = { requests, responses in
            starts.add(try await Self.start(requests))
            switch starts.entries.count {
            case 1:
                try await responses.send(Self.heartbeat("c0"))
                throw RPCError(.unavailable, "Shutting down.")
            case 2:
                try await responses.send(Self.event(1))
            case 3:
                throw RPCError(.unavailable, "Starting.")
            case 4:
                throw RPCError(.unavailable, "Starting.")
            default:
                throw RPCError(.aborted, "Another reader took over.")
            }
        }
        let terminal = Terminal()
        let status = try await withDaemon(daemon) { socket in
            await terminal.run(
                ["events", "--from", "earliest", "--kind", "ended", "--socket", socket],
                sleep: { pauses.add($0) }
            )
        }
        #expect(status == .tryAgain)
        #expect(terminal.written == Self.line(1))
        let notice = "promptcall: The daemon is gone; waiting for it to come back.\n"
        #expect(
            terminal.complaints == notice + notice + "promptcall: Another reader took over.\n"
        )
        let after: (String) -> Promptcall_V1_SubscribeStart = { cursor in
            .with {
                $0.after = cursor
                $0.kinds = [.ended]
            }
        }
        let first = Promptcall_V1_SubscribeStart.with {
            $0.position = .earliest
            $0.kinds = [.ended]
        }
        #expect(starts.entries == [first, after("c0"), after("c1"), after("c1"), after("c1")])
        #expect(pauses.entries == [100, 100, 200, 400].map { .milliseconds($0) })
    }

    @Test("A daemon that is killed and started again is found again")
    func restart() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/daemon.sock"
            let heard = Gate()
            let gone = Gate()
            let terminal = Terminal()
            let starts = Journal<Promptcall_V1_SubscribeStart>()
            var first = FakeDaemon()
            first.onSubscribe = { requests, responses in
                starts.add(try await Self.start(requests))
                try await responses.send(Self.event(1))
                _ = try await requests.next()
                heard.open()
                await Gate().wait()
            }
            var second = FakeDaemon()
            second.onSubscribe = { requests, responses in
                starts.add(try await Self.start(requests))
                throw RPCError(.aborted, "Enough.")
            }
            try await withThrowingTaskGroup(of: ProgramStatus.self) { group in
                let back = Gate()
                try await serving(first, at: path) {
                    group.addTask {
                        await terminal.run(
                            ["events", "--name", "n", "--output", "json", "--socket", path],
                            sleep: { pause in
                                if pause == .milliseconds(100) { return }
                                // The first attempt found nobody.
                                gone.open()
                                await back.wait()
                            }
                        )
                    }
                    await heard.wait()
                }
                await gone.wait()
                let status = try await serving(second, at: path) {
                    back.open()
                    return try await group.next()
                }
                #expect(status == .tryAgain)
            }
            #expect(starts.entries == [.with { $0.name = "n" }, .with { $0.name = "n" }])
            // Scripts read errors alone from standard error.
            #expect(terminal.complaints.hasPrefix(#"{"code":"ABORTED","#))
        }
    }

    @Test("A daemon that was never there is an error")
    func absent() async throws {
        try await withTemporaryDirectory { directory in
            let status = await Terminal().run(["events", "--socket", "\(directory)/none"])
            #expect(status == .unreachable)
        }
    }

    @Test("A cursor that is too old comes with the oldest one")
    func cursorExpired() async throws {
        var daemon = FakeDaemon()
        daemon.onSubscribe = { _, _ in
            throw try refusal(
                .outOfRange,
                .with {
                    $0.reason = "CURSOR_EXPIRED"
                    $0.message = "The cursor is too old."
                    $0.oldestCursor = "c5"
                }
            )
        }
        let terminal = Terminal()
        let status = try await withDaemon(daemon) { socket in
            await terminal.run(["events", "--after", "c1", "--socket", socket])
        }
        #expect(status == .refused)
        #expect(
            terminal.complaints == "promptcall: The cursor is too old. (oldest cursor: c5)\n"
        )
    }

    @Test("An event that could not be written is not acknowledged")
    func brokenOutput() async throws {
        let requestsAfterStart = Journal<Bool>()
        let over = Gate()
        var daemon = FakeDaemon()
        daemon.onSubscribe = { requests, responses in
            defer { over.open() }
            _ = try await Self.start(requests)
            try await responses.send(Self.event(1))
            requestsAfterStart.add(try await requests.next() != nil)
        }
        let errors = Journal<String>()
        let status = try await withDaemon(daemon) { socket in
            let surroundings = CommandSurroundings(
                environment: ["PROMPTCALL_SOCKET": socket],
                workingDirectory: { "/" },
                readLine: { nil },
                write: { _ in throw OutputError(errorNumber: EPIPE) },
                writeError: { errors.add($0) },
                now: { Terminal.now },
                sleep: { _ in },
                interruption: { await Gate().wait() }
            )
            let status = await PromptCallProgram.run(
                arguments: ["events", "--name", "n"],
                in: surroundings
            )
            await over.wait()
            return status
        }
        #expect(status == .unexpected)
        #expect(requestsAfterStart.entries.allSatisfy { !$0 })
        #expect(errors.entries == [])
    }
}
