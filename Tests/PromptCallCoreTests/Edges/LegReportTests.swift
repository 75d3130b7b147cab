import PromptCallCore
import Testing

@Suite("LegReport")
struct LegReportTests {
    private static let live: [LegReport.Status] = [
        .started, .ringing, .answered, .human, .machine,
    ]

    @Test(
        "A final status says that the leg is over, and why where it knows",
        arguments: [
            (.busy, .busy), (.cancelled, .unanswered), (.unanswered, .unanswered),
            (.rejected(.declined), .rejected), (.rejected(.invalidNumber), .unreachable),
            (.rejected(.restricted), .refusedByNexmo), (.failed(.unreachable), .unreachable),
            (.failed(.internalError), .nexmoUnavailable), (.completed, nil),
        ] as [(LegReport.Status, CallReason?)]
    )
    func isOver(status: LegReport.Status, reason: CallReason?) {
        #expect(LegReport(status).isFinal)
        #expect(LegReport(status).reason == reason)
        #expect(!LegReport(status).provesAnswer)
    }

    @Test("Any other status says that the leg goes on", arguments: Self.live)
    func goesOn(status: LegReport.Status) {
        #expect(!LegReport(status).isFinal)
        #expect(LegReport(status).reason == nil)
    }

    @Test("What only an answered leg can be proves the answer")
    func provesAnswer() {
        #expect(Self.live.map { LegReport($0).provesAnswer } == [false, false, true, true, true])
        #expect(Samples.report(.completed, duration: .seconds(1)).provesAnswer)
        #expect(!Samples.report(.completed, duration: .zero).provesAnswer)
        #expect(!Samples.report(.busy, duration: .seconds(1)).provesAnswer)
    }
}
