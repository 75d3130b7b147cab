import Foundation
import NexmoSimulator
import PromptCallAPI
import TTRPC
import Testing
import WireTestSupport

/// What becomes of calls whose placing breaks off anywhere between PLACING and the 201: because the
/// connection is cut, or because the daemon is killed. No phone rings twice unless it may.
@Suite("Placings that break off", .timeLimit(.minutes(2)))
struct PlacementTests {
    /// Points at which a cut leaves unknown what became of a placing.
    private static let stops: [PlacementStop] = {
        let answer = PlacementNexmo.created("leg-1000").count
        return [
            .read(1), .read(40), .read(250), .read(500), .read(800), .requested, .answered(1),
            .answered(12), .answered(60), .answered(answer - 50), .answered(answer - 1),
        ]
    }()

    /// Calls to be stopped at each point, with each fate that may be met there.
    private static func calls(_ stops: [PlacementStop]) -> [PlacementCall] {
        let plans = stops.flatMap { stop in
            var fates: [PlacementCall.Fate] = [.silent]
            if case .handshake = stop { return fates.map { (stop, $0) } }
            fates.append(.ringAgain)
            if stop.rings { fates += [.listed(1), .listed(2), .webhook] }
            return fates.map { (stop, $0) }
        }
        return plans.enumerated().map { index, plan in
            PlacementCall(stop: plan.0, fate: plan.1, index: index)
        }
    }

    @Test("A placing whose connection is cut with FIN rings no phone twice")
    func finished() async throws {
        try await Self.breakOff(Self.calls(Self.stops), cut: .finish)
    }

    @Test("A placing whose connection is reset rings no phone twice")
    func reset() async throws {
        try await Self.breakOff(Self.calls(Self.stops), cut: .reset)
    }

    @Test("A placing in which the daemon is killed rings no phone twice", arguments: 1...2)
    func killed(times: Int) async throws {
        var calls = Self.calls([.accepted] + Self.stops + [.handshake])
        // All of the 201 is on its way: whether it was read and stored is open.
        calls.append(
            PlacementCall(stop: .answered(.max), fate: .webhook, index: calls.count)
        )
        try await Self.breakOff(calls, kills: times)
    }

    /// Places calls up to their stops, cuts their connections or kills the daemon, and follows
    /// them to their ends.
    private static func breakOff(
        _ calls: [PlacementCall],
        cut: WireStep? = nil,
        kills: Int = 0
    ) async throws {
        var nexmos: [PlacementNexmo] = []
        for call in calls { nexmos.append(try await PlacementNexmo(call, cut: cut)) }
        try await PlacementLab.run(with: nexmos) { [nexmos] lab in
            var daemon = try await lab.start()
            let tids = try await lab.withClient { client in
                var tids: [String] = []
                for call in calls {
                    tids.append(try await client.submitted(PlacementLab.request(call)))
                }
                for nexmo in nexmos { try await nexmo.stopped() }
                return tids
            }
            let rung = nexmos.filter { $0.first != nil }.map(\.call.number)
            #expect(rung == calls.filter(\.stop.rings).map(\.number))
            // A kill comes before anything is answered, and another where nothing was learnt yet.
            if kills > 0 { try await daemon.end(SIGKILL) }
            for nexmo in nexmos { nexmo.obey() }
            for kill in 0..<kills {
                if kill > 0 { try await daemon.end(SIGKILL) }
                daemon = try await lab.start()
            }
            try await lab.withClient { client in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (nexmo, tid) in zip(nexmos, tids) {
                        group.addTask { try await Self.follow(tid, nexmo, client) }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(try await daemon.end(SIGTERM) == 0)
            let again = nexmos.flatMap { $0.later.value.map(\.number) }
            #expect(again == calls.filter { $0.fate == .ringAgain }.map(\.number))
        }
        for nexmo in nexmos { try await nexmo.stop() }
    }

    /// Follows a call to its end.
    private static func follow(
        _ tid: String,
        _ nexmo: PlacementNexmo,
        _ client: CallsClient
    ) async throws {
        let call = nexmo.call
        switch call.fate {
        case .silent, .listed(2):
            let ended = try await client.reached(.ended, tid)
            #expect(ended.status == .error, "\(call)")
            #expect(ended.reason == .nexmoUnavailable, "\(call)")
            return
        case .listed:
            let first = try #require(nexmo.first)
            let adopted = try await client.reached(.ringing, tid)
            #expect(adopted.stage == .ringing, "\(call)")
            #expect(try await nexmo.report("busy", of: first) == 204)
        case .webhook:
            let first = try #require(nexmo.first)
            #expect(try await nexmo.report("ringing", of: first) == 204)
            let adopted = try await client.reached(.ringing, tid)
            #expect(adopted.stage == .ringing, "\(call)")
            #expect(try await nexmo.report("busy", of: first) == 204)
        case .ringAgain:
            try await nexmo.later.wait { !$0.isEmpty }
            let again = try #require(nexmo.later.value.first)
            #expect(try await nexmo.report("busy", of: again) == 204)
        }
        let ended = try await client.reached(.ended, tid)
        #expect(ended.reason == .busy, "\(call)")
    }
}
