/// How a simulation went.
package struct SimulationResult: Sendable {
    package var options: SimulationOptions
    /// Promises that were broken, in words; none where all held.
    package var violations: [String] = []
    /// Events handled.
    package var steps = 0
    /// Calls accepted, and how they ended, by reason.
    package var ended: [String: Int] = [:]
    /// Deaths of the daemon.
    package var deaths = 0
    /// Commits written, and those that failed or of unknown fate.
    package var commits = 0
    package var commitsFailed = 0
    /// Rings of phones.
    package var rings = 0
    /// Callbacks sent.
    package var deliveries = 0
    /// Events that subscribers dealt with.
    package var eventsRead = 0
    /// Which inputs met which state under which fault.
    package var coverage = SimulationCoverage()

    package init(options: SimulationOptions) {
        self.options = options
    }

    /// The one line that tells what broke and replays it; nil where nothing did.
    package var failure: String? {
        self.violations.first.map { "\(self.options.command)  # \($0)" }
    }

    /// Adds the counts of another simulation.
    package mutating func add(_ other: Self) {
        self.violations += other.violations
        self.steps += other.steps
        self.ended.merge(other.ended, uniquingKeysWith: +)
        self.deaths += other.deaths
        self.commits += other.commits
        self.commitsFailed += other.commitsFailed
        self.rings += other.rings
        self.deliveries += other.deliveries
        self.eventsRead += other.eventsRead
        self.coverage.add(other.coverage)
    }
}
