import CallSimulation

/// Many simulations, seed after seed, and what they add up to.
struct Campaign {
    let calls: Int
    let faults: [SimulationFault]
    let jobs: Int
    private let first: UInt64
    private var next: UInt64
    private var sum: SimulationResult
    /// Seeds in which something broke.
    private(set) var failures = 0
    private let start = ContinuousClock.now

    init(first: UInt64, calls: Int, faults: [SimulationFault], jobs: Int) {
        self.first = first
        self.next = first
        self.calls = calls
        self.faults = faults
        self.jobs = jobs
        self.sum = SimulationResult(options: SimulationOptions(seed: first))
    }

    /// Runs so many seeds.
    mutating func run(seeds: UInt64) async {
        let end = self.first &+ seeds
        await self.run { $0.next != end }
    }

    /// Runs seeds until so much time is over.
    mutating func run(for duration: Duration) async {
        await self.run { ContinuousClock.now - $0.start < duration }
    }

    /// Runs one seed, and prints all that happens in it.
    mutating func trace() {
        self.take(Simulation.run(self.options(self.next)) { print($0) })
        self.next += 1
    }

    private mutating func run(while goesOn: (Self) -> Bool) async {
        await withTaskGroup(of: SimulationResult.self) { group in
            var running = 0
            while goesOn(self) || running > 0 {
                while running < self.jobs, goesOn(self) {
                    let options = self.options(self.next)
                    self.next &+= 1
                    running += 1
                    group.addTask { Simulation.run(options) }
                }
                if let result = await group.next() {
                    running -= 1
                    self.take(result)
                }
            }
        }
    }

    private func options(_ seed: UInt64) -> SimulationOptions {
        SimulationOptions(seed: seed, calls: self.calls, faults: self.faults)
    }

    private mutating func take(_ result: SimulationResult) {
        if let failure = result.failure {
            self.failures += 1
            print(failure)
        }
        self.sum.add(result)
    }

    /// What was done and found.
    var report: String {
        let seeds = self.next &- self.first
        let seconds = (ContinuousClock.now - self.start) / .seconds(1)
        let ended = self.sum.ended.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return """
            seeds            \(seeds), \(Int(Double(seeds) / seconds * 3600)) an hour
            steps            \(self.sum.steps)
            daemon killed    \(self.sum.deaths) times
            commits          \(self.sum.commits), and \(self.sum.commitsFailed) that failed or of unknown fate
            rings            \(self.sum.rings)
            callbacks sent   \(self.sum.deliveries)
            events read      \(self.sum.eventsRead)
            calls ended      \(self.sum.ended.values.reduce(0, +)): \(ended)
            state x input    \(self.sum.coverage.pairs) pairs met, \(self.sum.coverage.triples) with the faults before them
            broken promises  in \(self.failures) seeds
            """
    }
}
