import CallSimulation
import EngineTestSupport
import PromptCallCore
import Testing

@testable import CallEngine

@Suite("Courier")
struct CourierTests {
    private func id(_ number: Int) -> CallID { CallID(high: 1, low: UInt64(number)) }

    @Test("A callback is taken once, however often it becomes due, until it is answered")
    func once() {
        var courier = Courier()
        courier.due(self.id(1), url: "https://a.example/x")
        courier.due(self.id(1), url: "https://a.example/x")
        #expect(courier.take() == [self.id(1)])
        courier.due(self.id(1), url: "https://a.example/x")
        #expect(courier.take() == [])
        #expect(courier.holds(self.id(1)))
        courier.answered(self.id(1))
        #expect(!courier.holds(self.id(1)))
        courier.due(self.id(1), url: "https://a.example/x")
        #expect(courier.take() == [self.id(1)])
    }

    @Test("A host has a bounded number under way, and others do not wait for it")
    func perHost() {
        var courier = Courier()
        let max = EngineLimits.deliveriesPerHostMax
        for number in 1...(max + 10) {
            courier.due(self.id(number), url: "https://slow.example/\(number)")
        }
        courier.due(self.id(900), url: "https://SLOW.example/other")
        courier.due(self.id(901), url: "https://slow.example:8443/")
        let taken = courier.take()
        #expect(taken.filter { $0.low < 900 }.count == max)
        #expect(taken.contains(self.id(901)))
        #expect(!taken.contains(self.id(900)))
        #expect(courier.take() == [])
        courier.answered(self.id(1))
        courier.answered(self.id(2))
        #expect(courier.take() == [self.id(max + 1), self.id(max + 2)])
    }

    @Test("All hosts together have a bounded number under way, and take turns")
    func inAll() {
        var courier = Courier()
        for number in 0..<1000 {
            courier.due(self.id(number), url: "https://host\(number % 100).example/")
        }
        let first = courier.take()
        #expect(first == (0..<EngineLimits.deliveriesMax).map(self.id))
        for id in first { courier.answered(id) }
        var all = first
        while case let more = courier.take(), !more.isEmpty {
            all += more
            for id in more { courier.answered(id) }
        }
        #expect(all == (0..<1000).map(self.id))
        #expect(courier.count == 0)
    }

    @Test(
        "Against a model: nothing is lost and no bound is passed",
        arguments: 0..<4 as Range<UInt64>
    )
    func model(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var courier = Courier()
        var underway: [CallID: Int] = [:]
        var due: Set<CallID> = []
        for number in 0..<1000 {
            let id = self.id(number)
            let host = Int(random.next() % 5)
            courier.due(CallID(high: UInt64(host), low: id.low), url: "http://h\(host)/")
            due.insert(CallID(high: UInt64(host), low: id.low))
            for taken in courier.take() {
                let wasDue = due.remove(taken) != nil
                #expect(wasDue)
                underway[taken] = Int(taken.high)
            }
            for host in 0..<5 {
                let atHost = underway.values.count { $0 == host }
                #expect(atHost <= EngineLimits.deliveriesPerHostMax)
                // Whoever waits does so because its host is full.
                let isFull = atHost == EngineLimits.deliveriesPerHostMax
                #expect(isFull || !due.contains { $0.high == UInt64(host) })
            }
            let answered = underway.keys.sorted().filter { _ in random.next() % 40 == 0 }
            for id in answered {
                underway[id] = nil
                courier.answered(id)
            }
        }
    }
}
