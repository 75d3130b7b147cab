import PromptCallCore
import Testing

/// Nexmo's webhooks come in any order, once or twice, and the answer to the placing comes at any
/// place between them.
@Suite("CallMachine: order")
struct CallMachineOrderTests {
    /// Something that arrives.
    enum Arrival: Equatable, CustomStringConvertible {
        case accepted
        case report(LegReport)
        case opened
        case entry(DTMFDigits, turn: Int)
        case played

        var description: String {
            switch self {
            case .accepted: "201"
            case .report(let report): "\(report.status)"
            case .opened: "opened"
            case .entry(_, let turn): "input \(turn)"
            case .played: "played"
            }
        }
    }

    /// What is to come of it, whatever the order.
    struct Outcome: Equatable {
        var reason: CallReason?
        var attempts: Int
        var price: Amount?
        var answered: Bool
    }

    private let completed = Samples.report(
        .completed,
        by: .platform,
        duration: .seconds(20),
        price: Samples.price
    )

    @Test("A right PIN is one outcome in every order")
    func rightPIN() {
        self.check(
            [self.report(.started), self.report(.ringing), self.report(.answered), self.right]
                + [.report(self.completed)],
            reason: .pinMatched,
            attempts: 1
        )
    }

    @Test("A right PIN is one outcome in every order, where the leg asks what to do")
    func opened() {
        self.check(
            [self.report(.answered), .opened, self.right, .report(self.completed)],
            reason: .pinMatched,
            attempts: 1
        )
    }

    @Test("A right PIN is one outcome in every order, where no bill comes")
    func unbilled() {
        let report = Samples.report(.completed, by: .user)
        self.check(
            [self.report(.ringing), self.report(.answered), self.right, .report(report)],
            reason: .pinMatched,
            attempts: 1,
            price: nil
        )
    }

    @Test("Busy is one outcome in every order")
    func busy() {
        self.check(
            [self.report(.started), self.report(.ringing), self.report(.busy)]
                + [.report(Samples.report(.completed, duration: .zero, price: Samples.price))],
            reason: .busy,
            attempts: 0,
            answered: false
        )
    }

    @Test("The last wrong PIN is one outcome in every order")
    func wrongPIN() {
        self.check(
            [self.report(.started), self.report(.answered), .entry(Samples.wrong, turn: 1)]
                + [.report(self.completed)],
            terms: Samples.terms { $0.attemptsMax = 1 },
            reason: .attemptsExhausted,
            attempts: 1
        )
    }

    @Test("Wrong PINs are counted once each in every order that has them in theirs")
    func wrongPINs() {
        self.check(
            [self.report(.ringing), self.report(.answered), .entry(Samples.wrong, turn: 1)]
                + [.entry(Samples.wrong, turn: 2), .report(self.completed)],
            terms: Samples.terms { $0.attemptsMax = 2 },
            reason: .attemptsExhausted,
            attempts: 2
        )
    }

    @Test(
        "An announcement is one outcome in every order",
        arguments: [CallLeg.Disconnector.platform, .user]
    )
    func announcement(disconnector: CallLeg.Disconnector) {
        let completed = Samples.report(
            .completed,
            by: disconnector,
            duration: .seconds(20),
            price: Samples.price
        )
        self.check(
            [self.report(.started), self.report(.answered), .played, .report(completed)],
            terms: Samples.terms(.announcement),
            reason: .announced,
            attempts: 0
        )
    }

    @Test("Collected digits are one outcome in every order")
    func collected() {
        self.check(
            [self.report(.ringing), self.report(.answered)]
                + [.entry(Samples.digits("77"), turn: 1), .report(self.completed)],
            terms: Samples.terms(.digits(min: 2, max: 4)),
            reason: .digitsCollected,
            attempts: 1
        )
    }

    private var right: Arrival { .entry(Samples.right, turn: 1) }

    private func report(_ status: LegReport.Status) -> Arrival { .report(Samples.report(status)) }

    /// Tries every order with the 201 at every place, plain and doubled.
    private func check(
        _ arrivals: [Arrival],
        terms: CallTerms = Samples.terms(),
        reason: CallReason,
        attempts: Int,
        price: Amount? = Samples.price,
        answered: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let wanted = Outcome(reason: reason, attempts: attempts, price: price, answered: answered)
        let all = arrivals + [.accepted]
        let apart = all.doublings.flatMap(Self.shuffles)
        let together = all.orders.flatMap(\.doublings)
        for order in together + apart where Self.isCausal(order) {
            let call = Self.run(order, terms: terms)
            let outcome = Outcome(
                reason: call.record.progress.reason,
                attempts: call.record.progress.attempts,
                price: call.record.progress.price,
                answered: call.record.progress.answeredAt != nil
            )
            if outcome != wanted || call.kinds.count(where: { $0 == .ended }) != 1 {
                Issue.record("\(order) gave \(outcome)", sourceLocation: sourceLocation)
                return
            }
        }
    }

    /// Some orders of what is doubled, for all would be too many.
    private static func shuffles(of arrivals: [Arrival]) -> [[Arrival]] {
        var generator = SplitMix64(seed: UInt64(arrivals.count))
        return (0..<100).map { _ in arrivals.shuffled(using: &generator) }
    }

    /// Nobody is asked for a second entry before the first was answered.
    private static func isCausal(_ order: [Arrival]) -> Bool {
        let turns = order.compactMap { arrival -> Int? in
            if case .entry(_, let turn) = arrival { turn } else { nil }
        }
        guard let second = turns.firstIndex(of: 2) else { return true }
        return turns.firstIndex(of: 1).map { $0 < second } ?? true
    }

    private static func run(_ order: [Arrival], terms: CallTerms) -> CallDriver {
        var call = CallDriver(terms)
        call.turnCame()
        for arrival in order {
            switch arrival {
            case .accepted: call.accepted()
            case .report(let report): call.report(report)
            case .opened: call.opened()
            case .entry(let digits, let turn): call.enter(digits, turn: turn)
            case .played: call.played()
            }
            call.pass(.milliseconds(100))
        }
        call.pass(CallWindows.holdForEntry)
        return call
    }
}
