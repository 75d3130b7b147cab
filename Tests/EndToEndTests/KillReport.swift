import NexmoSimulator
import PromptCallAPI

/// The numbers of a kill test, for people.
struct KillReport: CustomStringConvertible {
    private let plan: KillPlan
    private let lives: KillWorld.Lives
    private let judge: KillJudge

    init(plan: KillPlan, lives: KillWorld.Lives, judge: KillJudge) {
        self.plan = plan
        self.lives = lives
        self.judge = judge
    }

    var description: String {
        let evidence = self.judge.evidence
        let ledger = evidence.ledger
        let tids = Set(ledger.orders.values.flatMap(\.tids))
        return """
            kill test: seed \(self.plan.seed), \(self.lives.kills) kills, \
            \(self.lives.readies) daemons were ready
            requests: \(ledger.requests), cut off by a kill: \(ledger.cutOff)
            calls: \(ledger.orders.count) submitted, \(tids.count) accepted, \
            \(ledger.repeats) repeated, \(evidence.calls.count) stored
            ended: \(Self.counts(evidence.calls.values.map { "\($0.status) \($0.reason)" }))
            phones that rang: \(evidence.placements.count), \
            for calls that were given up: \(self.judge.strayLegs), \
            of which nothing was learned: \(self.judge.unknownLegs)
            webhooks: \(Self.counts(evidence.webhooks.map { "\($0.result)" }))
            callbacks: \(ledger.callbacksWanted.count) wanted, \(evidence.callbacks.count) came
            events: \(evidence.history.count) stored
            \(evidence.subscribers.map(Self.line).joined(separator: "\n"))
            faults: \(self.judge.faults.count)
            """
    }

    private static func line(_ subscriber: KillSubscriber) -> String {
        let trace = subscriber.trace.value
        let deliveries = trace.streams.flatMap(\.deliveries)
        return """
            subscriber \(subscriber.number) (\(subscriber.memory)): \
            \(trace.streams.count) streams, \
            \(trace.streams.reduce(0) { $0 + $1.seen.count }) events, \(trace.count) different, \
            \(deliveries.count { $0 > 1 }) marked as repeats
            """
    }

    private static func counts(_ names: [String]) -> String {
        let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
        return counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            .joined(separator: ", ")
    }
}
