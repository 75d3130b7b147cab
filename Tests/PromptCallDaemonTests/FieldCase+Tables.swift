import PromptCallAPI
import SwiftProtobuf
import TTRPC

@testable import PromptCallDaemon

// Every field at its bounds and next to them.
extension FieldCase {
    static let texts: [FieldCase] = [
        .taken("7 digits") { $0.to = "4412345" },
        .taken("15 digits") { $0.to = "441234567890123" },
        .taken("a plus") { $0.to = "+447700900123" },
        .invalid("to", "empty") { $0.to = "" },
        .invalid("to", "6 digits") { $0.to = "441234" },
        .invalid("to", "16 digits") { $0.to = "4412345678901234" },
        .invalid("to", "a leading 0") { $0.to = "07700900123" },
        .invalid("to", "a blank") { $0.to = "44 7700900123" },
        .invalid("to", "two pluses") { $0.to = "++447700900123" },
        .invalid("to", "other digits") { $0.to = "٤٤٧٧٠٠٩٠٠١٢٣" },
        .taken("a number of its own") { $0.fromNumber = "+14155550199" },
        .invalid("from", "a leading 0") { $0.fromNumber = "0415555" },
        .invalid("from", "6 digits") { $0.fromNumber = "141555" },
        .invalid("from", "16 digits") { $0.fromNumber = "1415555019912345" },
        .invalid("from", "nobody states one") { $0.credentials.profile = "bare" },
        .taken("1 character") { $0.text = "a" },
        .taken("1,500 characters") { $0.text = String(repeating: "é", count: 1500) },
        .taken("1,500 without tags") {
            $0.text = "<speak>\(String(repeating: "a", count: 1500))<break/></speak>"
        },
        .invalid("text", "empty") { $0.text = "" },
        .invalid("text", "blank") { $0.text = " \n" },
        .invalid("text", "1,501 characters") { $0.text = String(repeating: "a", count: 1501) },
        .invalid("text", "1,501 characters that a reader sees as fewer") {
            $0.text = String(repeating: "e\u{301}", count: 750) + "a"
        },
        .invalid("text", "1,501 without tags") {
            $0.text = "<speak>\(String(repeating: "a", count: 1501))</speak>"
        },
        .invalid("text", "not well-formed") { $0.text = "<speak>hello" },
        .invalid("text", "control characters") { $0.text = "a\u{7}" },
        .invalid("text", "too many bytes of tags") {
            $0.text = "<speak>a\(String(repeating: "<break/>", count: 5000))</speak>"
        },
        .taken("500 characters of goodbye") { $0.byeText = String(repeating: "a", count: 500) },
        .invalid("bye_text", "501 characters") { $0.byeText = String(repeating: "a", count: 501) },
        .invalid("bye_text", "not well-formed") { $0.byeText = "<speak>a</p></speak>" },
        .taken("1,500 characters of failure") {
            $0.failedText = String(repeating: "a", count: 1500)
        },
        .invalid("failed_text", "1,501 characters") {
            $0.failedText = String(repeating: "a", count: 1501)
        },
        .invalid("failed_text", "not well-formed") { $0.failedText = "<speak>&</speak>" },
    ]

    static let digits: [FieldCase] = [
        .taken("1 key") { $0.pinCode = "#" },
        .taken("20 keys") { $0.pinCode = String(repeating: "*", count: 20) },
        .taken("an announcement") { $0.pinCode = "" },
        .invalid("pin_code", "21 keys") { $0.pinCode = String(repeating: "1", count: 21) },
        .invalid("pin_code", "a letter") { $0.pinCode = "12a4" },
        .invalid("pin_code", "other digits") { $0.pinCode = "١٢" },
        .invalid("pin_code", "with max_digits") { $0.maxDigits = 4 },
        .taken("max_digits 1") { $0 = Fixture.collecting { $0.maxDigits = 1 } },
        .taken("max_digits 20") { $0 = Fixture.collecting { $0.maxDigits = 20 } },
        .invalid("max_digits", "21") { $0 = Fixture.collecting { $0.maxDigits = 21 } },
        .invalid("max_digits", "most") { $0 = Fixture.collecting { $0.maxDigits = .max } },
        .taken("32 entries") {
            $0 = Fixture.collecting { $0.accept = (1...32).map { "\($0)" } }
        },
        .invalid("accept", "33 entries") {
            $0 = Fixture.collecting { $0.accept = (1...33).map { "\($0)" } }
        },
        .invalid("accept", "without max_digits") {
            $0.pinCode = ""
            $0.accept = ["1"]
        },
        .invalid("accept", "with a PIN") { $0.accept = ["1"] },
        .invalid("accept", "an empty entry") { $0 = Fixture.collecting { $0.accept = [""] } },
        .invalid("accept", "too long an entry") {
            $0 = Fixture.collecting { $0.accept = ["12345"] }
        },
        .invalid("accept", "a letter") { $0 = Fixture.collecting { $0.accept = ["1", "b"] } },
        .invalid("accept", "a # that ends entries") {
            $0 = Fixture.collecting { $0.accept = ["1#"] }
        },
        .taken("a # that is a digit") {
            $0 = Fixture.collecting {
                $0.accept = ["1#"]
                $0.hashIsDigit = true
            }
        },
        .taken("min_digits as many as max_digits") {
            $0 = Fixture.collecting { $0.minDigits = 4 }
        },
        .invalid("min_digits", "more than max_digits") {
            $0 = Fixture.collecting { $0.minDigits = 5 }
        },
        .invalid("min_digits", "without max_digits") { $0.minDigits = 1 },
    ]

    static let counts: [FieldCase] = [
        .taken("max_attempts 1") { $0.maxAttempts = 1 },
        .taken("max_attempts 10") { $0.maxAttempts = 10 },
        .invalid("max_attempts", "11") { $0.maxAttempts = 11 },
        .taken("repeat 1") { $0.repeat = 1 },
        .taken("repeat 10") { $0.repeat = 10 },
        .invalid("repeat", "11") { $0.repeat = 11 },
        .taken("request_id of 1") { $0.requestID = "a" },
        .taken("request_id of 64") { $0.requestID = String(repeating: "a", count: 64) },
        .taken("request_id of every kind") { $0.requestID = "aZ09._-" },
        .invalid("request_id", "65") { $0.requestID = String(repeating: "a", count: 65) },
        .invalid("request_id", "a blank") { $0.requestID = "a b" },
        .invalid("request_id", "a letter of elsewhere") { $0.requestID = "é" },
        .taken("a language") { $0.voice.language = "en-GB" },
        .invalid("voice.language", "no tag") { $0.voice.language = "en_GB" },
        .invalid("voice.language", "too long") {
            $0.voice.language = String(repeating: "a", count: 36)
        },
        .taken("a style") { $0.voice.style = 1000 },
        .invalid("voice.style", "none there is") { $0.voice.style = 1001 },
        .taken("machine_action CONTINUE") { $0.machineAction = .continue },
        .invalid("machine_action", "unknown") { $0.machineAction = .UNRECOGNIZED(9) },
        .invalid("priority", "unknown") { $0.priority = .UNRECOGNIZED(4) },
        .invalid("priority", "negative") { $0.priority = .UNRECOGNIZED(-1) },
        .invalid("callback_method", "unknown") { $0.callbackMethod = .UNRECOGNIZED(4) },
        .invalid("if_placement_unknown", "unknown") { $0.ifPlacementUnknown = .UNRECOGNIZED(3) },
        .taken("machine_action HANG_UP") { $0.machineAction = .hangUp },
        .taken("machine_action LEAVE_MESSAGE") { $0.machineAction = .leaveMessage },
        .taken("machine_text of 1,500") {
            $0.machineAction = .leaveMessage
            $0.machineText = String(repeating: "a", count: 1500)
        },
        .invalid("machine_text", "1,501") {
            $0.machineAction = .leaveMessage
            $0.machineText = String(repeating: "a", count: 1501)
        },
        .invalid("machine_text", "without LEAVE_MESSAGE") {
            $0.machineAction = .hangUp
            $0.machineText = "Hello"
        },
        .taken("an empty redial") { $0.redial = .init() },
        .taken("10 redials after every end there can be") {
            $0.redial.maxRedials = 10
            $0.redial.wait = .init(seconds: 900)
            $0.redial.on = [
                .busy, .unanswered, .rejected, .unreachable, .machine, .noInput, .hungUp,
                .interrupted,
            ]
        },
        .invalid("redial.max_redials", "11") { $0.redial.maxRedials = 11 },
        .invalid("redial.wait", "0") {
            $0.redial.maxRedials = 1
            $0.redial.wait = .init()
        },
        .invalid("redial.wait", "901") { $0.redial.wait = .init(seconds: 901) },
        .invalid("redial.on", "an end for good") { $0.redial.on = [.busy, .pinMatched] },
        .invalid("redial.on", "CANCELLED") { $0.redial.on = [.cancelled] },
        .invalid("redial.on", "UNSPECIFIED") { $0.redial.on = [.unspecified] },
        .invalid("redial.on", "unknown") { $0.redial.on = [.UNRECOGNIZED(99)] },
        .taken("16 labels") { $0.labels = Self.labels(16) },
        .invalid("labels", "17") { $0.labels = Self.labels(17) },
        .taken("a key of 64 and a value of 256 bytes") {
            $0.labels = [String(repeating: "k", count: 64): String(repeating: "é", count: 128)]
        },
        .invalid("labels", "a key of 65") {
            $0.labels = [String(repeating: "k", count: 65): ""]
        },
        .invalid("labels", "an empty key") { $0.labels = ["": "a"] },
        .invalid("labels", "a value of 257 bytes") {
            $0.labels = ["k": String(repeating: "é", count: 128) + "a"]
        },
    ]

    static func labels(_ count: Int) -> [String: String] {
        Dictionary(uniqueKeysWithValues: (1...count).map { ("k\($0)", "v") })
    }

    static let month: Int64 = 30 * 24 * 3600

    static let times: [FieldCase] = [
        .taken("input_timeout 1 s") { $0.inputTimeout = .init(seconds: 1) },
        .taken("input_timeout 10 s") { $0.inputTimeout = .init(seconds: 10) },
        .invalid("input_timeout", "0 s") { $0.inputTimeout = .init() },
        .invalid("input_timeout", "11 s") { $0.inputTimeout = .init(seconds: 11) },
        .invalid("input_timeout", "a fraction") {
            $0.inputTimeout = .init(seconds: 5, nanos: 1)
        },
        .invalid("input_timeout", "negative") { $0.inputTimeout = .init(seconds: -5) },
        .taken("ring_timeout 1 s") { $0.ringTimeout = .init(seconds: 1) },
        .taken("ring_timeout 120 s") { $0.ringTimeout = .init(seconds: 120) },
        .invalid("ring_timeout", "0 s") { $0.ringTimeout = .init() },
        .invalid("ring_timeout", "121 s") { $0.ringTimeout = .init(seconds: 121) },
        .invalid("ring_timeout", "a fraction") {
            $0.ringTimeout = .init(seconds: 60, nanos: 500_000_000)
        },
        .taken("max_duration 10 s") { $0.maxDuration = .init(seconds: 10) },
        .taken("max_duration 2 h") { $0.maxDuration = .init(seconds: 7200) },
        .invalid("max_duration", "9 s") { $0.maxDuration = .init(seconds: 9) },
        .invalid("max_duration", "7,201 s") { $0.maxDuration = .init(seconds: 7201) },
        .taken("not_before in 30 days") {
            $0.notBefore = .init(seconds: Fixture.second + Self.month, nanos: 250_000_000)
        },
        .taken("not_before long ago") { $0.notBefore = .init(seconds: 0) },
        .invalid("not_before", "in 30 days and a millisecond") {
            $0.notBefore = .init(seconds: Fixture.second + Self.month, nanos: 251_000_000)
        },
        .invalid("not_before", "no time") { $0.notBefore = .init(seconds: .max) },
        .invalid("not_before", "negative nanoseconds") {
            $0.notBefore = .init(seconds: Fixture.second, nanos: -1)
        },
        .taken("expires_at a millisecond from now") {
            $0.expiresAt = .init(seconds: Fixture.second, nanos: 251_000_000)
        },
        .invalid("expires_at", "now") {
            $0.expiresAt = .init(seconds: Fixture.second, nanos: 250_000_000)
        },
        .invalid("expires_at", "not after not_before") {
            $0.notBefore = .init(seconds: Fixture.second + 60)
            $0.expiresAt = .init(seconds: Fixture.second + 60)
        },
        .invalid("expires_at", "no time") { $0.expiresAt = .init(seconds: .min) },
    ]

    static let url = "https://hooks.billing.internal/done"

    static let callbacks: [FieldCase] = [
        .taken("https") { $0.callback = Self.url },
        .taken("http with a port and a query") {
            $0.callback = "http://198.51.100.7:8080/?a=%20b&c"
        },
        .taken("2,048 bytes") {
            $0.callback = Self.url + String(repeating: "a", count: 2048 - Self.url.utf8.count)
        },
        .invalid("callback", "2,049 bytes") {
            $0.callback = Self.url + String(repeating: "a", count: 2049 - Self.url.utf8.count)
        },
        .invalid("callback", "another scheme") { $0.callback = "ftp://hooks.billing.internal/" },
        .invalid("callback", "relative") { $0.callback = "/done" },
        .invalid("callback", "a user") { $0.callback = "https://u:p@hooks.billing.internal/" },
        .invalid("callback", "not allowed for this caller") {
            $0.callback = "https://elsewhere.example/"
        },
    ]

    static func own(_ token: String) -> (inout Promptcall_V1_SubmitRequest) -> Void {
        {
            $0.fromNumber = "14155550199"
            $0.credentials.jwt = token
        }
    }

    static func own(
        _ pem: String,
        application: String = "app-own"
    ) -> (inout Promptcall_V1_SubmitRequest) -> Void {
        {
            $0.fromNumber = "14155550199"
            $0.credentials.privateKey.pem = pem
            $0.credentials.privateKey.applicationID = application
        }
    }

    static let credentials: [FieldCase] = [
        .taken("none, which are the default's") { $0.clearCredentials() },
        .taken("empty, which are the default's") { $0.credentials = .init() },
        .taken("a profile without name, which is the default's") { $0.credentials.profile = "" },
        .taken("a profile that states no number, with one") {
            $0.credentials.profile = "bare"
            $0.fromNumber = "14155550199"
        },
        .invalid("credentials.profile", "unknown, with a number") {
            $0.fromNumber = "14155550199"
            $0.credentials.profile = "absent"
        },
        .invalid("credentials.profile", "unknown, without a number") {
            $0.credentials.profile = "absent"
        },
        .refused(
            Refusal(.permissionDenied, "NOT_PERMITTED", "credentials.profile"),
            "a profile of others"
        ) { $0.credentials.profile = "other" },
        .taken("a JWT that lasts as long as it rings", Self.own(Fixture.token(expiresIn: 61))),
        .invalid(
            "credentials.jwt",
            "one that does not",
            Self.own(Fixture.token(expiresIn: 60))
        ),
        .taken("a short one for a short ring") {
            Self.own(Fixture.token(expiresIn: 11))(&$0)
            $0.ringTimeout = .init(seconds: 10)
        },
        .invalid("credentials.jwt", "one that ends before not_before") {
            Self.own(Fixture.token(expiresIn: 3600))(&$0)
            $0.notBefore = .init(seconds: Fixture.second + 3600)
        },
        .invalid("credentials.jwt", "expired", Self.own(Fixture.token(expiresIn: 0))),
        .invalid("credentials.jwt", "no JWT", Self.own("a.b.c")),
        .invalid("credentials.jwt", "empty", Self.own("")),
        .invalid("credentials.jwt", "too long", Self.own(String(repeating: "a", count: 8193))),
        .invalid("from", "own credentials without a number") {
            $0.credentials.jwt = Fixture.token(expiresIn: 3600)
        },
        .invalid("credentials.private_key.pem", "no key", Self.own("no key", application: "a")),
        .invalid(
            "credentials.private_key.pem",
            "a key that is not RSA",
            Self.own((try? TestKey.makeCurve()) ?? "", application: "app-own")
        ),
        .invalid(
            "credentials.private_key.application_id",
            "no application",
            Self.own("no key", application: "")
        ),
    ]
}
