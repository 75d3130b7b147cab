import Foundation
import NexmoSimulator
import PromptCallAPI
import SwiftProtobuf
import TTRPC
import Testing

/// Cancels over real sockets: the first commit wins (design, "Ending").
@Suite("Cancel", .timeLimit(.minutes(5)))
struct CancelTests {
    private static let number = "14155550100"

    @Test("A phone that rings is hung up", arguments: [Promptcall_V1_Stage.ringing, .answered])
    func live(_ stage: Promptcall_V1_Stage) async throws {
        try await Lab.run { lab in
            var plan = CalleePlan(outcome: .answers, entries: [.silence])
            // Of simulated time: it would ring for a minute of ours.
            plan.ringsFor = .seconds(stage == .ringing ? 60 * Lab.speed : 1)
            lab.simulator.setPlan(plan, for: Self.number)
            let daemon = try await lab.start()
            try await lab.withClient { calls in
                var request = Lab.request(to: Self.number)
                request.ringTimeout.seconds = 120
                request.maxAttempts = 10
                let tid = try await calls.submitted(request)
                _ = try await calls.reached(stage, tid)
                _ = try await calls.cancel(.with { $0.tid = tid })
                let call = try await calls.reached(.ended, tid)
                #expect(call.status == .error)
                #expect(call.reason == .cancelled)
                #expect(call.hasVerifiedAt == false)
                #expect(try await calls.cancel(.with { $0.tid = tid }) == call)
            }
            #expect(lab.simulator.placements.count == 1)
            try await daemon.end(SIGTERM)
        }
    }

    @Test("Behind the right PIN nothing changes any more")
    func verified() async throws {
        try await Lab.run { lab in
            let plan = CalleePlan(outcome: .answers, entries: [.pin])
            lab.simulator.setPlan(plan, for: Self.number)
            let daemon = try await lab.start()
            try await lab.withClient { calls in
                let tid = try await calls.submitted(Lab.request(to: Self.number))
                _ = try await calls.reached(.verified, tid)
                _ = try await calls.cancel(.with { $0.tid = tid })
                let call = try await calls.reached(.ended, tid)
                #expect(call.status == .ok)
                #expect(call.reason == .pinMatched)
            }
            try await daemon.end(SIGTERM)
        }
    }
}
