import Foundation
import NexmoSimulator
import PromptCallAPI
import SwiftProtobuf
import TTRPC
import Testing

/// How a daemon ends when it is asked to (contract, "promptcalld").
@Suite("Drain", .timeLimit(.minutes(5)))
struct DrainTests {
    private static let number = "14155550100"
    /// Longer than any test, so that what ends a daemon is not that its grace is over.
    private static let longGrace = "drain-grace: 1h"

    /// A callee that rings for a while of real time and then keys in the right PIN.
    private static func callee(ringsFor seconds: Double, speed: Double = Lab.speed) -> CalleePlan {
        var plan = CalleePlan(outcome: .answers, entries: [.pin])
        plan.ringsFor = .seconds(seconds * speed)
        return plan
    }

    private static func request(callback: String = "") -> Promptcall_V1_SubmitRequest {
        var request = Lab.request(to: Self.number)
        request.ringTimeout.seconds = 120
        request.callback = callback
        return request
    }

    /// How a request is refused; nil where it is not.
    private static func refusal(_ body: () async throws -> Void) async -> RPCError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? RPCError
        }
    }

    @Test("Live calls are followed to their end, and nothing else is taken or placed")
    func live() async throws {
        try await Lab.run { lab in
            let receiver = CallbackReceiver()
            try await receiver.run {
                lab.simulator.setPlan(Self.callee(ringsFor: 1), for: Self.number)
                let daemon = try await lab.start(configuration: Self.longGrace)
                let request = Self.request(callback: receiver.url)
                let (live, queued) = try await lab.withClient { calls in
                    let live = try await calls.submitted(request)
                    _ = try await calls.reached(.ringing, live)
                    // It waits for the number to be free, and is not placed then.
                    let queued = try await calls.submitted(request)
                    daemon.send(SIGTERM)
                    try await daemon.logged("draining")
                    let refusal = await Self.refusal { _ = try await calls.submit(request) }
                    #expect(refusal?.code == .unavailable)
                    let info = try refusal?.details.first.map {
                        try Promptcall_V1_ErrorInfo(unpackingAny: $0)
                    }
                    #expect(info?.reason == "DRAINING")
                    #expect(try await calls.reached(.ended, live).reason == .pinMatched)
                    return (live, queued)
                }
                #expect(try await daemon.ended() == 0)
                #expect(lab.simulator.placements.count == 1)
                let answers = lab.simulator.webhooks().map(\.result)
                #expect(answers.allSatisfy { $0 == .status(200) || $0 == .status(204) })

                let next = try await lab.start()
                try await lab.withClient { calls in
                    for tid in [queued, live] {
                        let call = try await calls.reached(.ended, tid)
                        #expect(call.reason == .pinMatched)
                    }
                }
                #expect(lab.simulator.placements.count == 2)
                try await receiver.received.wait { received in
                    Set(received.map { $0.fields["tid"] }) == [live, queued]
                }
                try await next.end(SIGTERM)
            }
        }
    }

    @Test("A call that is being placed is waited for, too")
    func placing() async throws {
        try await Lab.run { lab in
            var plan = Self.callee(ringsFor: 1)
            plan.creations = [.late(by: .seconds(Lab.speed))]
            plan.lostWebhooks = [.started, .ringing]
            lab.simulator.setPlan(plan, for: Self.number)
            let daemon = try await lab.start(configuration: Self.longGrace)
            try await lab.withClient { calls in
                let tid = try await calls.submitted(Self.request())
                try await lab.simulator.placements(count: 1)
                daemon.send(SIGTERM)
                #expect(try await calls.reached(.ended, tid).reason == .pinMatched)
            }
            #expect(try await daemon.ended() == 0)
            #expect(lab.simulator.placements.count == 1)
        }
    }

    @Test(
        "What is live past the grace is followed on by the next start, and rings once",
        arguments: [false, true]
    )
    func grace(isAnswerLate: Bool) async throws {
        // The phone must ring until the next daemon is there, however slow it starts.
        let speed = 10.0
        try await Lab.run { settings in
            settings.speed = speed
        } _: { lab in
            var plan = Self.callee(ringsFor: 8, speed: speed)
            if isAnswerLate {
                // The daemon ends while nothing but its request says that a phone rings.
                plan.creations = [.late(by: .seconds(6 * speed))]
                plan.lostWebhooks = [.started, .ringing]
            }
            lab.simulator.setPlan(plan, for: Self.number)
            let daemon = try await lab.start(configuration: "drain-grace: 1s")
            let tid = try await lab.withClient { try await $0.submitted(Self.request()) }
            try await lab.simulator.placements(count: 1)
            #expect(try await daemon.end(SIGTERM) == 0)
            #expect(lab.simulator.records.value.legsAtWork == 1)
            let next = try await lab.start()
            let call = try await lab.withClient { try await $0.reached(.ended, tid) }
            #expect(call.reason == .pinMatched)
            #expect(lab.simulator.placements.count == 1)
            try await next.end(SIGTERM)
        }
    }

    @Test(
        "Without a live call it ends at once, whatever waits or listens",
        arguments: [SIGTERM, SIGINT]
    )
    func idle(signal: Int32) async throws {
        try await Lab.run { lab in
            let daemon = try await lab.start(configuration: Self.longGrace)
            var request = Self.request()
            request.notBefore = Google_Protobuf_Timestamp(date: Date(timeIntervalSinceNow: 3600))
            let later = request
            let tid = try await lab.withClient { calls in
                let tid = try await calls.submitted(later)
                async let waited = Self.refusal {
                    _ = try await calls.reached(.ended, tid, within: 300)
                }
                let cut = try await calls.subscribe { requests, responses in
                    var start = Promptcall_V1_SubscribeRequest()
                    start.start.position = .latest
                    try await requests.send(start)
                    // The greeting: the stream is open.
                    _ = try await responses.next()
                    let code = try await daemon.end(signal)
                    #expect(code == 0)
                    return await Self.refusal { _ = try await responses.next() }
                }
                #expect(cut?.code == .unavailable)
                #expect(await waited?.code == .unavailable)
                return tid
            }
            #expect(lab.simulator.placements.isEmpty)
            let next = try await lab.start()
            try await lab.withClient { calls in
                var get = Promptcall_V1_GetRequest()
                get.tid = tid
                let call = try await calls.get(get)
                #expect(call.stage == .queued)
            }
            try await next.end(SIGTERM)
        }
    }

    @Test("Another signal changes nothing of a drain that is under way")
    func again() async throws {
        try await Lab.run { lab in
            lab.simulator.setPlan(Self.callee(ringsFor: 1), for: Self.number)
            let daemon = try await lab.start(configuration: Self.longGrace)
            try await lab.withClient { calls in
                let tid = try await calls.submitted(Self.request())
                _ = try await calls.reached(.ringing, tid)
                daemon.send(SIGTERM)
                try await daemon.logged("draining")
                daemon.send(SIGTERM)
                daemon.send(SIGINT)
                #expect(try await calls.reached(.ended, tid).reason == .pinMatched)
            }
            #expect(try await daemon.ended() == 0)
        }
    }

    @Test("A daemon that is asked to end before it is ready ends, and loses nothing")
    func early() async throws {
        try await Lab.run { lab in
            lab.simulator.setPlan(Self.callee(ringsFor: 4), for: Self.number)
            let first = try await lab.start()
            let tid = try await lab.withClient { try await $0.submitted(Self.request()) }
            try await lab.simulator.placements(count: 1)
            try await first.end(SIGKILL)
            let second = try lab.launch(configuration: "drain-grace: 0s")
            // Before it listens to signals it is ended by the signal itself.
            let code = try await second.end(SIGTERM)
            #expect(code == 0 || code == -SIGTERM)
            let third = try await lab.start()
            _ = try await lab.withClient { try await $0.reached(.ended, tid) }
            #expect(lab.simulator.placements.count == 1)
            try await third.end(SIGTERM)
        }
    }
}
