import ArgumentParser
import Glibc
import PromptCallAPI
import SwiftProtobuf
import TTRPC
import Testing

@testable import PromptCallCommand

@Suite("Failures and exit codes", .timeLimit(.minutes(3)))
struct FailureTests {
    static let exitCodes: [(RPCError.Code, Int32)] = [
        (.cancelled, 70), (.unknown, 70), (.invalidArgument, 65), (.deadlineExceeded, 75),
        (.notFound, 65), (.alreadyExists, 65), (.permissionDenied, 77), (.resourceExhausted, 75),
        (.failedPrecondition, 65), (.aborted, 75), (.outOfRange, 65), (.unimplemented, 70),
        (.internal, 70), (.unavailable, 75), (.dataLoss, 70), (.unauthenticated, 77),
    ]

    @Test("Every code of an answer has its exit code", arguments: Self.exitCodes)
    func codes(code: RPCError.Code, exitCode: Int32) async throws {
        var daemon = FakeDaemon()
        daemon.onGet = { _ in throw RPCError(code, "No.") }
        let terminal = Terminal()
        let status = try await withDaemon(daemon) { socket in
            await terminal.run(["get", tid, "--socket", socket])
        }
        #expect(status.rawValue == exitCode)
        #expect(terminal.written == "")
        #expect(terminal.complaints == "promptcall: No.\n")
        #expect(Self.exitCodes.count == RPCError.Code.allCases.count)
    }

    @Test(
        "Every command says why it failed",
        arguments: [
            ["call", "--to", "1", "--text", "t"], ["get", tid], ["wait", tid], ["cancel", tid],
            ["list"], ["events"], ["status"], ["metrics"], ["drain"],
        ]
    )
    func commands(arguments: [String]) async throws {
        let error = RPCError(.permissionDenied, "No.")
        var daemon = FakeDaemon()
        daemon.onSubmit = { _ in throw error }
        daemon.onGet = { _ in throw error }
        daemon.onWait = { _, _ in throw error }
        daemon.onCancel = { _ in throw error }
        daemon.onList = { _ in throw error }
        daemon.onSubscribe = { _, _ in throw error }
        daemon.onStatus = { throw error }
        daemon.onMetrics = { throw error }
        daemon.onDrain = { _ in throw error }
        let terminal = Terminal()
        let status = try await withDaemon(daemon) { socket in
            await terminal.run(arguments + ["--socket", socket])
        }
        #expect(status == .notPermitted)
        #expect(terminal.written == "")
        #expect(terminal.complaints == "promptcall: No.\n")
    }

    @Test("A refusal names the field, when to try again, and its reason for scripts")
    func refused() async throws {
        var daemon = FakeDaemon()
        daemon.onSubmit = { _ in
            throw try refusal(
                .resourceExhausted,
                .with {
                    $0.reason = "QUEUE_FULL"
                    $0.field = "to"
                    $0.message = "Too many\ncalls."
                    $0.retryAfter.seconds = 5
                }
            )
        }
        let arguments = ["call", "--to", "1", "--text", "t", "--pin", "9876", "--socket"]
        let terminal = Terminal()
        let script = Terminal()
        try await withDaemon(daemon) { socket in
            #expect(await terminal.run(arguments + [socket]) == .tryAgain)
            #expect(await script.run(arguments + [socket, "--output", "json"]) == .tryAgain)
        }
        #expect(
            terminal.complaints
                == "promptcall: to: Too many\\u{a}calls. (try again in 5s)\n"
        )
        let object = """
            {"code":"RESOURCE_EXHAUSTED","exit_code":75,"field":"to",\
            "message":"Too many\\ncalls.","reason":"QUEUE_FULL","retry_after":"5s"}

            """
        #expect(script.complaints == object)
        #expect(script.written == "")
    }

    @Test("Without a message of its own, a refusal has that of the status")
    func statusMessage() async throws {
        var daemon = FakeDaemon()
        daemon.onGet = { _ in
            throw try refusal(.invalidArgument, .with { $0.field = "tid" })
        }
        let terminal = Terminal()
        let status = try await withDaemon(daemon) { socket in
            await terminal.run(["get", "x", "--socket", socket])
        }
        #expect(status == .refused)
        #expect(terminal.complaints == "promptcall: tid: As the status says.\n")
    }

    @Test("An absent daemon is named by its path, stale socket or none")
    func absent() async throws {
        try await withTemporaryDirectory { directory in
            try self.leaveStaleSocket(at: "\(directory)/stale")
            for (name, words) in [("none", "no such socket"), ("stale", "nobody listens")] {
                let path = "\(directory)/\(name)"
                let terminal = Terminal()
                #expect(await terminal.run(["status", "--socket", path]) == .unreachable)
                #expect(terminal.complaints.contains("'\(path)'"))
                #expect(terminal.complaints.contains(words))

                let script = Terminal()
                let status = await script.run(["status", "--socket", path, "--output=json"])
                #expect(status == .unreachable)
                #expect(script.complaints.hasPrefix(#"{"code":"UNREACHABLE","exit_code":69,"#))
            }
        }
    }

    private func leaveStaleSocket(at path: String) throws {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
    }

    @Test("Whoever may not connect learns which group may")
    func notPermitted() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/socket"
            try self.leaveStaleSocket(at: path)
            let group = SocketAccess.groupName(getegid())
            let cases: [(mode_t, String)] = [
                (0o660, "only members of the group '\(group)' may"),
                (0o600, "only the owner of '\(path)' may"),
            ]
            for (mode, words) in cases {
                try #require(chmod(path, mode) == 0)
                let failure = CommandFailure(
                    connecting: .notPermitted,
                    message: "",
                    socketPath: path
                )
                #expect(failure.status == .unreachable)
                let expected = "Cannot connect to '\(path)': permission denied; \(words)."
                #expect(failure.message == expected)
            }
            // What cannot be looked at is explained by the directory above it.
            try #require(chmod(directory, 0o710) == 0)
            #expect(
                SocketAccess.hint(path: "\(directory)/none")
                    == "only members of the group '\(group)' may"
            )
        }
    }

    @Test("A group without a name is its number")
    func groupNames() {
        #expect(SocketAccess.groupName(0) == "root")
        #expect(SocketAccess.groupName(3_999_999_999) == "3999999999")
    }

    @Test("A path that fits no socket is a bad argument")
    func longPath() async {
        let path = String(repeating: "a", count: 108)
        #expect(await Terminal().run(["status", "--socket", path]) == .badArguments)
    }

    @Test("The flag wins over the environment; an empty variable counts as none")
    func socketPath() async throws {
        var daemon = FakeDaemon()
        daemon.onStatus = { .init() }
        try await withDaemon(daemon) { socket in
            let stated = ["PROMPTCALL_SOCKET": socket]
            #expect(await Terminal().run(["status"], environment: stated) == .ok)
            let wrong = ["PROMPTCALL_SOCKET": "/nowhere/socket"]
            let flags = ["status", "--socket", socket]
            #expect(await Terminal().run(flags, environment: wrong) == .ok)
            let terminal = Terminal()
            #expect(await terminal.run(["status"], environment: wrong) == .unreachable)
            #expect(terminal.complaints.contains("'/nowhere/socket'"))
        }
        // Only asked for, for whether a daemon runs on this machine is not this test's to say.
        for environment in [[:], ["PROMPTCALL_SOCKET": ""]] {
            let path = try CommonOptions.parse([]).socketPath(environment)
            #expect(path == "/run/promptcall/promptcall.sock")
        }
    }

    @Test(
        "Bad arguments are 64, as a sentence or as an object",
        arguments: [
            [], ["frob"], ["--frob"], ["get"], ["get", "a", "b"], ["wait"], ["call"],
            ["status", "--frob"], ["drain", "--grace", "soon"], ["list", "--limit", "many"],
        ]
    )
    func badArguments(arguments: [String]) async {
        let terminal = Terminal()
        #expect(await terminal.run(arguments) == .badArguments)
        #expect(terminal.written == "")
        #expect(terminal.complaints.contains("Usage: promptcall"))

        for format in [["--output", "json"], ["--output=json"]] {
            let script = Terminal()
            #expect(await script.run(arguments + format) == .badArguments)
            let start = #"{"code":"BAD_ARGUMENTS","exit_code":64,"message":""#
            #expect(script.complaints.hasPrefix(start))
            #expect(script.complaints.hasSuffix("}\n"))
        }
    }

    @Test(
        "Help goes to standard output and is a success",
        arguments: [["--help"], ["help", "call"], ["call", "--help"], ["events", "-h"]]
    )
    func help(arguments: [String]) async {
        let terminal = Terminal()
        #expect(await terminal.run(arguments) == .ok)
        #expect(terminal.written.contains("USAGE: promptcall"))
        #expect(terminal.complaints == "")
    }

    @Test("Output that takes no more is an error")
    func fullOutput() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        #expect(throws: OutputError(errorNumber: ENOSPC)) {
            try OutputDescriptor(descriptor).write("text")
        }
        let failure = CommandFailure(OutputError(errorNumber: ENOSPC), socketPath: "")
        #expect(failure.status == .unexpected)
        #expect(failure.message.contains("No space left"))
    }
}
