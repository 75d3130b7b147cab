import Foundation
import NexmoSimulator
import PromptCallAPI
import SwiftProtobuf
import TTRPC
import Testing

/// The whole of promptcall over real sockets: a caller, the daemon, a Nexmo, a receiver.
@Suite("The main job", .serialized, .timeLimit(.minutes(5)))
struct MainJobTests {
    /// The callees of the simulator, and how their calls end.
    static let callees: [(String, Promptcall_V1_Status, Promptcall_V1_Reason)] = [
        ("14155550100", .ok, .pinMatched), ("14155550101", .ok, .pinMatched),
        ("14155550102", .failed, .attemptsExhausted), ("14155550103", .failed, .noInput),
        ("14155550104", .failed, .hungUp), ("14155550105", .error, .busy),
        ("14155550106", .error, .unanswered), ("14155550108", .error, .rejected),
        ("14155550109", .error, .unreachable),
    ]

    @Test("Every callee ends as it should: on the stream, to Wait, and as a callback")
    func everyCallee() async throws {
        try await Lab.run { lab in
            let receiver = CallbackReceiver()
            try await receiver.run {
                let daemon = try await lab.start()
                try await lab.withClient { calls in
                    var tids: [String: String] = [:]
                    for (number, _, _) in Self.callees {
                        var request = Lab.request(to: number)
                        request.callback = receiver.url
                        request.callbackMethod = number.hasSuffix("0") ? .get : .post
                        request.labels = ["kind": "test"]
                        tids[number] = try await calls.submitted(request)
                    }
                    for (number, status, reason) in Self.callees {
                        let call = try await calls.reached(.ended, tids[number] ?? "")
                        #expect(call.status == status, "\(number.suffix(2))")
                        #expect(call.reason == reason, "\(number.suffix(2))")
                    }
                    let ended = try await Self.endedEvents(calls, count: Self.callees.count)
                    #expect(Set(ended) == Set(tids.values))
                    try await receiver.received.wait { $0.count >= Self.callees.count }
                    let told = receiver.received.value.map(\.fields)
                    for (number, status, _) in Self.callees {
                        let fields = told.filter { $0["to"] == number }
                        #expect(fields.count == 1)
                        #expect(fields.first?["tid"] == tids[number])
                        #expect(fields.first?["status"] == "\(status)")
                        #expect(fields.first?["label.kind"] == "test")
                    }
                }
                #expect(try await daemon.end(SIGTERM) == 0)
                #expect(lab.simulator.records.value.objections.isEmpty)
            }
        }
    }

    /// The tids of so many ENDED events, from the earliest on.
    private static func endedEvents(_ calls: CallsClient, count: Int) async throws -> [String] {
        try await calls.subscribe { requests, responses in
            var start = Promptcall_V1_SubscribeRequest()
            start.start.position = .earliest
            try await requests.send(start)
            var tids: [String] = []
            while tids.count < count, let response = try await responses.next() {
                if case .event(let event) = response.kind { tids.append(event.call.tid) }
            }
            requests.finish()
            return tids
        }
    }

    @Test("A call survives SIGKILL before the answer, and its phone rings once")
    func killed() async throws {
        try await Lab.run { lab in
            var plan = CalleePlan(outcome: .answers, entries: [.pin])
            plan.ringsFor = .seconds(3 * Int64(Lab.speed))
            lab.simulator.setPlan(plan, for: "14155550100")
            let first = try await lab.start()
            var request = Lab.request(to: "14155550100")
            request.ringTimeout.seconds = 120
            let submitted = request
            let tid = try await lab.withClient { calls in
                let tid = try await calls.submitted(submitted)
                _ = try await calls.reached(.ringing, tid)
                return tid
            }
            try await first.end(SIGKILL)
            let second = try await lab.start()
            let call = try await lab.withClient { try await $0.reached(.ended, tid) }
            #expect(call.status == .ok)
            #expect(call.reason == .pinMatched)
            #expect(lab.simulator.placements.count == 1)
            try await second.end(SIGTERM)
        }
    }

    @Test("With every webhook lost a call still ends, and is not booked as the callee's failure")
    func webhooksLost() async throws {
        try await Lab.run(lostWebhooks: 1) { lab in
            var plan = CalleePlan(outcome: .answers, entries: [.pin])
            plan.ringsFor = .milliseconds(500)
            lab.simulator.setPlan(plan, for: "14155550100")
            let daemon = try await lab.start()
            var request = Lab.request(to: "14155550100")
            request.ringTimeout.seconds = 1
            let submitted = request
            let call = try await lab.withClient { calls in
                let tid = try await calls.submitted(submitted)
                return try await calls.reached(.ended, tid, within: 120)
            }
            #expect(call.status == .error)
            #expect(call.reason == .interrupted)
            #expect(!call.price.isEmpty)
            try await daemon.end(SIGTERM)
        }
    }

    @Test("A sidecar of its own serves webhooks as the daemon's own does")
    func sidecarApart() async throws {
        try await Lab.run { lab in
            let sidecar = try RunningProgram(
                "promptcall-sidecar",
                ["--socket", lab.socket, "--listen", "127.0.0.1:\(lab.webhookPort)"]
            )
            try await sidecar.logged("ready")
            let daemon = try await lab.start(webhookListen: "off")
            let call = try await lab.withClient { calls in
                try await calls.reached(
                    .ended,
                    calls.submitted(Lab.request(to: "14155550101"))
                )
            }
            #expect(call.reason == .pinMatched)
            #expect(call.attempts == 2)
            #expect(try await daemon.end(SIGTERM) == 0)
            #expect(try await sidecar.end(SIGTERM) == 0)
        }
    }

    @Test("Neither PIN nor texts are in the files or the log, while it rings or after the end")
    func secrets() async throws {
        try await Lab.run { lab in
            var plan = CalleePlan(outcome: .answers, entries: [.keys("7390285146")])
            plan.ringsFor = .seconds(2 * Int64(Lab.speed))
            lab.simulator.setPlan(plan, for: "14155550100")
            let daemon = try await lab.start()
            var request = Lab.request(to: "14155550100")
            request.pinCode = "7390285146"
            request.text = "Words nobody else says"
            let submitted = request
            try await lab.withClient { calls in
                let tid = try await calls.submitted(submitted)
                _ = try await calls.reached(.ringing, tid)
                #expect(try lab.filesHold("7390285146").isEmpty)
                #expect(try lab.filesHold("Words nobody").isEmpty)
                let call = try await calls.reached(.ended, tid)
                #expect(call.reason == .pinMatched)
                #expect(call.digits.isEmpty)
            }
            try await daemon.end(SIGTERM)
            #expect(try lab.filesHold("7390285146").isEmpty)
            #expect(!daemon.log.contains("7390285146"))
            #expect(!daemon.log.contains("14155550100"))
        }
    }

    @Test("A callback that is refused is sent again, under the same name")
    func callbackRepeated() async throws {
        try await Lab.run { lab in
            let receiver = CallbackReceiver(refusals: [503])
            try await receiver.run {
                let daemon = try await lab.start()
                try await lab.withClient { calls in
                    var request = Lab.request(to: "14155550105")
                    request.callback = receiver.url
                    request.callbackMethod = .postJson
                    let tid = try await calls.submitted(request)
                    _ = try await calls.reached(.ended, tid)
                    try await receiver.received.wait { $0.count == 2 }
                    let names = receiver.received.value.map { $0.headers["webhook-id"] }
                    #expect(names[0] != nil)
                    #expect(names[0] == names[1])
                    #expect(receiver.received.value[1].body.contains(#""reason":"busy""#))
                }
                try await daemon.end(SIGTERM)
            }
        }
    }
}
