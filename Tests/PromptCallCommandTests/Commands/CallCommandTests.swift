import PromptCallAPI
import PromptCallCommand
import SwiftProtobuf
import TTRPC
import Testing

@Suite("call and wait", .timeLimit(.minutes(3)))
struct CallCommandTests {
    private let arguments = ["call", "--to", "14155550100", "--text", "Hello"]

    private func daemon(
        _ response: Promptcall_V1_SubmitResponse = .with { $0.tid = tid },
        then call: Promptcall_V1_Call? = nil
    ) -> FakeDaemon {
        var daemon = FakeDaemon()
        daemon.onSubmit = { _ in response }
        daemon.onWait = { request, _ in
            #expect(request.tid == tid)
            return call ?? .init()
        }
        return daemon
    }

    @Test(
        "The tid is printed, with what else is worth knowing",
        arguments: [
            ("text", false, 0, "tid: \(tid)\n"),
            ("json", false, 0, #"{"tid":"\#(tid)"}"# + "\n"),
            ("json", false, 7, #"{"tid":"\#(tid)"}"# + "\n"),
            ("json", true, 0, #"{"tid":"\#(tid)","existed":true}"# + "\n"),
            ("text", false, 7, "tid: \(tid)\nexpected_wait: 7s\n"),
            (
                "text", true, 0,
                "tid: \(tid)\nexisted: yes, request_id is that of an earlier call\n"
            ),
        ]
    )
    func submitted(format: String, existed: Bool, wait: Int64, output: String) async throws {
        let response = Promptcall_V1_SubmitResponse.with {
            $0.tid = tid
            $0.existed = existed
            $0.expectedWait.seconds = wait
        }
        let terminal = Terminal()
        let status = try await withDaemon(self.daemon(response)) { socket in
            await terminal.run(self.arguments + ["--output", format, "--socket", socket])
        }
        #expect(status == .ok)
        #expect(terminal.written == output)
        #expect(terminal.complaints == "")
    }

    @Test(
        "What may go wrong is told behind the tid",
        arguments: [
            ("text", "tid: \(tid)\nwarning: voice.style: a\nwarning: b\\u{1b}\n"),
            ("json", #"{"tid":"\#(tid)","warnings":["voice.style: a","b\u001B"]}"# + "\n"),
        ]
    )
    func warned(format: String, output: String) async throws {
        let response = Promptcall_V1_SubmitResponse.with {
            $0.tid = tid
            $0.warnings = ["voice.style: a", "b\u{1B}"]
        }
        let terminal = Terminal()
        let status = try await withDaemon(self.daemon(response)) { socket in
            await terminal.run(self.arguments + ["--output", format, "--socket", socket])
        }
        #expect(status == .ok)
        #expect(terminal.written == output)
    }

    static let outcomes: [(Promptcall_V1_Status, Promptcall_V1_Reason, ProgramStatus)] = [
        (.ok, .pinMatched, .ok),
        (.failed, .attemptsExhausted, .callFailed),
        (.error, .busy, .callError),
    ]

    @Test("With --wait the outcome is the exit code, behind the tid", arguments: Self.outcomes)
    func waited(
        status: Promptcall_V1_Status,
        reason: Promptcall_V1_Reason,
        expected: ProgramStatus
    ) async throws {
        let daemon = self.daemon(then: call(status, reason))
        let terminal = Terminal()
        let exit = try await withDaemon(daemon) { socket in
            await terminal.run(self.arguments + ["--wait", "--socket", socket])
        }
        #expect(exit == expected)
        #expect(terminal.written.hasPrefix("tid: \(tid)\ntid:"))

        let script = Terminal()
        let scriptExit = try await withDaemon(daemon) { socket in
            await script.run(["wait", tid, "--output", "json", "--socket", socket])
        }
        #expect(scriptExit == expected)
        #expect(script.written.contains(#""status":"STATUS_"#))
    }

    @Test("A verified call ends well, whatever is still to come")
    func verified() async throws {
        var daemon = self.daemon()
        let asked = Journal<Promptcall_V1_Stage>()
        daemon.onWait = { request, context in
            asked.add(request.until)
            #expect(context.deadline == nil)
            var call = call(.unspecified, .unspecified)
            call.stage = .verified
            return call
        }
        let both = try await withDaemon(daemon) { socket in
            [
                await Terminal().run(
                    self.arguments + ["--wait", "--until", "verified", "--socket", socket]
                ),
                await Terminal().run(["wait", tid, "--until", "verified", "--socket", socket]),
            ]
        }
        #expect(both == [.ok, .ok])
        #expect(asked.entries == [.verified, .verified])
    }

    @Test("A call without an outcome is nobody's success")
    func withoutOutcome() async throws {
        let terminal = Terminal()
        let status = try await withDaemon(self.daemon(then: .with { $0.tid = tid })) { socket in
            await terminal.run(["wait", tid, "--socket", socket])
        }
        #expect(status == .unexpected)
    }

    @Test("A timeout reaches the daemon; when it is over, try again")
    func timeout() async throws {
        var daemon = self.daemon()
        daemon.onWait = { request, context in
            #expect(request.until == .ended)
            let left = try #require(context.deadline) - .now
            #expect(left > .seconds(600) && left <= .seconds(3_600))
            throw RPCError(.deadlineExceeded, "The deadline passed.")
        }
        for arguments in [["wait", tid], self.arguments + ["--wait"]] {
            let terminal = Terminal()
            let status = try await withDaemon(daemon) { socket in
                await terminal.run(arguments + ["--timeout", "1h", "--socket", socket])
            }
            #expect(status == .tryAgain)
            #expect(terminal.complaints == "promptcall: The deadline passed.\n")
        }
    }

    @Test("A timeout ends the wait also where the daemon does not answer")
    func silentDaemon() async throws {
        var daemon = self.daemon()
        daemon.onWait = { _, _ in
            await Gate().wait()
            throw CancellationError()
        }
        let terminal = Terminal()
        let status = try await withDaemon(daemon) { socket in
            await terminal.run(["wait", tid, "--timeout", "1ms", "--socket", socket])
        }
        #expect(status == .tryAgain)
    }
}
