import PromptCallAPI
import PromptCallCommand
import SwiftProtobuf
import Testing

@Suite("get and cancel", .timeLimit(.minutes(3)))
struct ShowCommandTests {
    static let full: Promptcall_V1_Call = {
        var call = call(.failed, .attemptsExhausted)
        call.caller = "billing"
        call.detail = "No more tries."
        call.attempts = 3
        call.digits = "12"
        call.redials = 1
        call.labels = ["order": "7", "from_number": "x"]
        call.requestID = "r-1"
        call.placedAt = time(1)
        call.answeredAt = time(2)
        call.verifiedAt = time(3)
        call.endedAt = time(4)
        call.notBefore = time(0)
        call.expiresAt = time(600)
        call.price = "0.0120"
        call.messageLeft = true
        call.profile = "default"
        call.callback = .with {
            $0.state = .waiting
            $0.attempts = 2
            $0.lastHTTPStatus = 500
            $0.lastError = "Server error"
            $0.url = "https://a/b"
            $0.nextAttemptAt = time(9)
        }
        call.legs = [
            .with {
                $0.number = 1
                $0.reason = .busy
            },
            .with {
                $0.number = 2
                $0.uuid = "u-2"
                $0.conversationUuid = "CON-2"
                $0.network = "23410"
                $0.duration.seconds = 12
                $0.price = "0.0120"
                $0.rate = "0.0600"
                $0.placedAt = time(1)
                $0.ringingAt = time(1)
                $0.answeredAt = time(2)
                $0.endedAt = time(4)
            },
        ]
        return call
    }()

    private func shown(
        _ call: Promptcall_V1_Call,
        command: String = "get",
        format: String = "text"
    ) async throws -> String {
        var daemon = FakeDaemon()
        let answer: @Sendable (String) -> Promptcall_V1_Call = {
            #expect($0 == tid)
            return call
        }
        if command == "get" { daemon.onGet = answer } else { daemon.onCancel = answer }
        let terminal = Terminal()
        let status = try await withDaemon(daemon) { socket in
            await terminal.run([command, tid, "--output", format, "--socket", socket])
        }
        #expect(status == .ok)
        #expect(terminal.complaints == "")
        return terminal.written
    }

    @Test("Everything that is known of a call is shown, aligned", arguments: ["get", "cancel"])
    func text(command: String) async throws {
        let expected = """
            tid:          \(tid)
            to:           14155550100
            from:         14155550101
            stage:        ended
            status:       failed
            reason:       attempts_exhausted
            detail:       No more tries.
            attempts:     3
            digits:       12
            redials:      1
            message_left: yes
            price:        0.0120 EUR
            caller:       billing
            profile:      default
            request_id:   r-1
            labels:       from_number=x order=7
            submitted_at: 2026-01-31T09:00:00Z
            not_before:   2026-01-31T09:00:00Z
            expires_at:   2026-01-31T09:10:00Z
            placed_at:    2026-01-31T09:00:01Z
            answered_at:  2026-01-31T09:00:02Z
            verified_at:  2026-01-31T09:00:03Z
            ended_at:     2026-01-31T09:00:04Z
            callback:     waiting https://a/b attempts=2 http_status=500 \
            next_attempt_at=2026-01-31T09:00:09Z (Server error)
            leg 1
              reason: busy
            leg 2
              uuid:              u-2
              conversation_uuid: CON-2
              network:           23410
              duration:          12s
              price:             0.0120 EUR
              rate:              0.0600 EUR a minute
              placed_at:         2026-01-31T09:00:01Z
              ringing_at:        2026-01-31T09:00:01Z
              answered_at:       2026-01-31T09:00:02Z
              ended_at:          2026-01-31T09:00:04Z

            """
        #expect(try await self.shown(Self.full, command: command) == expected)
    }

    @Test("JSON has the names of the fields in the .proto, and the sender under from")
    func json() async throws {
        let line = try await self.shown(Self.full, format: "json")
        #expect(line.hasSuffix("}\n"))
        #expect(!line.dropLast().contains("\n"))
        let start = """
            {"tid":"\(tid)","caller":"billing","to":"14155550100","from":"14155550101",\
            "stage":"STAGE_ENDED","status":"STATUS_FAILED","reason":"REASON_ATTEMPTS_EXHAUSTED",\
            "detail":"No more tries.","attempts":3,"digits":"12","redials":1,\
            "labels":{"from_number":"x","order":"7"},"request_id":"r-1",\
            "submitted_at":"2026-01-31T09:00:00Z",
            """
        #expect(line.hasPrefix(start))
        #expect(try Promptcall_V1_Call(jsonString: line) == Self.full)
    }

    @Test("A label is never renamed")
    func label() async throws {
        var call = Self.full
        call.fromNumber = ""
        let line = try await self.shown(call, format: "json")
        #expect(line.contains(#""labels":{"from_number":"x","order":"7"}"#))
        #expect(!line.contains(#""from":"#))
    }

    @Test("What would move the cursor or forge a line is shown and not done")
    func unprintable() async throws {
        var call = Self.full
        call.detail = "a\nstatus: ok\u{1B}[2J\u{202E}b"
        let text = try await self.shown(call)
        #expect(text.contains(#"detail:       a\u{a}status: ok\u{1b}[2J\u{202e}b"# + "\n"))
    }

    @Test("A value that this program does not know is shown as its number")
    func unknown() async throws {
        var call = Self.full
        call.reason = .UNRECOGNIZED(77)
        #expect(try await self.shown(call).contains("reason:       77\n"))
    }
}
