import NexmoSimulator
import Testing

/// Real daemons, killed at random moments under load, with a Nexmo and receivers that fail.
///
/// `PROMPTCALL_KILLS`, `PROMPTCALL_KILL_SEED` and `PROMPTCALL_KILL_CALLS` make it harder; `make
/// soak-kill` does so. A seed repeats what is drawn, not how processes run beside each other.
@Suite("Kills", .serialized, .timeLimit(.minutes(KillPlan.current.minutesMax)))
struct KillTests {
    @Test("However often the daemon is killed, every promise is kept")
    func kills() async throws {
        let plan = KillPlan.current
        try await Lab.run { settings in
            settings.seed = plan.seed
            settings.faults = plan.faults
        } _: { lab in
            let receiver = CallbackReceiver(refusals: plan.refusals)
            try await receiver.run {
                let world = try KillWorld(plan: plan, lab: lab, callbackURL: receiver.url)
                let evidence = try await KillRun(world: world, receiver: receiver).run()
                let judge = KillJudge(evidence)
                print(KillReport(plan: plan, lives: world.lives.value, judge: judge))
                for fault in judge.faults {
                    Issue.record("seed \(plan.seed), \(plan.kills) kills: \(fault)")
                }
            }
        }
    }
}
