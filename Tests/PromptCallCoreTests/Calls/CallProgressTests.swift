import PromptCallCore
import Testing

@Suite("CallProgress")
struct CallProgressTests {
    @Test("The times of a call are those of the first leg that has them")
    func times() {
        var progress = CallProgress(submittedAt: Samples.start)
        #expect(progress.placedAt == nil)
        #expect(progress.answeredAt == nil)
        var first = CallLeg(number: 1, placingAt: Samples.start)
        first.placement = .gaveUp
        var second = CallLeg(number: 2, placingAt: Samples.start)
        second.placedAt = Samples.start + .seconds(1)
        second.answeredAt = Samples.start + .seconds(2)
        progress.legs = [first, second]
        #expect(progress.placedAt == second.placedAt)
        #expect(progress.answeredAt == second.answeredAt)
    }

    @Test("The price of a call is that of all its legs, where any is known")
    func price() {
        var progress = CallProgress(submittedAt: Samples.start)
        progress.legs = (1...3).map { CallLeg(number: $0, placingAt: Samples.start) }
        #expect(progress.price == nil)
        progress.legs[0].price = Amount(units: 5)
        progress.legs[2].price = Amount(units: 7)
        #expect(progress.price == Amount(units: 12))
    }
}
