import PromptCallCore
import Testing

/// Every state of the machine takes every input, and every state comes to an end.
@Suite("CallMachine: exploration")
struct CallMachineExplorationTests {
    /// What is ordered, and how much there is to find at least.
    struct Order: CustomTestStringConvertible {
        var testDescription: String
        var terms: CallTerms
        var states: Int
        var pairs: Int
    }

    private static let callback = CallbackTerms(url: "http://a.example", method: .get)

    private static let orders = [
        Order(
            testDescription: "a PIN",
            terms: Samples.terms {
                $0.attemptsMax = 2
                $0.maxDuration = .seconds(60)
            },
            states: 1600,
            pairs: 170_000
        ),
        Order(
            testDescription: "digits, twice, with the caller's credentials and a callback",
            terms: Samples.terms(.digits(min: 2, max: 4)) {
                $0.attemptsMax = 1
                $0.plays = 2
                $0.maxDuration = .seconds(60)
                $0.speech.byeText = .zero
                $0.credentials = .ownCredentials
                $0.callback = Self.callback
            },
            states: 1900,
            pairs: 195_000
        ),
        Order(
            testDescription: "an announcement",
            terms: Samples.terms(.announcement) { $0.maxDuration = .seconds(60) },
            states: 670,
            pairs: 68_000
        ),
        Order(
            testDescription: "a PIN, better twice than never",
            terms: Samples.terms {
                $0.attemptsMax = 1
                $0.maxDuration = .seconds(60)
                $0.unknownPlacement = .ringAgain
            },
            states: 7800,
            pairs: 880_000
        ),
        Order(
            testDescription: "a PIN, redialled, with machines hung up",
            terms: Samples.terms {
                $0.attemptsMax = 1
                $0.maxDuration = .seconds(60)
                $0.redial = RedialTerms(redialsMax: 1, reasons: [.busy, .noInput, .machine])
                $0.machine = MachineTerms(.hangUp, detection: .advanced)
            },
            states: 3200,
            pairs: 300_000
        ),
        Order(
            testDescription: "an announcement with a message, redialled",
            terms: Samples.terms(.announcement) {
                $0.maxDuration = .seconds(60)
                $0.redial = RedialTerms(redialsMax: 1, reasons: [.unanswered, .hungUp])
                $0.machine = MachineTerms(
                    .leaveMessage,
                    detection: .advanced,
                    speech: .seconds(8)
                )
            },
            states: 3000,
            pairs: 300_000
        ),
        Order(
            testDescription: "a PIN with a message",
            terms: Samples.terms {
                $0.attemptsMax = 1
                $0.maxDuration = .seconds(60)
                $0.machine = MachineTerms(
                    .leaveMessage,
                    detection: .standard,
                    speech: .seconds(8)
                )
            },
            states: 3600,
            pairs: 300_000
        ),
    ]

    @Test("Every state takes every input, and comes to its end", arguments: Self.orders)
    func everyStateEveryInput(order: Order) {
        let exploration = Exploration(order.terms)
        #expect(exploration.states.count >= order.states)
        #expect(exploration.pairs >= order.pairs, "\(exploration.states.count) states")
    }
}
