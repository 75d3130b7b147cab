import Foundation
import NexmoScenario
import NexmoSimulator
import PromptCallAPI
import TTRPC
import Testing

/// The daemon against a Nexmo as scenarios make it.
@Suite("Scenarios of the simulator", .serialized, .timeLimit(.minutes(5)))
struct ScenarioTests {
    /// Callees of `docs/scenarios/callees.yaml`, and how their calls end.
    private static let callees: [(String, Promptcall_V1_Reason)] = [
        ("447700900200", .busy), ("447700900201", .unreachable),
        ("447700900202", .refusedByNexmo), ("447700900203", .rejected),
        ("447700900204", .unreachable), ("447700900205", .unreachable),
        ("447700900206", .nexmoUnavailable), ("447700900207", .unanswered),
        ("447700900209", .unanswered), ("447700900211", .unanswered),
        ("447700900221", .pinMatched), ("447700900223", .pinMatched),
        ("447700900227", .hungUp), ("447700900229", .hungUp),
    ]

    private static func scenario() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appendingPathComponent("docs/scenarios/callees.yaml")
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test("Each callee of a scenario ends with the reason that fits")
    func reasons() async throws {
        let text = try Self.scenario()
        let scenario = try ScenarioFile(text, file: "callees.yaml").settings
        try await Lab.run { simulated in
            simulated.callees = scenario.callees
        } _: { lab in
            let daemon = try await lab.start()
            try await lab.withClient { calls in
                var tids: [String] = []
                for (number, _) in Self.callees {
                    tids.append(try await calls.submitted(Lab.request(to: number)))
                }
                for (tid, (number, reason)) in zip(tids, Self.callees) {
                    let call = try await calls.reached(.ended, tid)
                    #expect(call.reason == reason, "\(number.suffix(2))")
                }
            }
            #expect(try await daemon.end(SIGTERM) == 0)
        }
    }

    @Test(
        "A PIN is taken in either shape, whenever the time of an input starts",
        arguments: WebhookShape.allCases,
        BargeInTimer.allCases
    )
    func variants(shape: WebhookShape, timer: BargeInTimer) async throws {
        try await Lab.run { simulated in
            simulated.webhookShape = shape
            simulated.bargeInTimer = timer
        } _: { lab in
            let daemon = try await lab.start()
            let call = try await lab.withClient { calls in
                try await calls.reached(
                    .ended,
                    try await calls.submitted(Lab.request(to: "14155550101"))
                )
            }
            #expect(call.reason == .pinMatched)
            #expect(try await daemon.end(SIGTERM) == 0)
        }
    }
}
