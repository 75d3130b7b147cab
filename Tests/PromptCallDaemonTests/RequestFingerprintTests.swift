import Cryptography
import PromptCallAPI
import PromptCallCore
import SwiftProtobuf
import Testing

@testable import PromptCallDaemon

@Suite("Fingerprints of requests")
struct RequestFingerprintTests {
    private func fingerprint(
        _ request: Promptcall_V1_SubmitRequest,
        now: Timestamp = Fixture.now,
        key: SealingKey = Fixture.key
    ) throws -> [UInt8] {
        RequestFingerprint.make(
            try Fixture.read(request, now: now),
            statesFrom: !request.fromNumber.isEmpty,
            statesExpiry: request.hasExpiresAt,
            key: key
        )
    }

    /// A request that states every field that can be.
    private static func whole(
        _ change: (inout Promptcall_V1_SubmitRequest) -> Void = { _ in }
    ) -> Promptcall_V1_SubmitRequest {
        Fixture.collecting { request in
            request.fromNumber = "14155550199"
            request.callback = "https://hooks.billing.internal/a"
            request.byeText = "Bye."
            request.failedText = "Wrong."
            request.accept = ["1", "2"]
            request.labels = ["a": "1", "b": "2", "c": "3", "d": "4"]
            request.notBefore = .init(seconds: Fixture.second + 60)
            request.expiresAt = .init(seconds: Fixture.second + 600)
            change(&request)
        }
    }

    @Test("It has 32 bytes and depends on the key")
    func key() throws {
        let request = Self.whole()
        let other = SealingKey(bytes: Array(repeating: 8, count: SealingKey.length))
        #expect(try fingerprint(request).count == 32)
        #expect(try fingerprint(request) != fingerprint(request, key: other))
    }

    @Test("It is over a text that must not change, for fingerprints are stored")
    func canonicalText() throws {
        let request = Self.whole()
        let milliseconds = Int(Fixture.second) * 1000
        let fields = [
            ("to", "447700900123"), ("from", "14155550199"), ("prompt", "digits(min: 1, max: 4)"),
            ("text", request.text), ("bye", "Bye."), ("failed", "Wrong."), ("expected", "1"),
            ("expected", "2"), ("callback", "https://hooks.billing.internal/a"), ("method", "2"),
            ("attempts", "3"), ("plays", "1"), ("input", "5000"), ("hash", "false"),
            ("language", "en-US"), ("style", "0 false"), ("ring", "60000"),
            ("duration", "300000"), ("not before", "\(milliseconds + 60_000)"),
            ("expires", "\(milliseconds + 600_000)"), ("label a", "1"), ("label b", "2"),
            ("label c", "3"), ("label d", "4"), ("priority", "2"), ("unknown", "1"),
        ]
        let canonical = fields.map { name, value in
            "\(name.utf8.count):\(name)\(value.utf8.count):\(value)"
        }
        let code = Fixture.key.fingerprint(of: Array(canonical.joined().utf8))
        #expect(try self.fingerprint(request) == code)
    }

    @Test("Credentials do not count")
    func credentials() throws {
        let plain = try fingerprint(Self.whole())
        #expect(try fingerprint(Self.whole { $0.credentials.profile = "bare" }) == plain)
        let token = Fixture.token(expiresIn: 3600)
        #expect(try fingerprint(Self.whole { $0.credentials.jwt = token }) == plain)
    }

    @Test("A number left to the profile does not count, whatever the profile states")
    func impliedNumber() throws {
        let request = Fixture.request()
        let order = try Fixture.read(request)
        var other = order
        other.terms.from = try #require(PhoneNumber("14155550102"))
        other.terms.credentials = .profile("other")
        func make(_ order: SubmitReader.Order) -> [UInt8] {
            RequestFingerprint.make(order, statesFrom: false, statesExpiry: false, key: Fixture.key)
        }
        #expect(make(order) == make(other))
    }

    @Test("Neither the order of labels nor request_id counts, nor a plus, nor a default stated")
    func sameOrder() throws {
        let plain = try fingerprint(Self.whole())
        let labels = ["d": "4", "c": "3", "b": "2", "a": "1"]
        #expect(try fingerprint(Self.whole { $0.labels = labels }) == plain)
        #expect(try fingerprint(Self.whole { $0.requestID = "r" }) == plain)
        #expect(try fingerprint(Self.whole { $0.to = "+447700900123" }) == plain)
        #expect(try fingerprint(Self.whole { $0.maxAttempts = 3 }) == plain)
        #expect(try fingerprint(Self.whole { $0.priority = .normal }) == plain)
        #expect(try fingerprint(Self.whole { $0.callbackMethod = .post }) == plain)
    }

    @Test("The clock does not count where no expiry is stated")
    func clock() throws {
        let request = Fixture.request()
        let later = Fixture.now + .seconds(30)
        #expect(try fingerprint(request) == fingerprint(request, now: later))
    }

    @Test("Every field counts")
    func everyField() throws {
        let changes: [(String, (inout Promptcall_V1_SubmitRequest) -> Void)] = [
            ("to", { $0.to = "447700900124" }),
            ("from", { $0.fromNumber = "14155550198" }),
            ("text", { $0.text = "Other" }),
            ("callback", { $0.callback = "https://hooks.billing.internal/b" }),
            ("callback_method", { $0.callbackMethod = .get }),
            ("bye_text", { $0.byeText = "" }),
            ("failed_text", { $0.failedText = "" }),
            ("max_digits", { $0.maxDigits = 5 }),
            ("max_attempts", { $0.maxAttempts = 4 }),
            ("repeat", { $0.repeat = 2 }),
            ("input_timeout", { $0.inputTimeout = .init(seconds: 6) }),
            ("hash_is_digit", { $0.hashIsDigit = true }),
            ("language", { $0.voice.language = "en-GB" }),
            ("style", { $0.voice.style = 1 }),
            ("premium", { $0.voice.premium = true }),
            ("ring_timeout", { $0.ringTimeout = .init(seconds: 59) }),
            ("not_before", { $0.notBefore = .init(seconds: Fixture.second + 61) }),
            ("expires_at", { $0.expiresAt = .init(seconds: Fixture.second + 601) }),
            ("no expires_at", { $0.clearExpiresAt() }),
            ("label value", { $0.labels["a"] = "2" }),
            ("label name", { $0.labels = ["a": "1", "b": "2", "c": "3", "e": "4"] }),
            ("priority", { $0.priority = .urgent }),
            ("accept", { $0.accept = ["1", "3"] }),
            ("accept split", { $0.accept = ["12"] }),
            ("min_digits", { $0.minDigits = 2 }),
            ("if_placement_unknown", { $0.ifPlacementUnknown = .ringAgain }),
            ("max_duration", { $0.maxDuration = .init(seconds: 299) }),
            ("max_redials", { $0.redial.maxRedials = 1 }),
            ("more redials", { $0.redial.maxRedials = 2 }),
            (
                "redial wait",
                {
                    $0.redial.maxRedials = 1
                    $0.redial.wait = .init(seconds: 61)
                }
            ),
            (
                "redial on",
                {
                    $0.redial.maxRedials = 1
                    $0.redial.on = [.busy]
                }
            ),
            ("HANG_UP", { $0.machineAction = .hangUp }),
            ("LEAVE_MESSAGE", { $0.machineAction = .leaveMessage }),
            (
                "machine_text",
                {
                    $0.machineAction = .leaveMessage
                    $0.machineText = "Hello"
                }
            ),
            (
                "a PIN instead",
                {
                    $0.maxDigits = 0
                    $0.accept = []
                    $0.pinCode = "1234"
                }
            ),
        ]
        var seen = [try fingerprint(Self.whole())]
        for (name, change) in changes {
            let made = try fingerprint(Self.whole(change))
            #expect(!seen.contains(made), "\(name)")
            seen.append(made)
        }
        let pin = try fingerprint(Fixture.request())
        #expect(try fingerprint(Fixture.request { $0.pinCode = "1235" }) != pin)
    }

    @Test("What is left to a default, or stated as it, is the same request")
    func defaults() throws {
        let plain = try fingerprint(Self.whole())
        #expect(try fingerprint(Self.whole { $0.redial = .init() }) == plain)
        #expect(try fingerprint(Self.whole { $0.machineAction = .continue }) == plain)
        let once = try fingerprint(Self.whole { $0.redial.maxRedials = 1 })
        let stated = Self.whole {
            $0.redial.maxRedials = 1
            $0.redial.wait = .init(seconds: 60)
            $0.redial.on = [.unanswered, .busy, .busy]
        }
        #expect(try fingerprint(stated) == once)
    }

    @Test("Texts that join to the same do not look the same")
    func lengths() throws {
        let first = try fingerprint(
            Fixture.request {
                $0.byeText = "ab"
                $0.failedText = "c"
            }
        )
        let second = try fingerprint(
            Fixture.request {
                $0.byeText = "a"
                $0.failedText = "bc"
            }
        )
        #expect(first != second)
    }
}
