import PromptCallCore
import Testing

/// Every order in which some arrivals can come, each so often.
///
/// All are walked together: orders that have led to the same call, with the same arrivals still to
/// come, share the rest of their way. A machine that judges by its record alone cannot tell them
/// apart, so nothing is left out, and millions of orders cost no more than what they can lead to.
struct OrderWalk {
    /// How many orders were walked; those that differ by twins alone are one.
    private(set) var orders = 0
    /// How they ended, with one order for each outcome.
    private(set) var outcomes: [Outcome: [Arrival]] = [:]
    private let arrivals: [Arrival]
    private let repeats: Int
    private let spacing: Spacing

    /// What is to come of a call, whatever the order.
    struct Outcome: Hashable {
        var reason: CallReason?
        var attempts = 0
        var price: Amount?
        var duration: Duration?
        var collected: DTMFDigits?
        var answered = true
        var verified = false
        var endings = 1
    }

    /// How much time lies between two arrivals.
    enum Spacing: CaseIterable {
        /// None: they are judged in one batch.
        case none
        /// A tenth of a second.
        case brisk
        /// So long that watchdogs ask between them, and are told nothing, until the leg is over.
        /// What comes after that is within the hold.
        case slow
        /// The same, where GET shows the leg alive.
        case slowAlive
    }

    /// A call on its way, with how often each arrival is still to come.
    private struct Node: Hashable {
        var record: CallRecord
        var kinds: [CallEvent.Kind]
        var now: Timestamp
        var left: [Int]
        /// What the entry of each arrival was answered first.
        var answers: [LegAnswer?]

        func hash(into hasher: inout Hasher) {
            hasher.combine(self.left)
            hasher.combine(self.record.eventCount)
            hasher.combine(self.record.timers.next)
            hasher.combine(self.record.leg?.ringingAt)
            hasher.combine(self.record.leg?.answeredAt)
            hasher.combine(self.record.leg?.endedAt)
        }
    }

    /// How many orders lead to a call, and one of them.
    private struct Way {
        var count: Int
        var example: [Int]
    }

    /// Walks every order of the arrivals, each as often as its `deliveries` say.
    ///
    /// Each delivery is repeated on the spot, so that `repeats` in all stand together.
    init(
        _ arrivals: [Arrival],
        deliveries: [Int],
        repeats: Int = 1,
        terms: CallTerms = Samples.terms(),
        spacing: Spacing = .none
    ) {
        self.arrivals = arrivals
        self.repeats = repeats
        self.spacing = spacing
        var call = CallDriver(terms)
        call.turnCame()
        let first = Node(
            record: call.record,
            kinds: call.kinds,
            now: call.now,
            left: deliveries,
            answers: arrivals.map { _ in nil }
        )
        var layer = [first: Way(count: 1, example: [])]
        for _ in 0..<deliveries.reduce(0, +) { layer = self.layer(after: layer) }
        for (node, way) in layer { self.finish(node, way) }
    }

    private func layer(after layer: [Node: Way]) -> [Node: Way] {
        var next: [Node: Way] = [:]
        for (node, way) in layer {
            for index in self.arrivals.indices where self.canCome(index, in: node) {
                let node = self.node(after: index, in: node, by: way)
                let known = next[node]?.count ?? 0
                next[node] = Way(count: known + way.count, example: way.example + [index])
            }
        }
        return next
    }

    /// Nobody is asked for a second entry before the first was answered.
    private func canCome(_ index: Int, in node: Node) -> Bool {
        guard node.left[index] > 0 else { return false }
        guard case .entry(_, let turn) = self.arrivals[index], turn > 1 else { return true }
        return self.arrivals.indices.contains { other in
            guard case .entry(_, turn - 1) = self.arrivals[other] else { return false }
            return node.answers[other] != nil
        }
    }

    private func node(after index: Int, in node: Node, by way: Way) -> Node {
        var node = node
        var call = self.call(of: node)
        for _ in 0..<self.repeats {
            let answer = self.arrivals[index].deliver(to: &call)
            if case .entry = self.arrivals[index] {
                let first = node.answers[index] ?? answer
                node.answers[index] = first
                // After the end nothing is said any more.
                let isSame = answer == first || call.record.stage == .ended
                let order = (way.example + [index]).map { self.arrivals[$0] }
                if !isSame { Issue.record("the entry got another answer: \(order)") }
            }
            call.pass(self.wait(behind: call.record))
        }
        node.left[index] -= 1
        node.record = call.record
        node.kinds = call.kinds
        node.now = call.now
        return node
    }

    private func call(of node: Node) -> CallDriver {
        var call = CallDriver(resuming: node.record, kinds: node.kinds, at: node.now)
        if self.spacing == .slowAlive {
            call.fetchAnswer = .report(Samples.report(.started, source: .fetch))
        } else if self.spacing == .slow {
            call.fetchAnswer = .notFound
            call.hangUpAnswer = .failed
        }
        return call
    }

    private func wait(behind record: CallRecord) -> Duration {
        switch self.spacing {
        case .none: .zero
        case .brisk: .milliseconds(100)
        case .slow, .slowAlive:
            record.leg?.isOver ?? false ? .milliseconds(150) : .seconds(40)
        }
    }

    /// Lets the hold go by; then all comes once more, which is too late to change anything.
    private mutating func finish(_ node: Node, _ way: Way) {
        var call = self.call(of: node)
        call.pass(CallWindows.holdForEntry)
        let outcome = Outcome(of: call)
        let order = way.example.map { self.arrivals[$0] }
        for arrival in self.arrivals { arrival.deliver(to: &call) }
        if Outcome(of: call) != outcome { Issue.record("the outcome changed behind \(order)") }
        self.orders += way.count
        self.outcomes[outcome] = order
    }
}

extension OrderWalk.Outcome {
    init(of call: CallDriver) {
        self.reason = call.record.progress.reason
        self.attempts = call.record.progress.attempts
        self.price = call.record.progress.price
        self.duration = call.record.leg?.duration
        self.collected = call.record.collected
        self.answered = call.record.progress.answeredAt != nil
        self.verified = call.record.progress.verifiedAt != nil
        self.endings = call.kinds.count { $0 == .ended }
    }
}
