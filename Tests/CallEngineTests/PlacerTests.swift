import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

@Suite("Placer")
struct PlacerTests {
    private let start = EngineHarness.epoch
    private let lease = StoreLease(incarnation: 1, duration: .seconds(60))
    private let alice = QueueLane(priority: .normal, caller: "alice")

    private func call(
        _ index: Int,
        to number: Int? = nil,
        profile: String? = "main"
    ) -> QueuedCall {
        QueuedCall(
            id: CallID(high: 1, low: UInt64(index)),
            to: OrderMaker.number(number ?? index),
            credentials: profile,
            readyAt: self.start,
            expiresAt: self.start + .seconds(3600)
        )
    }

    private func placer(rate: Int = 100, live: Int = 1000) -> Placer {
        Placer(EngineHarness.configuration(callsPerSecond: rate, liveCallsMax: live))
    }

    private func pick(_ placer: inout Placer, after: Duration = .zero) -> [UInt64] {
        var open = FraudGuard(nil)
        return placer.pick(at: self.start + after, guardedBy: &open) { _ in "own" }.place.map(\.low)
    }

    @Test("URGENT goes before NORMAL before BULK")
    func priority() {
        var placer = self.placer()
        for (index, priority) in [CallPriority.bulk, .normal, .urgent].enumerated() {
            placer.enqueue(
                self.call(index + 1),
                lane: QueueLane(priority: priority, caller: "alice")
            )
        }
        #expect(self.pick(&placer) == [3, 2, 1])
    }

    @Test("Callers take turns, also over rounds in which the rate lets few go")
    func fairness() {
        var placer = self.placer(rate: 3)
        for index in 0..<20 {
            placer.enqueue(self.call(100 + index), lane: self.alice)
        }
        for index in 0..<5 {
            let bob = QueueLane(priority: .normal, caller: "bob")
            placer.enqueue(self.call(200 + index), lane: bob)
        }
        var picked: [UInt64] = []
        for second in 0..<4 {
            let round = self.pick(&placer, after: .seconds(2 * second))
            #expect(round.count == 3)
            for low in round {
                placer.sent(CallID(high: 1, low: low), at: self.start + .seconds(2 * second))
            }
            picked += round
        }
        #expect(picked == [100, 200, 101, 201, 102, 202, 103, 203, 104, 204, 105, 106])
    }

    @Test("A number has one live call; the next goes when that has left")
    func oneLiveCall() {
        var placer = self.placer()
        placer.enqueue(self.call(1, to: 7), lane: self.alice)
        placer.enqueue(self.call(2, to: 7), lane: self.alice)
        placer.enqueue(self.call(3, to: 8), lane: self.alice)
        #expect(self.pick(&placer) == [1, 3])
        placer.becameLive(CallID(high: 1, low: 1), to: OrderMaker.number(7))
        #expect(self.pick(&placer) == [])
        placer.left(CallID(high: 1, low: 1), to: OrderMaker.number(7), at: self.start)
        #expect(self.pick(&placer) == [2])
    }

    @Test("No more calls are live than may be")
    func liveCap() {
        var placer = self.placer(live: 2)
        for index in 1...5 { placer.enqueue(self.call(index), lane: self.alice) }
        #expect(self.pick(&placer) == [1, 2])
        placer.left(CallID(high: 1, low: 1), to: OrderMaker.number(1), at: self.start)
        #expect(self.pick(&placer) == [3])
        #expect(placer.liveCalls == 2)
    }

    @Test("A pick that was never written gives its place in the second back")
    func unwrittenPick() {
        var placer = self.placer(rate: 1)
        for index in 1...3 { placer.enqueue(self.call(index), lane: self.alice) }
        #expect(self.pick(&placer) == [1])
        #expect(self.pick(&placer) == [])
        placer.answered(CallID(high: 1, low: 1), throttled: false, at: self.start)
        #expect(self.pick(&placer) == [2])
        placer.sent(CallID(high: 1, low: 2), at: self.start)
        placer.answered(CallID(high: 1, low: 2), throttled: false, at: self.start)
        #expect(self.pick(&placer) == [])
        #expect(placer.nextPick(after: self.start) == self.start + RateWindow.length)
        #expect(self.pick(&placer, after: RateWindow.length) == [3])
    }

    @Test("Of a profile in trouble one call a minute is tried, until one is taken")
    func trouble() {
        var placer = self.placer()
        for index in 1...9 { placer.enqueue(self.call(index), lane: self.alice) }
        placer.profileRefused("main", at: self.start)
        #expect(placer.profilesInTrouble.map(\.profile) == ["main"])
        #expect(self.pick(&placer, after: .seconds(59)) == [])
        #expect(placer.nextPick(after: self.start) == self.start + .seconds(60))
        #expect(self.pick(&placer, after: .seconds(60)) == [1])
        #expect(self.pick(&placer, after: .seconds(119)) == [])
        #expect(self.pick(&placer, after: .seconds(120)) == [2])
        placer.profileAccepted("main")
        #expect(self.pick(&placer, after: .seconds(121)).count == 7)
    }

    @Test("Trouble ends with new settings, and a profile that is gone places nothing")
    func reconfigured() {
        var placer = self.placer()
        placer.enqueue(self.call(1), lane: self.alice)
        placer.enqueue(self.call(2), lane: self.alice)
        placer.profileRefused("main", at: self.start)
        placer.reconfigure([:])
        #expect(self.pick(&placer) == [])
        placer.reconfigure(self.profiles(rate: 1))
        #expect(self.pick(&placer) == [1])
    }

    @Test("A new rate holds at once for an account that is at work")
    func newRate() {
        var placer = self.placer(rate: 1)
        for index in 1...9 { placer.enqueue(self.call(index), lane: self.alice) }
        #expect(self.pick(&placer) == [1])
        placer.sent(CallID(high: 1, low: 1), at: self.start)
        placer.reconfigure(self.profiles(rate: 4))
        #expect(self.pick(&placer) == [2, 3, 4])
    }

    private func profiles(rate: Int) -> [String: EngineConfiguration.ProfileSettings] {
        ["main": EngineConfiguration.ProfileSettings(account: "main", callsPerSecond: rate)]
    }

    @Test("A call whose own credentials are not in memory is given back, not placed")
    func lackingCredentials() {
        var placer = self.placer()
        placer.enqueue(self.call(1, profile: nil), lane: self.alice)
        placer.enqueue(self.call(2, profile: nil), lane: self.alice)
        var open = FraudGuard(nil)
        let picked = placer.pick(at: self.start, guardedBy: &open) { $0.low == 2 ? "own" : nil }
        #expect(picked.place.map(\.low) == [2])
        #expect(picked.lackCredentials.map(\.low) == [1])
        // It may come again with them.
        placer.enqueue(self.call(1, profile: nil), lane: self.alice)
        #expect(self.pick(&placer) == [1])
    }

    @Test("A call that ended while it waited is not picked")
    func withdrawn() {
        var placer = self.placer()
        for index in 1...3 { placer.enqueue(self.call(index), lane: self.alice) }
        placer.withdraw(CallID(high: 1, low: 2), lane: self.alice)
        #expect(self.pick(&placer) == [1, 3])
    }

    @Test("A lane is paged in order, with what came while a page was read")
    func paging() {
        var placer = self.placer(rate: 100_000, live: 100_000)
        placer.addLane(self.alice)
        let first = placer.claims(at: self.start, lease: self.lease)
        #expect(first.map(\.after) == [nil])
        #expect(placer.claims(at: self.start, lease: self.lease).isEmpty)
        // One that the page has as well, and one that stands behind its end.
        placer.enqueue(self.call(500), lane: self.alice)
        placer.enqueue(self.call(1500), lane: self.alice)
        #expect(self.pick(&placer) == [])
        placer.claimed((1...1000).map { self.call($0) }, lane: self.alice)
        #expect(self.pick(&placer) == Array(1...1000))
        // Behind what was claimed: the store has it.
        placer.enqueue(self.call(1501), lane: self.alice)
        #expect(self.pick(&placer) == [])
        let second = placer.claims(at: self.start, lease: self.lease)
        #expect(second.first?.after == self.call(1000).position)
        placer.claimed((1001...1501).map { self.call($0) }, lane: self.alice)
        #expect(self.pick(&placer) == Array(1001...1501))
        #expect(placer.claims(at: self.start, lease: self.lease).isEmpty)
        placer.enqueue(self.call(1502), lane: self.alice)
        #expect(self.pick(&placer) == [1502])
    }

    @Test("Of a long queue of a profile in trouble few calls are in memory, and none is lost")
    func longTrouble() {
        var placer = self.placer(rate: 100_000, live: 100_000)
        placer.reconfigure([
            "main": EngineConfiguration.ProfileSettings(account: "main", callsPerSecond: 100_000),
            "bad": EngineConfiguration.ProfileSettings(account: "bad", callsPerSecond: 100_000),
        ])
        placer.profileRefused("bad", at: self.start)
        let queue = (1...6000).map { self.call($0, profile: $0 <= 5000 ? "bad" : "main") }
        func page(_ placer: inout Placer) -> Int {
            let claims = placer.claims(at: self.start, lease: self.lease)
            for claim in claims {
                let behind = queue.filter { call in
                    claim.after.map { call.position > $0 } ?? true
                }
                placer.claimed(Array(behind.prefix(claim.limit)), lane: claim.lane)
            }
            return claims.count
        }
        placer.addLane(self.alice)
        var picked: [UInt64] = []
        for _ in 0..<20 {
            _ = page(&placer)
            picked += self.pick(&placer)
        }
        // All that is not in trouble went, and the trouble is not read again and again.
        #expect(picked == Array(5001...6000))
        #expect(page(&placer) == 0)
        #expect(placer.heldCalls <= EngineLimits.parkedMax)
        #expect(self.pick(&placer, after: .seconds(60)) == [1])
        placer.withdraw(CallID(high: 1, low: 2), lane: self.alice)
        placer.profileAccepted("bad")
        picked = []
        for _ in 0..<20 {
            picked += self.pick(&placer, after: .seconds(61))
            _ = page(&placer)
        }
        // The store of this test still has the one that ended and those that went.
        #expect(Set(picked).isSuperset(of: Set(3...5000)))
        #expect(picked.filter { (3...5000).contains($0) } == Array(3...5000))
    }

    @Test("A failed page is asked for again")
    func failedPage() {
        var placer = self.placer()
        placer.addLane(self.alice)
        #expect(placer.claims(at: self.start, lease: self.lease).count == 1)
        placer.claimFailed(lane: self.alice)
        #expect(placer.claims(at: self.start, lease: self.lease).count == 1)
    }

    @Test("What was too much for memory comes from the store later, none twice, in order")
    func trimming() {
        var placer = self.placer(rate: 100_000, live: 100_000)
        for index in 1...3000 { placer.enqueue(self.call(index), lane: self.alice) }
        self.expectAll(3000, from: &placer)
    }

    @Test("The same where it came while a short page was read")
    func trimmingWhileClaiming() {
        var placer = self.placer(rate: 100_000, live: 100_000)
        placer.addLane(self.alice)
        _ = placer.claims(at: self.start, lease: self.lease)
        for index in 11...3000 { placer.enqueue(self.call(index), lane: self.alice) }
        placer.claimed((1...10).map { self.call($0) }, lane: self.alice)
        self.expectAll(3000, from: &placer)
    }

    /// Expects the calls 1 to `count` in order, where the store has them all.
    private func expectAll(_ count: Int, from placer: inout Placer) {
        var picked = self.pick(&placer)
        for _ in 0..<10 {
            for claim in placer.claims(at: self.start, lease: self.lease) {
                let behind = (1...count).map { self.call($0) }.filter { call in
                    claim.after.map { call.position > $0 } ?? true
                        && !picked.contains(call.id.low)
                }
                placer.claimed(Array(behind.prefix(claim.limit)), lane: claim.lane)
            }
            picked += self.pick(&placer)
        }
        #expect(picked == (1...UInt64(count)).map { $0 })
    }
}
