import CallEngine
import PromptCallAPI
import PromptCallCore
import SwiftProtobuf
import TTRPC
import Testing

@testable import PromptCallDaemon

@Suite("Reading a SubmitRequest")
struct SubmitReaderTests {
    private static let key = Result { try TestKey.make() }

    @Test("Numbers and texts", arguments: FieldCase.texts)
    func texts(_ test: FieldCase) throws { try self.check(test) }

    @Test("PINs and digits", arguments: FieldCase.digits)
    func digits(_ test: FieldCase) throws { try self.check(test) }

    @Test("Counts, values and names", arguments: FieldCase.counts)
    func counts(_ test: FieldCase) throws { try self.check(test) }

    @Test("Times", arguments: FieldCase.times)
    func times(_ test: FieldCase) throws { try self.check(test) }

    @Test("Callbacks", arguments: FieldCase.callbacks)
    func callbacks(_ test: FieldCase) throws { try self.check(test) }

    @Test("Credentials", arguments: FieldCase.credentials)
    func credentials(_ test: FieldCase) throws { try self.check(test) }

    @Test("An RSA key of the caller's own is taken, of at most 16 KiB")
    func privateKey() throws {
        let pem = try Self.key.get()
        let order = try Fixture.read(
            Fixture.request(FieldCase.own(pem, application: Fixture.applicationID))
        )
        #expect(order.terms.credentials == .ownCredentials)
        let own = try #require(order.ownCredentials)
        #expect(own.credentials == .privateKey(applicationID: Fixture.applicationID, pem: pem))
        // It is the application of a profile, and shares its account's rate.
        #expect(own.account == "abcd1234")
        let long = pem + String(repeating: "\n", count: 16 << 10)
        let refusal = try Refusal.of {
            try Fixture.read(Fixture.request(FieldCase.own(long, application: "app-own")))
        }
        #expect(refusal == .invalid("credentials.private_key.pem"))
    }

    @Test("Own credentials need the permission, whatever they are")
    func ownCredentialsNeedPermission() throws {
        for (field, change) in [
            ("credentials.jwt", FieldCase.own(Fixture.token(expiresIn: 3600))),
            ("credentials.private_key", FieldCase.own("no key", application: "a")),
        ] {
            let refusal = try Refusal.of { try Fixture.read(Fixture.request(change), as: .bob) }
            #expect(refusal == Refusal(.permissionDenied, "NOT_PERMITTED", field))
        }
    }

    @Test("A caller without callback-hosts has no callbacks")
    func noCallbackHosts() throws {
        let refusal = try Refusal.of {
            try Fixture.read(Fixture.request { $0.callback = FieldCase.url }, as: .bob)
        }
        #expect(refusal == .invalid("callback"))
    }

    @Test("Defaults are filled in")
    func defaults() throws {
        let order = try Fixture.read(Fixture.request())
        let expected = CallTerms(
            to: try #require(PhoneNumber("447700900123")),
            from: try #require(PhoneNumber("14155550101")),
            prompt: .pin(length: 4),
            speech: SpeechLengths(of: CallScript(text: "Your code, please.")),
            voice: Voice(language: "en-US", style: 0, premium: false),
            credentials: .profile("default"),
            attemptsMax: 3,
            plays: 1,
            inputTimeout: .seconds(5),
            hashIsDigit: false,
            ringTimeout: .seconds(60),
            maxDuration: .seconds(300),
            expiresAt: Fixture.now + .seconds(600),
            priority: .normal,
            unknownPlacement: .giveUp
        )
        #expect(order.terms == expected)
        #expect(order.expected.map(\.keys) == ["1234"])
        #expect(order.ownCredentials == nil)
        #expect(order.script == CallScript(text: "Your code, please."))
    }

    @Test("Everything stated is taken over")
    func stated() throws {
        let order = try Fixture.read(
            Fixture.collecting { request in
                request.to = "+447700900123"
                request.fromNumber = "+14155550199"
                request.byeText = "Bye."
                request.failedText = "Wrong."
                request.callback = FieldCase.url
                request.callbackMethod = .get
                request.requestID = "r-1"
                request.maxDigits = 6
                request.minDigits = 2
                request.accept = ["12", "345"]
                request.maxAttempts = 2
                request.repeat = 4
                request.inputTimeout = .init(seconds: 7)
                request.ringTimeout = .init(seconds: 30)
                request.maxDuration = .init(seconds: 90)
                request.hashIsDigit = true
                request.voice.language = "de-DE"
                request.voice.style = 2
                request.voice.premium = true
                request.notBefore = .init(seconds: Fixture.second + 60)
                request.labels = ["b": "2", "a": "1"]
                request.priority = .bulk
                request.ifPlacementUnknown = .ringAgain
            }
        )
        let script = CallScript(text: "Your code, please.", byeText: "Bye.", failedText: "Wrong.")
        let start = Timestamp(milliseconds: (Fixture.second + 60) * 1000)
        let expected = CallTerms(
            to: try #require(PhoneNumber("447700900123")),
            from: try #require(PhoneNumber("14155550199")),
            prompt: .digits(min: 2, max: 6),
            speech: SpeechLengths(of: script),
            voice: Voice(language: "de-DE", style: 2, premium: true),
            callback: CallbackTerms(url: FieldCase.url, method: .get),
            credentials: .profile("default"),
            requestID: "r-1",
            attemptsMax: 2,
            plays: 4,
            inputTimeout: .seconds(7),
            hashIsDigit: true,
            ringTimeout: .seconds(30),
            maxDuration: .seconds(90),
            notBefore: start,
            expiresAt: start + .seconds(600),
            labels: [CallLabel(name: "a", value: "1"), CallLabel(name: "b", value: "2")],
            priority: .bulk,
            unknownPlacement: .ringAgain
        )
        #expect(order.terms == expected)
        #expect(order.expected.map(\.keys) == ["12", "345"])
        #expect(order.script == script)
    }

    @Test("The kind of prompt, and what # is, follow from what is asked for")
    func prompt() throws {
        #expect(try Fixture.read(Fixture.request { $0.pinCode = "" }).terms.prompt == .announcement)
        let collecting = try Fixture.read(Fixture.collecting())
        #expect(collecting.terms.prompt == .digits(min: 1, max: 4))
        #expect(collecting.expected.isEmpty)
        #expect(try Fixture.read(Fixture.request { $0.pinCode = "1#" }).terms.hashIsDigit)
        #expect(
            try Fixture.read(Fixture.request { $0.callback = FieldCase.url }).terms.callback?.method
                == .postForm
        )
    }

    @Test("Of two faults the one with the lower number is named")
    func order() throws {
        let changes: [(String, (inout Promptcall_V1_SubmitRequest) -> Void)] = [
            ("to", { $0.to = "" }),
            ("from", { $0.fromNumber = "1" }),
            ("text", { $0.text = "" }),
            ("pin_code", { $0.pinCode = "x" }),
            ("callback", { $0.callback = "x" }),
            ("bye_text", { $0.byeText = "\u{1}" }),
            ("failed_text", { $0.failedText = "\u{1}" }),
            ("credentials.profile", { $0.credentials.profile = "absent" }),
            ("request_id", { $0.requestID = " " }),
            ("max_attempts", { $0.maxAttempts = 11 }),
            ("repeat", { $0.repeat = 11 }),
            ("input_timeout", { $0.inputTimeout = .init(seconds: 11) }),
            ("voice.language", { $0.voice.language = "_" }),
            ("machine_action", { $0.machineAction = .UNRECOGNIZED(9) }),
            ("ring_timeout", { $0.ringTimeout = .init() }),
            ("not_before", { $0.notBefore = .init(seconds: .max) }),
            ("expires_at", { $0.expiresAt = .init(seconds: 1) }),
            ("redial.max_redials", { $0.redial.maxRedials = 11 }),
            ("labels", { $0.labels = ["": ""] }),
            ("priority", { $0.priority = .UNRECOGNIZED(9) }),
            ("accept", { $0.accept = ["1"] }),
            ("min_digits", { $0.minDigits = 1 }),
            ("machine_text", { $0.machineText = "a" }),
            ("if_placement_unknown", { $0.ifPlacementUnknown = .UNRECOGNIZED(9) }),
            ("max_duration", { $0.maxDuration = .init(seconds: 9) }),
        ]
        for first in changes.indices {
            let request = Fixture.request { request in
                for (_, change) in changes[first...] { change(&request) }
            }
            let refusal = try Refusal.of { try Fixture.read(request) }
            #expect(refusal?.field == changes[first].0)
        }
    }

    @Test("No refusal repeats a secret")
    func noSecrets() throws {
        for change: (inout Promptcall_V1_SubmitRequest) -> Void in [
            { $0.pinCode = "98765x" }, { $0.to = "98765x" }, { $0.text = "<speak>98765x" },
            { $0.callback = "https://u:98765x@hooks.billing.internal/" },
            FieldCase.own("98765x.b.c"), FieldCase.own("98765x", application: "a"),
            { $0 = Fixture.collecting { $0.accept = ["98765x"] } },
        ] {
            do {
                _ = try Fixture.read(Fixture.request(change))
                Issue.record("It is taken.")
            } catch let error as RPCError {
                #expect(!error.message.contains("98765"))
                #expect(!error.info.message.contains("98765"))
            }
        }
    }

    private func check(_ test: FieldCase) throws {
        let refusal = try Refusal.of { try Fixture.read(test.request) }
        #expect(refusal == test.refusal)
    }
}
