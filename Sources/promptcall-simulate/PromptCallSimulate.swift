import ArgumentParser
import CallSimulation

/// Simulates the daemon's judgement under faults, and says what broke.
@main
struct PromptCallSimulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promptcall-simulate",
        abstract: "Runs promptcall's engine and store in a simulated world that fails.",
        discussion: """
            Callers, callees, Nexmo, receivers, subscribers, the disk and every fault are drawn \
            from a seed: the same seed does the same again. Each promise that breaks is one line, \
            which is the command that replays it, with what broke behind it. Exit codes: 0 where \
            all held, 1 where something broke, 64 for unusable arguments.
            """
    )

    @Option(help: ArgumentHelp("The first seed.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("How many seeds to run, one after the other.", valueName: "n"))
    var seeds: UInt64?

    @Option(help: ArgumentHelp("Runs seeds for so long instead.", valueName: "n"))
    var minutes: Int?

    @Option(help: ArgumentHelp("Calls of each seed, 1 to 1000.", valueName: "n"))
    var calls = SimulationOptions.callsDefault

    @Option(
        help: ArgumentHelp(
            "What may go wrong: all, none, or names with commas.",
            valueName: "names"
        )
    )
    var faults = FaultChoice.all

    @Option(help: ArgumentHelp("How many seeds run at once, 1 to 64.", valueName: "n"))
    var jobs = 2

    @Flag(help: "Tells everything that happens, of one seed.")
    var trace = false

    func validate() throws {
        guard (1...1000).contains(self.calls) else {
            throw ValidationError("--calls must be 1 to 1000.")
        }
        guard (1...64).contains(self.jobs) else { throw ValidationError("--jobs must be 1 to 64.") }
        guard self.seeds == nil || self.minutes == nil else {
            throw ValidationError("--seeds and --minutes exclude each other.")
        }
        guard self.minutes.map({ (1...10_000).contains($0) }) ?? true, self.seeds != 0 else {
            throw ValidationError("--seeds and --minutes must be 1 or more.")
        }
        if self.trace, self.minutes != nil || self.seeds ?? 1 > 1 {
            throw ValidationError("--trace is for one seed.")
        }
    }

    func run() async throws {
        var campaign = Campaign(
            first: self.seed,
            calls: self.calls,
            faults: self.faults.faults,
            jobs: self.jobs
        )
        if self.trace {
            campaign.trace()
        } else if let minutes = self.minutes {
            await campaign.run(for: .seconds(60 * minutes))
        } else {
            await campaign.run(seeds: self.seeds ?? 1)
        }
        print(campaign.report)
        if campaign.failures > 0 { throw ExitCode(1) }
    }
}
