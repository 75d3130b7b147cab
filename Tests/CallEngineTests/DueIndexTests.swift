import CallEngine
import CallSimulation
import EngineTestSupport
import PromptCallCore
import Testing

@Suite("DueIndex")
struct DueIndexTests {
    private let start = EngineHarness.epoch
    private let lease = StoreLease(incarnation: 1, duration: .seconds(60))

    private func id(_ number: Int) -> CallID { CallID(high: 1, low: UInt64(number)) }

    private func at(_ seconds: Int) -> Timestamp { self.start + .seconds(seconds) }

    @Test("Timers beyond what is held are left to the store, and come with its next page")
    func horizon() {
        var index = DueIndex()
        #expect(index.claim(at: self.start, lease: self.lease)?.through == self.at(60))
        index.claimed([])
        index.set(self.id(1), self.at(61))
        index.set(self.id(2), self.at(30))
        #expect(index.nextTimer == self.at(30))
        #expect(index.nextPage == self.at(50))
        #expect(index.claim(at: self.at(49), lease: self.lease) == nil)
        #expect(index.takeDue(at: self.at(49)) == [self.id(2)])
        let claim = index.claim(at: self.at(50), lease: self.lease)
        #expect(claim?.after?.at == self.at(60))
        index.claimed([DueCall(at: self.at(61), id: self.id(1))])
        #expect(index.takeDue(at: self.at(61)) == [self.id(1)])
        #expect(index.nextTimer == nil)
    }

    @Test("A timer that is set while a page is read is held, whether the page has it or not")
    func arrival() {
        var index = DueIndex()
        _ = index.claim(at: self.start, lease: self.lease)
        index.set(self.id(1), self.at(5))
        index.set(self.id(2), self.at(6))
        index.claimed([DueCall(at: self.at(5), id: self.id(1))])
        #expect(index.takeDue(at: self.at(10)) == [self.id(1), self.id(2)])
        #expect(index.takeDue(at: self.at(10)) == [])
    }

    @Test("A timer moved while a page was read fires when it was moved to")
    func movedDuringClaim() {
        var index = DueIndex()
        _ = index.claim(at: self.start, lease: self.lease)
        index.set(self.id(1), self.at(20))
        index.claimed([DueCall(at: self.at(5), id: self.id(1))])
        #expect(index.takeDue(at: self.at(19)) == [])
        #expect(index.takeDue(at: self.at(20)) == [self.id(1)])
    }

    @Test("Where the wall clock steps while a page is read, all is looked at again")
    func stepDuringClaim() {
        var index = DueIndex()
        _ = index.claim(at: self.start, lease: self.lease)
        index.wallClockStepped(lead: .seconds(100))
        index.claimed([DueCall(at: self.at(50), id: self.id(1))])
        #expect(index.takeDue(at: self.start) == [self.id(1)])
        let claim = index.claim(at: self.start, lease: self.lease)
        #expect(claim?.after == nil)
        #expect(claim?.through == self.at(160))
        index.claimed([DueCall(at: self.at(150), id: self.id(2))])
        #expect(index.takeDue(at: self.at(50)) == [self.id(2)])
        #expect(index.nextPage == self.at(50))
    }

    @Test("A full page is followed by the next at once, and what lies between is not lost")
    func fullPage() {
        var index = DueIndex()
        _ = index.claim(at: self.start, lease: self.lease)
        let page = (1...EngineLimits.duePage).map { number in
            DueCall(at: self.start + .milliseconds(number), id: self.id(number))
        }
        index.claimed(page)
        let last = self.start + .milliseconds(EngineLimits.duePage)
        // Behind the page's end and not in memory: the next page has it.
        index.set(self.id(9999), last + .milliseconds(1))
        #expect(index.claim(at: self.start, lease: self.lease)?.after == page.last)
        index.claimed([DueCall(at: last + .milliseconds(1), id: self.id(9999))])
        #expect(index.takeDue(at: self.at(60)).count == EngineLimits.duePage + 1)
    }

    @Test("Outdated entries fire nothing")
    func outdated() {
        var index = DueIndex()
        _ = index.claim(at: self.start, lease: self.lease)
        index.claimed([])
        for second in [5, 9, 5, 7, 9] { index.set(self.id(1), self.at(second)) }
        index.set(self.id(2), self.at(4))
        index.set(self.id(2), nil)
        #expect(index.takeDue(at: self.at(8)) == [])
        #expect(index.takeDue(at: self.at(9)) == [self.id(1)])
        #expect(index.takeDue(at: self.at(60)) == [])
    }

    @Test("A failed claim is made again")
    func failedClaim() {
        var index = DueIndex()
        #expect(index.claim(at: self.start, lease: self.lease) != nil)
        #expect(index.claim(at: self.start, lease: self.lease) == nil)
        index.claimFailed()
        #expect(index.claim(at: self.start, lease: self.lease) != nil)
    }

    @Test(
        "Against a model: every timer fires once, when it is due",
        arguments: 0..<20 as Range<UInt64>
    )
    func model(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var index = DueIndex()
        // What is stored, and a page on its way with what was stored when it was read.
        var stored: [CallID: Timestamp] = [:]
        var page: [DueCall]?
        for tick in 0..<4000 {
            let now = self.start + .milliseconds(tick * 100)
            for id in index.takeDue(at: now) {
                if let at = stored[id], at <= now { stored[id] = nil }
                // What is looked at is put back as it is stored.
                index.set(id, stored[id])
            }
            #expect(stored.values.allSatisfy { $0 > now - .milliseconds(600) })
            let id = self.id(Int(random.next() % 50))
            switch random.next() % 8 {
            case 0:
                stored[id] = nil
                index.set(id, nil)
            case 1...3:
                let at = now + random.duration(.milliseconds(1)...(.seconds(150)))
                stored[id] = at
                index.set(id, at)
            default:
                break
            }
            if let arrived = page, random.next() % 4 == 0 {
                index.claimed(arrived)
                page = nil
            }
            if let claim = index.claim(at: now, lease: self.lease) {
                page = stored.map { DueCall(at: $0.value, id: $0.key) }
                    .filter { call in
                        call.at <= claim.through && (claim.after.map { call > $0 } ?? true)
                    }
                    .sorted()
            }
        }
    }
}
