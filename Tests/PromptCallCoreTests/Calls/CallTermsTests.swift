import PromptCallCore
import Testing

@Suite("CallTerms")
struct CallTermsTests {
    @Test(
        "An entry has as many keys as the prompt allows",
        arguments: [
            (.pin(length: 4), 4), (.digits(min: 2, max: 6), 6), (.announcement, nil),
        ] as [(PromptKind, Int?)]
    )
    func keysMax(prompt: PromptKind, keys: Int?) {
        #expect(prompt.keysMax == keys)
    }

    @Test("Urgent calls come before normal ones, and bulk last")
    func priorities() {
        #expect(CallPriority.allCases.reversed().sorted() == [.urgent, .normal, .bulk])
    }

    @Test("Records are equal where what was ordered is, whoever holds it")
    func equality() {
        func record(_ change: (inout CallTerms) -> Void) -> CallRecord {
            CallRecord(
                id: Samples.id,
                caller: "alice",
                terms: Samples.terms(change: change),
                expected: [],
                submittedAt: Samples.start
            )
        }
        let redials = { (terms: inout CallTerms) in
            terms.redial = RedialTerms(redialsMax: 2)
            terms.machine = MachineTerms(.hangUp, detection: .advanced)
        }
        #expect(record(redials) == record(redials))
        #expect(record(redials) != record { $0.redial = RedialTerms(redialsMax: 2) })
        #expect(record(redials) != record { $0.redial = RedialTerms(redialsMax: 3) })
        #expect(record(redials) != record { _ in })
    }
}
