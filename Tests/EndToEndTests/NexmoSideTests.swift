import Foundation
import NexmoSimulator
import PromptCallAPI
import SwiftProtobuf
import TTRPC
import Testing
import WireTestSupport

/// What Nexmo's side asks of the daemon, with real processes over real sockets.
@Suite("Nexmo's side", .serialized, .timeLimit(.minutes(5)))
struct NexmoSideTests {
    private static let secret = "a signature secret of this test alone"

    /// Writes the file of signature secrets.
    private func write(secrets: [String], _ lab: Lab) throws {
        let text = secrets.joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: lab.directory.appendingPathComponent("signature.secret"))
    }

    @Test("A call goes through the configured proxy alone, to a Nexmo of a private authority")
    func road() async throws {
        try await TestAuthority.run { authority in
            let tls = try authority.server(for: "IP:127.0.0.1")
            try await Lab.run { lab in
                let target = try #require(URL(string: lab.nexmoURL)?.port)
                let front = try await TLSFront(tls: tls, target: target)
                let proxy = try await TunnelProxy()
                let ca = lab.directory.appendingPathComponent("ca.pem")
                try Data(authority.pem).write(to: ca)
                let behind = Lab(
                    directory: lab.directory,
                    simulator: lab.simulator,
                    nexmoURL: "https://127.0.0.1:\(front.port)",
                    webhookPort: lab.webhookPort
                )
                let daemon = try await behind.start(
                    configuration: """
                        nexmo:
                          ca-file: \(ca.path)
                          proxy: http://127.0.0.1:\(proxy.port)
                        """,
                    // Nobody listens there.
                    environment: [
                        "https_proxy": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1",
                        "http_proxy": "http://127.0.0.1:1", "all_proxy": "http://127.0.0.1:1",
                    ]
                )
                try await behind.withClient { calls in
                    let tid = try await calls.submitted(Lab.request(to: "14155550100"))
                    let call = try await calls.reached(.ended, tid)
                    #expect(call.reason == .pinMatched)
                }
                #expect(Set(proxy.lines) == ["CONNECT 127.0.0.1:\(front.port) HTTP/1.1"])
                #expect(try await daemon.end(SIGTERM) == 0)
                try await proxy.stop()
                try await front.stop()
            }
        }
    }

    @Test("A Nexmo that nobody vouches for is not spoken to, and the call waits")
    func unverified() async throws {
        try await TestAuthority.run { authority in
            let tls = try authority.server(for: "IP:127.0.0.1")
            try await Lab.run { lab in
                let target = try #require(URL(string: lab.nexmoURL)?.port)
                let front = try await TLSFront(tls: tls, target: target)
                let behind = Lab(
                    directory: lab.directory,
                    simulator: lab.simulator,
                    nexmoURL: "https://127.0.0.1:\(front.port)",
                    webhookPort: lab.webhookPort
                )
                let daemon = try await behind.start()
                try await behind.withClient { calls in
                    let tid = try await calls.submitted(Lab.request(to: "14155550100"))
                    try await daemon.logged("Nexmo did not answer")
                    var get = Promptcall_V1_GetRequest()
                    get.tid = tid
                    let call = try await calls.get(get)
                    #expect([.queued, .placing].contains(call.stage))
                    #expect(call.legs.allSatisfy { $0.uuid.isEmpty })
                }
                #expect(lab.simulator.placements.isEmpty)
                #expect(try await daemon.end(SIGTERM) == 0)
                try await front.stop()
            }
        }
    }

    @Test("A signature secret is changed under way: both are good, and then the new one alone")
    func rotation() async throws {
        try await Lab.run { lab in
            try self.write(secrets: ["the secret before", Self.secret], lab)
            let daemon = try await lab.start()
            try await lab.withClient { calls in
                let first = try await calls.submitted(Lab.request(to: "14155550100"))
                #expect(try await calls.reached(.ended, first).reason == .pinMatched)
                try self.write(secrets: [Self.secret], lab)
                daemon.send(SIGHUP)
                try await daemon.logged("configuration read anew")
                let second = try await calls.submitted(Lab.request(to: "14155550200"))
                #expect(try await calls.reached(.ended, second).reason == .pinMatched)
            }
            #expect(!daemon.log.contains("webhook refused"))
            #expect(try await daemon.end(SIGTERM) == 0)
        }
    }

    @Test("An error event of the application ends a call as INTERRUPTED, in Nexmo's words")
    func applicationEvent() async throws {
        try await Lab.run { lab in
            var plan = CalleePlan(outcome: .answers, entries: [.silence])
            plan.ringsFor = .seconds(1)
            lab.simulator.setPlan(plan, for: "14155550103")
            let daemon = try await lab.start()
            try await lab.withClient { calls in
                var request = Lab.request(to: "14155550103")
                request.maxAttempts = 10
                request.inputTimeout.seconds = 10
                let tid = try await calls.submitted(request)
                let leg = try #require(try await calls.reached(.answered, tid).legs.last)
                let body =
                    #"{"reason":"The NCCO is no good.","#
                    + #""conversation_uuid":"\#(leg.conversationUuid)"}"#
                let url = "http://127.0.0.1:\(lab.webhookPort)/v1/events"
                let signature = WebhookSignature(
                    secret: Self.secret,
                    apiKey: "abcd1234",
                    applicationID: Lab.application
                )
                let header = signature.authorization(
                    for: Array(body.utf8),
                    tokenID: "1",
                    at: WallClock.system.now
                )
                #expect(try await WireClient.post(body, to: url) == 503)
                #expect(
                    try await WireClient.post("{}", to: url, headers: ["Authorization: \(header)"])
                        == 401
                )
                #expect(
                    try await WireClient.post(body, to: url, headers: ["Authorization: \(header)"])
                        == 204
                )
                var get = Promptcall_V1_GetRequest()
                get.tid = tid
                #expect(try await calls.get(get).detail == "The NCCO is no good.")
            }
            #expect(try await daemon.end(SIGTERM) == 0)
        }
    }

    @Test(
        "Nexmo's refusal is the call's, in one sentence, and its trace id is in the log",
        arguments: [
            (400, "Bad Request", Promptcall_V1_Reason.refusedByNexmo),
            (404, "Not Found", .refusedByNexmo), (415, "Unsupported Media Type", .refusedByNexmo),
            (403, "The account may not place this call.", .refusedByNexmo),
        ]
    )
    func refusal(status: Int, detail: String, reason: Promptcall_V1_Reason) async throws {
        try await Lab.run { lab in
            var plan = CalleePlan(outcome: .answers, entries: [.pin])
            plan.creations = [.status(status)]
            lab.simulator.setPlan(plan, for: "14155550100")
            let daemon = try await lab.start()
            try await lab.withClient { calls in
                let tid = try await calls.submitted(Lab.request(to: "14155550100"))
                let call = try await calls.reached(.ended, tid)
                #expect(call.status == .error)
                #expect(call.reason == reason)
                #expect(call.detail == detail)
            }
            let line = daemon.log.split(separator: "\n").first { line in
                line.contains("Nexmo answered") && line.contains("\(status)")
            }
            #expect(line?.contains("nexmo.trace.id") == true)
            #expect(line?.contains("warning") == true)
            #expect(try await daemon.end(SIGTERM) == 0)
        }
    }

    @Test("Languages of the TTS API are spoken, and one that is not known is taken with a warning")
    func voices() async throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("promptcall-\(UUID().uuidString.prefix(8)).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try await Lab.run(simulated: { $0.recordPath = file.path }) { lab in
            let daemon = try await lab.start()
            try await lab.withClient { calls in
                var known = Lab.request(to: "14155550100")
                known.voice.language = "en-gb"
                known.text = "<speak>Your <break time=\"1s\"/> code</speak>"
                let first = try await calls.submit(known)
                #expect(first.warnings.isEmpty)
                var strange = Lab.request(to: "14155550200")
                strange.voice.language = "xx-XX"
                let second = try await calls.submit(strange)
                #expect(second.warnings.count == 1)
                for tid in [first.tid, second.tid] {
                    #expect(try await calls.reached(.ended, tid).reason == .pinMatched)
                }
                var broken = Lab.request(to: "14155550100")
                broken.text = "<speak>Your <brake/> code</speak>"
                let refusal = await #expect(throws: RPCError.self) {
                    try await calls.submit(broken)
                }
                #expect(refusal?.code == .invalidArgument)
            }
            try await daemon.logged("voice not known")
            #expect(try await daemon.end(SIGTERM) == 0)
        }
        let asked = try String(contentsOf: file, encoding: .utf8)
        #expect(asked.contains(#""language":"en-GB""#))
        #expect(asked.contains(#"<speak>Your <break time=\"1s\"/> code</speak>"#))
        #expect(!asked.contains("en-gb"))
    }
}
