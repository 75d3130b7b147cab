import Foundation
import NexmoSimulator

/// How hard a kill test is, by the environment; without it, as CI runs it.
struct KillPlan: Sendable {
    /// How often the daemon is killed (`PROMPTCALL_KILLS`).
    let kills: Int
    /// Where all chance comes from (`PROMPTCALL_KILL_SEED`).
    let seed: UInt64
    /// Calls that are accepted and have not ended, at most (`PROMPTCALL_KILL_CALLS`).
    let openCallsMax: Int

    /// What the environment of this process asks for.
    static let current = KillPlan(ProcessInfo.processInfo.environment)

    /// Programs that submit calls.
    static let submitters = 4
    /// More kills than this are a soak, which may take its time.
    private static let killsInCI = 10

    private init(_ environment: [String: String]) {
        self.kills = environment["PROMPTCALL_KILLS"].flatMap { Int($0) } ?? Self.killsInCI
        self.seed = environment["PROMPTCALL_KILL_SEED"].flatMap { UInt64($0) } ?? 1
        self.openCallsMax = environment["PROMPTCALL_KILL_CALLS"].flatMap { Int($0) } ?? 24
    }

    var isSoak: Bool { self.kills > Self.killsInCI }

    /// What a test may take, in minutes.
    var minutesMax: Int { 5 + self.kills / 10 }

    /// What goes wrong at Nexmo.
    ///
    /// A leg all of whose webhooks are lost is followed for most of a minute, so CI loses few.
    var faults: FaultShares {
        var faults = FaultShares()
        faults.lostWebhooks = self.isSoak ? 0.03 : 0.002
        faults.doubledWebhooks = 0.05
        faults.delayedWebhooks = 0.05
        faults.throttledCreations = 0.03
        faults.failedCreations = 0.02
        faults.lostCreations = 0.06
        faults.missedReadings = 0.05
        faults.staleReadings = 0.1
        faults.slowAnswers = 0.05
        return faults
    }

    /// What the receiver of callbacks answers to the first of them.
    var refusals: [Int] {
        var random = SeededRandom(seed: self.seed ^ 0xCA11)
        return (0..<(self.isSoak ? 60 : 20)).map { _ in
            [200, 200, 200, 500, 503].randomElement(using: &random) ?? 200
        }
    }
}
