import PromptCallCore
import Testing

@Suite("CallReason")
struct CallReasonTests {
    @Test("Each reason belongs to the status that its range of numbers says")
    func status() {
        for reason in CallReason.allCases {
            let status: CallStatus =
                reason.rawValue < 10 ? .ok : reason.rawValue < 20 ? .failed : .error
            #expect(reason.status == status)
        }
    }

    @Test("Each name is a lower-case word of its own")
    func names() {
        let names = CallReason.allCases.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (97...122).contains($0) })
        }
        #expect(CallReason.attemptsExhausted.name == "attempts_exhausted")
        #expect(CallStatus.allCases.map(\.name) == ["ok", "failed", "error"])
    }
}
