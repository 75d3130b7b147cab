import Glibc
import PromptCallAPI
import PromptCallCommand
import SwiftProtobuf
import Testing

@Suite("Flags of call", .timeLimit(.minutes(3)))
struct CallFlagTests {
    /// Flags and the fields that they set.
    struct Case: Sendable, CustomTestStringConvertible {
        var flags: [String]
        var fields: @Sendable (inout Promptcall_V1_SubmitRequest) -> Void

        init(
            _ flags: String...,
            fields: @escaping @Sendable (inout Promptcall_V1_SubmitRequest) -> Void
        ) {
            self.flags = flags
            self.fields = fields
        }

        var testDescription: String { self.flags.joined(separator: " ") }
    }

    static let cases: [Case] = [
        Case("--from", "14155550101") { $0.fromNumber = "14155550101" },
        Case("--pin", "12#4") { $0.pinCode = "12#4" },
        Case("--bye", "Bye") { $0.byeText = "Bye" },
        Case("--bye=--") { $0.byeText = "--" },
        Case("--failed", "Again") { $0.failedText = "Again" },
        Case("--repeat", "2") { $0.repeat = 2 },
        Case("--language", "en-GB") { $0.voice.language = "en-GB" },
        Case("--style", "3") { $0.voice.style = 3 },
        Case("--style", "0") { $0.voice = .init() },
        Case("--premium") { $0.voice.premium = true },
        Case("--max-digits", "4") { $0.maxDigits = 4 },
        Case("--min-digits", "2") { $0.minDigits = 2 },
        Case("--accept", "1", "--accept", "2") { $0.accept = ["1", "2"] },
        Case("--max-attempts", "5") { $0.maxAttempts = 5 },
        Case("--input-timeout", "1500ms") {
            $0.inputTimeout = .with {
                $0.seconds = 1
                $0.nanos = 500_000_000
            }
        },
        Case("--input-timeout", "0s") { $0.inputTimeout = .init() },
        Case("--hash-is-digit") { $0.hashIsDigit = true },
        Case("--profile", "emea") { $0.credentials.profile = "emea" },
        Case("--jwt", "a.b.c") { $0.credentials.jwt = "a.b.c" },
        Case("--not-before", "2026-02-01T10:00:00+01:00") { $0.notBefore = time(86_400) },
        Case("--not-before", "10m") { $0.notBefore = time(600) },
        Case("--expires-at", "1h") { $0.expiresAt = time(3_600) },
        Case("--expires-at", "2026-01-31T09:00:01Z") { $0.expiresAt = time(1) },
        Case("--priority", "urgent") { $0.priority = .urgent },
        Case("--priority", "normal") { $0.priority = .normal },
        Case("--priority", "bulk") { $0.priority = .bulk },
        Case("--ring-timeout", "30s") { $0.ringTimeout.seconds = 30 },
        Case("--max-duration", "2m") { $0.maxDuration.seconds = 120 },
        Case("--if-placement-unknown", "give-up") { $0.ifPlacementUnknown = .giveUp },
        Case("--if-placement-unknown", "ring-again") { $0.ifPlacementUnknown = .ringAgain },
        Case("--machine-action", "continue") { $0.machineAction = .continue },
        Case("--machine-action", "hang-up") { $0.machineAction = .hangUp },
        Case("--machine-action", "leave_message") { $0.machineAction = .leaveMessage },
        Case("--machine-text", "Call us") { $0.machineText = "Call us" },
        Case("--max-redials", "3") { $0.redial.maxRedials = 3 },
        Case("--redial-wait", "90s") { $0.redial.wait.seconds = 90 },
        Case("--redial-on", "busy,no-input", "--redial-on", "HUNG_UP") {
            $0.redial.on = [.busy, .noInput, .hungUp]
        },
        Case("--callback", "https://a/b") { $0.callback = "https://a/b" },
        Case("--callback-method", "get") { $0.callbackMethod = .get },
        Case("--callback-method", "post") { $0.callbackMethod = .post },
        Case("--callback-method", "post-json") { $0.callbackMethod = .postJson },
        Case("--label", "order=1=2", "--label", "empty=") {
            $0.labels = ["order": "1=2", "empty": ""]
        },
        Case("--request-id", "r-1") { $0.requestID = "r-1" },
    ]

    /// Runs `call` and returns what the daemon got.
    private func submitted(
        _ flags: [String],
        on terminal: Terminal = Terminal()
    ) async throws -> [Promptcall_V1_SubmitRequest] {
        let requests = Journal<Promptcall_V1_SubmitRequest>()
        var daemon = FakeDaemon()
        daemon.onSubmit = {
            requests.add($0)
            return .with { $0.tid = tid }
        }
        let status = try await withDaemon(daemon) { socket in
            await terminal.run(
                ["call", "--to", "14155550100", "--text", "Hello"] + flags + ["--socket", socket]
            )
        }
        #expect(status == .ok, "\(terminal.complaints)")
        return requests.entries
    }

    private func request(
        _ fields: (inout Promptcall_V1_SubmitRequest) -> Void = { _ in }
    ) -> Promptcall_V1_SubmitRequest {
        .with {
            $0.to = "14155550100"
            $0.text = "Hello"
            fields(&$0)
        }
    }

    @Test("Without flags everything is left to the daemon")
    func none() async throws {
        #expect(try await self.submitted([]) == [self.request()])
    }

    @Test("A flag sets its field and nothing else", arguments: Self.cases)
    func flag(example: Case) async throws {
        #expect(try await self.submitted(example.flags) == [self.request(example.fields)])
    }

    @Test("All flags together")
    func together() async throws {
        let flags = [
            ["--from", "14155550101", "--pin", "1234", "--label", "a=b", "--profile", "emea"],
            ["--max-redials", "1", "--redial-wait", "1m", "--language", "de-DE", "--premium"],
        ]
        let expected = self.request {
            $0.fromNumber = "14155550101"
            $0.pinCode = "1234"
            $0.labels = ["a": "b"]
            $0.credentials.profile = "emea"
            $0.redial.maxRedials = 1
            $0.redial.wait.seconds = 60
            $0.voice.language = "de-DE"
            $0.voice.premium = true
        }
        #expect(try await self.submitted(flags.flatMap(\.self)) == [expected])
    }

    @Test("Secrets come from standard input, a line each, the PIN first")
    func standardInput() async throws {
        let terminal = Terminal(input: ["1234", "a.b.c", "more"])
        let requests = try await self.submitted(["--jwt", "-", "--pin", "-"], on: terminal)
        let expected = self.request {
            $0.pinCode = "1234"
            $0.credentials.jwt = "a.b.c"
        }
        #expect(requests == [expected])
        #expect(terminal.unread == ["more"])
    }

    @Test("The private key is read from its file")
    func privateKey() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/key.pem"
            try self.write("-----BEGIN PRIVATE KEY-----\n", to: path)
            let requests = try await self.submitted(["--app-id", "app", "--private-key", path])
            let expected = self.request {
                $0.credentials.privateKey.applicationID = "app"
                $0.credentials.privateKey.pem = "-----BEGIN PRIVATE KEY-----\n"
            }
            #expect(requests == [expected])
        }
    }

    @Test("A key file that cannot be used is named, and nothing of it is shown")
    func unusableKey() async throws {
        try await withTemporaryDirectory { directory in
            try self.write(String(repeating: "secret", count: 3_000), to: "\(directory)/long")
            try self.write("", to: "\(directory)/empty")
            for (name, words) in [
                ("absent", "No such file"), ("long", "16384 bytes"), ("empty", "empty"),
            ] {
                let terminal = Terminal()
                let path = "\(directory)/\(name)"
                let status = await terminal.run(
                    ["call", "--to", "1", "--text", "t", "--app-id", "a", "--private-key", path]
                )
                #expect(status == .badArguments)
                #expect(terminal.complaints.contains("'\(path)'"))
                #expect(terminal.complaints.contains(words))
                #expect(!terminal.complaints.contains("secret"))
            }
        }
    }

    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        fclose(file)
    }

    @Test(
        "What cannot be meant is refused before the daemon is asked, secrets unrepeated",
        arguments: [
            ["--pin", ""], ["--pin", "98", "76"], ["--pin=98", "76"], ["--pn", "9876"],
            ["--jwt", ""], ["--jwt", "9876", "--profile", "p"], ["--profile", ""],
            ["--app-id", "a"], ["--private-key", "k"], ["--app-id", "", "--private-key", "k"],
            ["--jwt", "9876", "--app-id", "a", "--private-key", "k"], ["--request-id", ""],
            ["--max-attempts", "0"], ["--max-digits", "x"], ["--repeat", "-1"],
            ["--ring-timeout", "30"], ["--ring-timeout", "-1s"], ["--expires-at", "tomorrow"],
            ["--label", "a"], ["--label", "=a"], ["--label", "a=1", "--label", "a=2"],
            ["--priority", "high"], ["--redial-on", "busy,"], ["--redial-on", "unspecified"],
            ["--until", "ended"], ["--timeout", "1s"], ["--wait", "--until", "ringing"],
            ["--output", "xml"], ["--socket", ""],
        ]
    )
    func refused(flags: [String]) async {
        let terminal = Terminal()
        let status = await terminal.run(["call", "--to", "1", "--text", "t"] + flags)
        #expect(status == .badArguments)
        #expect(terminal.written == "")
        #expect(!terminal.complaints.isEmpty)
        #expect(!terminal.complaints.contains("76"))
    }

    @Test("A secret that standard input does not have is refused", arguments: [[], [""]])
    func emptyInput(lines: [String]) async {
        for flag in ["--pin", "--jwt"] {
            let terminal = Terminal(input: lines)
            let status = await terminal.run(["call", "--to", "1", "--text", "t", flag, "-"])
            #expect(status == .badArguments)
            #expect(terminal.complaints.contains(flag))
        }
    }
}
