import PromptCallCore
import Testing

/// Nexmo's webhooks come in any order, once or twice, and the answer to the placing comes at any
/// place between them.
///
/// Each family of arrivals is walked whole (``OrderWalk``): every order of all of them, every order
/// with each one doubled, and every order with all of them doubled, the second deliveries at every
/// place behind the first. Every order of all of them is walked also with time between them, and
/// with watchdogs that fire, and with the second delivery of each right behind the first.
@Suite("CallMachine: order")
struct CallMachineOrderTests {
    typealias Outcome = OrderWalk.Outcome

    /// How a `completed` is learned of.
    enum End: CaseIterable {
        case byPlatform
        case byUser
        case byFetch
        case unbilled

        var arrival: Arrival {
            let duration = Duration.seconds(20)
            let price = Samples.price
            return switch self {
            case .byPlatform:
                .report(
                    Samples.report(.completed, by: .platform, duration: duration, price: price)
                )
            case .byUser:
                .report(Samples.report(.completed, by: .user, duration: duration, price: price))
            case .byFetch:
                .report(
                    Samples.report(.completed, duration: duration, price: price, source: .fetch)
                )
            case .unbilled:
                .report(Samples.report(.completed, by: .user))
            }
        }

        func outcome(_ reason: CallReason, attempts: Int = 0, verified: Bool = false) -> Outcome {
            Outcome(
                reason: reason,
                attempts: attempts,
                price: self == .unbilled ? nil : Samples.price,
                duration: self == .unbilled ? nil : .seconds(20),
                verified: verified
            )
        }
    }

    @Test(
        "The seven events of a right PIN give one outcome in all their orders",
        arguments: End.allCases
    )
    func sevenEvents(end: End) {
        self.check(
            [
                .accepted, .status(.started), .status(.ringing), .status(.answered),
                .status(.human), .right, end.arrival,
            ],
            outcome: end.outcome(.pinMatched, attempts: 1, verified: true),
            counts: Counts(plain: 5040, eachDoubled: 141_120, allDoubled: 681_080_400),
            isRepresentative: end == .byPlatform
        )
    }

    @Test("A right PIN is one outcome in every order, where the leg asks what to do")
    func opened() {
        self.check(
            [.accepted, .status(.answered), .opened, .right, End.byPlatform.arrival],
            outcome: End.byPlatform.outcome(.pinMatched, attempts: 1, verified: true),
            counts: Counts(plain: 120, eachDoubled: 1800, allDoubled: 113_400)
        )
    }

    @Test("Busy is one outcome in every order", arguments: [LegReport.Source.webhook, .fetch])
    func busy(source: LegReport.Source) {
        let completed = Samples.report(
            .completed,
            duration: .zero,
            price: Samples.price,
            source: source
        )
        self.check(
            [.accepted, .status(.started), .status(.ringing), .status(.busy), .report(completed)],
            outcome: Outcome(
                reason: .busy,
                price: Samples.price,
                duration: .zero,
                answered: false
            ),
            counts: Counts(plain: 120, eachDoubled: 1800, allDoubled: 113_400)
        )
    }

    @Test("The last wrong PIN is one outcome in every order", arguments: End.allCases)
    func wrongPIN(end: End) {
        self.check(
            [.accepted, .status(.started), .status(.answered), .entry(Samples.wrong, turn: 1)]
                + [end.arrival],
            terms: Samples.terms { $0.attemptsMax = 1 },
            outcome: end.outcome(.attemptsExhausted, attempts: 1),
            counts: Counts(plain: 120, eachDoubled: 1800, allDoubled: 113_400),
            isRepresentative: end == .byPlatform
        )
    }

    @Test("Wrong PINs are counted once each in every order that has them in theirs")
    func wrongPINs() {
        self.check(
            [.accepted, .status(.ringing), .status(.answered), .entry(Samples.wrong, turn: 1)]
                + [.entry(Samples.wrong, turn: 2), End.byPlatform.arrival],
            terms: Samples.terms { $0.attemptsMax = 2 },
            outcome: End.byPlatform.outcome(.attemptsExhausted, attempts: 2),
            counts: Counts(plain: 360, eachDoubled: 7560, allDoubled: 3_742_200)
        )
    }

    @Test(
        "A wrong PIN and then the right one is one outcome in every order",
        arguments: End.allCases
    )
    func wrongThenRight(end: End) {
        self.check(
            [.accepted, .status(.ringing), .status(.answered), .entry(Samples.wrong, turn: 1)]
                + [.entry(Samples.right, turn: 2), end.arrival],
            outcome: end.outcome(.pinMatched, attempts: 2, verified: true),
            counts: Counts(plain: 360, eachDoubled: 7560, allDoubled: 3_742_200),
            isRepresentative: end == .byPlatform
        )
    }

    @Test("An announcement is one outcome in every order", arguments: End.allCases)
    func announcement(end: End) {
        self.check(
            [.accepted, .status(.started), .status(.ringing), .status(.answered), .played]
                + [end.arrival],
            terms: Samples.terms(.announcement),
            outcome: end.outcome(.announced),
            counts: Counts(plain: 720, eachDoubled: 15_120, allDoubled: 7_484_400),
            isRepresentative: end == .byPlatform
        )
    }

    @Test("Collected digits are one outcome in every order", arguments: End.allCases)
    func collected(end: End) {
        let digits = Samples.digits("77")
        var outcome = end.outcome(.digitsCollected, attempts: 1, verified: true)
        outcome.collected = digits
        self.check(
            [.accepted, .status(.ringing), .status(.answered), .entry(digits, turn: 1)]
                + [end.arrival],
            terms: Samples.terms(.digits(min: 2, max: 4)),
            outcome: outcome,
            counts: Counts(plain: 120, eachDoubled: 1800, allDoubled: 113_400),
            isRepresentative: end == .byPlatform
        )
    }

    /// How many orders there are: n!, n · (n + 1)! / 2, and (2n)! / 2^n for n arrivals, less those
    /// in which somebody answers before being asked.
    struct Counts: Equatable {
        var plain = 0
        var eachDoubled = 0
        var allDoubled = 0
    }

    /// Some orders of all arrivals doubled with time between them, for all would be too many; one by
    /// one, as a check of the walk too.
    private func checkShuffled(_ arrivals: [Arrival], terms: CallTerms, outcome: Outcome) {
        var generator = SplitMix64(seed: UInt64(arrivals.count))
        for _ in 0..<100 {
            let order = (arrivals + arrivals).shuffled(using: &generator)
            var call = CallDriver(terms)
            call.turnCame()
            for arrival in order {
                arrival.deliver(to: &call)
                call.pass(.milliseconds(100))
            }
            call.pass(CallWindows.holdForEntry)
            #expect(Outcome(of: call) == outcome || !self.isCausal(order), "\(order)")
        }
    }

    /// Nobody is asked for a second entry before the first was answered.
    private func isCausal(_ order: [Arrival]) -> Bool {
        let turns = order.compactMap { arrival -> Int? in
            if case .entry(_, let turn) = arrival { turn } else { nil }
        }
        return turns.first ?? 1 == 1
    }

    /// Each arrival is doubled also with time between them only where a family's end
    /// `isRepresentative`, for that is not worth its time for all.
    private func check(
        _ arrivals: [Arrival],
        terms: CallTerms = Samples.terms(),
        outcome: Outcome,
        counts: Counts,
        isRepresentative: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        func orders(_ deliveries: [Int], _ spacing: OrderWalk.Spacing, repeats: Int = 1) -> Int {
            let walk = OrderWalk(
                arrivals,
                deliveries: deliveries,
                repeats: repeats,
                terms: terms,
                spacing: spacing
            )
            for (other, order) in walk.outcomes where other != outcome {
                Issue.record("\(order) gave \(other), \(spacing)", sourceLocation: sourceLocation)
            }
            return walk.orders
        }
        func eachDoubled(_ spacing: OrderWalk.Spacing) -> Int {
            arrivals.indices.reduce(0) { sum, doubled in
                sum + orders(arrivals.indices.map { $0 == doubled ? 2 : 1 }, spacing)
            }
        }
        let once = arrivals.map { _ in 1 }
        let together = Counts(
            plain: orders(once, .none),
            eachDoubled: eachDoubled(.none),
            allDoubled: orders(arrivals.map { _ in 2 }, .none)
        )
        #expect(together == counts, sourceLocation: sourceLocation)
        for spacing in [OrderWalk.Spacing.brisk, .slow, .slowAlive] {
            #expect(orders(once, spacing) == counts.plain, sourceLocation: sourceLocation)
        }
        let pairs = orders(once, .brisk, repeats: 2)
        #expect(pairs == counts.plain, sourceLocation: sourceLocation)
        self.checkShuffled(arrivals, terms: terms, outcome: outcome)
        if isRepresentative {
            #expect(eachDoubled(.brisk) == counts.eachDoubled, sourceLocation: sourceLocation)
        }
    }
}
