import Testing

@testable import WebhookSidecar

@Suite("DeliveryCount")
struct DeliveryCountTests {
    @Test("No more than the most are taken, and what is given back can be taken again")
    func bound() {
        let count = DeliveryCount()
        #expect(count.take(of: 2))
        #expect(count.take(of: 2))
        #expect(!count.take(of: 2))
        #expect(!count.take(of: 2))
        count.giveBack()
        #expect(count.take(of: 2))
        #expect(!count.take(of: 2))
    }
}
