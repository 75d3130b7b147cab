import Foundation
import NexmoSimulator
import PromptCallAPI
import SwiftProtobuf
import TTRPC
import Testing

/// The fraud guard over real sockets (contract, `guard`).
@Suite("Guard", .timeLimit(.minutes(5)))
struct GuardTests {
    /// How a request is refused; nil where it is not.
    private static func refusal(
        _ body: () async throws -> Void
    ) async throws -> Promptcall_V1_ErrorInfo? {
        do {
            try await body()
            return nil
        } catch let error as RPCError {
            return try error.details.first.map { try Promptcall_V1_ErrorInfo(unpackingAny: $0) }
        }
    }

    private static func guarded(_ rules: String) -> String {
        "guard: {allow-prefixes: [\"1415\"], deny-prefixes: [\"1415666\"], \(rules)}"
    }

    @Test("Prefixes, numbers and ranges have their limits, and each refusal names its rule")
    func rates() async throws {
        try await Lab.run { lab in
            let rules = Self.guarded("per-number: 2/1h, per-prefix: 5/1h")
            let daemon = try await lab.start(configuration: rules)
            try await lab.withClient { calls in
                let abroad = try await Self.refusal {
                    _ = try await calls.submit(Lab.request(to: "447700900100"))
                }
                #expect(abroad?.reason == "GUARD_PREFIX")
                #expect(abroad?.code == RPCError.Code.permissionDenied.rawValue)
                let denied = try await Self.refusal {
                    _ = try await calls.submit(Lab.request(to: "14156660100"))
                }
                #expect(denied?.reason == "GUARD_PREFIX")

                var request = Lab.request(to: "14155550100")
                request.requestID = "first"
                let first = try await calls.submit(request)
                _ = try await calls.submitted(Lab.request(to: "14155550100"))
                let third = try await Self.refusal {
                    _ = try await calls.submit(Lab.request(to: "14155550100"))
                }
                #expect(third?.reason == "GUARD_PER_NUMBER")
                #expect(third?.code == RPCError.Code.resourceExhausted.rawValue)
                #expect((3500...3700).contains(third?.retryAfter.seconds ?? 0))
                // What was taken before is not judged anew.
                let again = try await calls.submit(request)
                #expect(again.existed)
                #expect(again.tid == first.tid)

                for index in 1...3 {
                    _ = try await calls.submitted(Lab.request(to: "1415555\(index)100"))
                }
                let range = try await Self.refusal {
                    _ = try await calls.submit(Lab.request(to: "14155559900"))
                }
                #expect(range?.reason == "GUARD_PER_PREFIX")
                #expect(try await calls.reached(.ended, first.tid).reason == .pinMatched)
            }
            #expect(try await daemon.end(SIGKILL) == -SIGKILL)
            let next = try await lab.start(configuration: rules)
            try await lab.withClient { calls in
                let third = try await Self.refusal {
                    _ = try await calls.submit(Lab.request(to: "14155550100"))
                }
                #expect(third?.reason == "GUARD_PER_NUMBER")
            }
            try await next.end(SIGTERM)
        }
    }

    @Test("What is spent opens the breaker, which stays open over a restart until it is reset")
    func breaker() async throws {
        try await Lab.run { lab in
            // A call of the simulator costs less than a cent, and the first one opens it.
            let rules = Self.guarded("per-number: 100/1m, spend-per-hour: 0.01")
            let daemon = try await lab.start(configuration: rules)
            let queued = try await lab.withClient { calls in
                var tids: [String] = []
                for index in 1...40 {
                    let number = "1415\(5_550_000 + index * 100)"
                    tids.append(try await calls.submitted(Lab.request(to: number)))
                }
                return tids
            }
            try await daemon.logged("guard opened its breaker")
            let reasons = try await lab.withClient { calls in
                var reasons: [Promptcall_V1_Reason] = []
                for tid in queued { reasons.append(try await calls.reached(.ended, tid).reason) }
                return reasons
            }
            let rung = lab.simulator.placements.count
            #expect((1..<40).contains(rung))
            #expect(reasons.count { $0 == .pinMatched } == rung)
            #expect(reasons.count { $0 == .guard } == 40 - rung)
            try await Self.expectOpen(lab)
            #expect(try await daemon.end(SIGKILL) == -SIGKILL)

            let next = try await lab.start(configuration: rules)
            try await Self.expectOpen(lab)
            let reset = try await Self.operations(lab) { try await $0.resetGuard(.init()) }
            #expect(!reset.breakerOpen)
            #expect(reset.hasResetAt)
            #expect(reset.spent == "0.00000000")
            try await next.logged("guard closed its breaker")
            try await lab.withClient { calls in
                let tid = try await calls.submitted(Lab.request(to: "14155599900"))
                #expect(try await calls.reached(.ended, tid).reason == .pinMatched)
            }
            try await next.end(SIGTERM)
        }
    }

    private static func expectOpen(_ lab: Lab) async throws {
        let guarding = try await self.operations(lab) { try await $0.getGuard(.init()) }
        #expect(guarding.breakerOpen)
        #expect(guarding.spendPerHour == "0.01000000")
        let refusal = try await lab.withClient { calls in
            try await Self.refusal { _ = try await calls.submit(Lab.request(to: "14155550100")) }
        }
        #expect(refusal?.reason == "GUARD_SPEND")
        #expect(refusal?.hasRetryAfter == false)
        let (status, metrics) = try await self.state(lab)
        #expect(status.stops.map(\.reason) == ["GUARD_OPEN"])
        #expect(metrics.contains("promptcall_placing_stopped{reason=\"guard_open\"} 1"))
    }

    private static func operations<Result>(
        _ lab: Lab,
        _ body: (OperationsClient) async throws -> Result
    ) async throws -> Result {
        try await withTTRPCClient(TTRPCClientConfiguration(socketPath: lab.socket)) { client in
            try await body(OperationsClient(client))
        }
    }

    private static func state(
        _ lab: Lab
    ) async throws -> (Promptcall_V1_DaemonStatus, metrics: String) {
        try await withTTRPCClient(TTRPCClientConfiguration(socketPath: lab.socket)) { client in
            let daemon = DaemonClient(client)
            let metrics = try await daemon.getMetrics(.init()).text
            return (try await daemon.getStatus(.init()), metrics)
        }
    }

    @Test("A profile that Nexmo refuses keeps its calls until its key is mended")
    func profileRefused() async throws {
        try await Lab.run { lab in
            let right = try Data(contentsOf: lab.privateKey)
            try Data(try TestKeys.make().privatePEM.utf8).write(to: lab.privateKey)
            let daemon = try await lab.start()
            let (expiring, patient) = try await lab.withClient { calls in
                var request = Lab.request(to: "14155550100")
                let date = Date(timeIntervalSinceNow: 4)
                request.expiresAt.seconds = Int64(date.timeIntervalSince1970) + 1
                let expiring = try await calls.submitted(request)
                return (expiring, try await calls.submitted(Lab.request(to: "14155551100")))
            }
            try await daemon.logged("profile refused by Nexmo")
            let (status, metrics) = try await Self.state(lab)
            #expect(status.stops.map(\.reason) == ["PROFILE_REFUSED"])
            #expect(status.stops.first?.message.contains("'default'") ?? false)
            #expect(status.stops.first?.hasSince ?? false)
            #expect(
                metrics.contains(
                    "promptcall_profile_refused{profile=\"default\",cause=\"credentials\"} 1"
                )
            )
            try await lab.withClient { calls in
                #expect(try await calls.reached(.ended, expiring).reason == .expired)
                try right.write(to: lab.privateKey)
                daemon.send(SIGHUP)
                #expect(try await calls.reached(.ended, patient).reason == .pinMatched)
            }
            try await daemon.logged("profile taken again")
            #expect(try await Self.state(lab).0.stops.isEmpty)
            #expect(lab.simulator.placements.count == 1)
            try await daemon.end(SIGTERM)
        }
    }

    @Test("Where others use up the account's rate every call is placed all the same, once")
    func throttled() async throws {
        try await Lab.run { settings in
            settings.callsPerSecond = 5
        } _: { lab in
            let daemon = try await lab.start()
            try await lab.withClient { calls in
                var tids: [String] = []
                for index in 1...20 {
                    let number = "1415\(5_550_000 + index * 100)"
                    tids.append(try await calls.submitted(Lab.request(to: number)))
                }
                for tid in tids {
                    #expect(try await calls.reached(.ended, tid).reason == .pinMatched)
                }
            }
            #expect(lab.simulator.placements.count == 20)
            try await daemon.end(SIGTERM)
        }
    }

    @Test("A call that would expire in the queue is refused, and a wait is told by account")
    func waits() async throws {
        try await Lab.run { lab in
            // One call may be live, so the others wait.
            let daemon = try await lab.start(configuration: "queue: {live-calls-max: 1}")
            var plan = CalleePlan(outcome: .answers, entries: [.pin])
            plan.ringsFor = .seconds(50 * Lab.speed)
            lab.simulator.setPlan(plan, for: "14155550100")
            try await lab.withClient { calls in
                var first = Lab.request(to: "14155550100")
                first.ringTimeout.seconds = 120
                let live = try await calls.submitted(first)
                try await lab.simulator.placements(count: 1)
                var batch = Promptcall_V1_SubmitBatchRequest()
                batch.calls = (1...1000).map { index in
                    var request = Lab.request(to: "1415\(6_000_000 + index)")
                    let date = Date(timeIntervalSinceNow: 5)
                    request.expiresAt.seconds = Int64(date.timeIntervalSince1970)
                    return request
                }
                let entries = try await calls.submitBatch(batch).entries
                // At 100 calls a second.
                let taken = entries.filter { $0.accepted.tid.isEmpty == false }
                #expect((1...501).contains(taken.count))
                let refused = entries.map(\.rejected).filter { !$0.reason.isEmpty }
                #expect(refused.count == 1000 - taken.count)
                #expect(refused.allSatisfy { $0.reason == "WAIT_TOO_LONG" })
                #expect(refused.allSatisfy { $0.retryAfter.seconds > 0 })
                let status = try await Self.state(lab).0
                let normal = status.waits.first { $0.priority == .normal }
                #expect(normal?.account == Lab.application)
                #expect(normal.map { $0.wait == status.expectedWait } ?? false)
                var cancel = Promptcall_V1_CancelRequest()
                cancel.tid = live
                _ = try await calls.cancel(cancel)
            }
            try await daemon.end(SIGTERM)
        }
    }
}
