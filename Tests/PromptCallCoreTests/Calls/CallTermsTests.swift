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
}
