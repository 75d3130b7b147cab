import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

@Suite("FraudGuard")
struct FraudGuardTests {
    private let start = EngineHarness.epoch

    private func rules(
        perNumber: Int = 5,
        perRange: Int = 200,
        spend: String? = nil,
        exempt: Set<String> = []
    ) -> GuardRules {
        GuardRules(
            prefixes: PrefixRules(allowed: ["44", "1"], denied: ["44870"]),
            perNumber: GuardRules.Rate(count: perNumber, period: .seconds(600)),
            perRange: GuardRules.Rate(count: perRange, period: .seconds(3600)),
            spendPerHour: spend.flatMap { Amount($0) },
            exemptCallers: exempt
        )
    }

    private func number(_ text: String) throws -> PhoneNumber {
        try #require(PhoneNumber(text))
    }

    @Test(
        "The longest prefix decides",
        arguments: [
            ("447700900123", true), ("448701234567", false), ("14155550100", true),
            ("4930123456", false), ("4487001", false), ("1415555", true),
        ]
    )
    func prefixes(to: String, isAllowed: Bool) throws {
        var guarding = FraudGuard(self.rules())
        let refusal = guarding.ordered(to: try self.number(to), by: "a", at: self.start)
        #expect(refusal == (isAllowed ? nil : GuardRefusal(.prefix)))
    }

    @Test("A denied prefix may have an allowed one in it, and the empty one covers all")
    func nestedPrefixes() throws {
        let rules = PrefixRules(allowed: ["", "4487012"], denied: ["44870"])
        #expect(rules.allow(try self.number("4930123456")))
        #expect(!rules.allow(try self.number("448701934567")))
        #expect(rules.allow(try self.number("448701234567")))
    }

    @Test("The longest prefix of either list decides")
    func longestPrefix() throws {
        let rules = PrefixRules(allowed: ["44", "1", "4487012"], denied: ["44870", "1900"])
        #expect(rules.allow(try self.number("442071234567")))
        #expect(!rules.allow(try self.number("448701999999")))
        #expect(rules.allow(try self.number("448701299999")))
        #expect(!rules.allow(try self.number("19005550100")))
        #expect(!rules.allow(try self.number("33123456789")))
        let denied = PrefixRules(allowed: [""], denied: ["4"])
        #expect(!denied.allow(try self.number("4412345")))
        #expect(denied.allow(try self.number("3312345")))
        // As long as the number itself.
        #expect(PrefixRules(allowed: ["3312345"]).allow(try self.number("3312345")))
        #expect(!PrefixRules(allowed: ["33123456"]).allow(try self.number("3312345")))
    }

    @Test("Without rules all is allowed and nothing is counted")
    func none() throws {
        var guarding = FraudGuard(nil)
        for _ in 0..<1000 {
            let to = try self.number("4930123456")
            #expect(guarding.ordered(to: to, by: "a", at: self.start) == nil)
        }
        #expect(guarding.query(at: self.start) == nil)
        #expect(guarding.report(at: self.start).numbers.keys == 0)
    }

    @Test("A number is called so often, and its range; the refusal says when it may be again")
    func rates() throws {
        var guarding = FraudGuard(self.rules(perNumber: 2, perRange: 3))
        let (first, second) = (try self.number("447700900001"), try self.number("447700900002"))
        let elsewhere = try self.number("447800900001")
        func order(_ to: PhoneNumber, at now: Timestamp) -> GuardRefusal? {
            guarding.ordered(to: to, by: "a", at: now)
        }
        #expect(order(first, at: self.start) == nil)
        #expect(order(first, at: self.start) == nil)
        let refusal = try #require(order(first, at: self.start))
        #expect(refusal.rule == .perNumber)
        let wait = try #require(refusal.retryAfter)
        #expect((Duration.seconds(600)...(.seconds(610))).contains(wait))
        #expect(order(second, at: self.start) == nil)
        #expect(order(second, at: self.start)?.rule == .perRange)
        #expect(order(elsewhere, at: self.start) == nil)
        // What was refused is not counted.
        #expect(order(first, at: self.start + wait)?.rule == .perRange)
        #expect(guarding.refused == [.perNumber: 1, .perRange: 2])
        guarding.notTaken(to: second)
        #expect(order(second, at: self.start + wait) == nil)
    }

    @Test("What a live call may cost is reserved at the highest rate, the first by itself")
    func reservations() throws {
        var guarding = FraudGuard(self.rules(spend: "1.00"))
        var orders = OrderMaker()
        let calls = (0..<3).map { _ in orders.order(at: self.start).record }
        // A minute is taken to cost 0.50 while no rate is known, so five cost 2.50.
        #expect(guarding.turnCame(calls[0], at: self.start) == .place)
        #expect(guarding.turnCame(calls[0], at: self.start) == .place)
        #expect(guarding.report(at: self.start).reserved == Amount("2.50"))
        #expect(guarding.turnCame(calls[1], at: self.start) == .wait)
        var verdict = guarding.verdict(on: calls[1].terms.to, by: "alice", at: self.start)
        #expect(verdict == .waits(until: nil))
        self.end(calls[0], price: "0.02", rate: "0.02", in: &guarding)
        let report = guarding.report(at: self.start)
        #expect(report.spent == Amount("0.02"))
        #expect(report.reserved == Amount(units: 0))
        #expect(report.rate == Amount("0.02"))
        verdict = guarding.verdict(on: calls[1].terms.to, by: "alice", at: self.start)
        #expect(verdict == .may)
        #expect(guarding.turnCame(calls[1], at: self.start) == .place)
        #expect(guarding.turnCame(calls[2], at: self.start) == .place)
        #expect(guarding.report(at: self.start).reserved == Amount("0.20"))
        guarding.turnCameToNothing(calls[2].id, to: calls[2].terms.to)
        #expect(guarding.report(at: self.start).reserved == Amount("0.10"))
        #expect(guarding.openSince == nil)
    }

    @Test("The breaker opens when the bound is spent, spares the exempt, and closes by a reset")
    func breaker() throws {
        var guarding = FraudGuard(self.rules(spend: "1.00", exempt: ["pager"]))
        var orders = OrderMaker()
        let calls = (0..<3).map { _ in orders.order(at: self.start).record }
        let to = calls[2].terms.to
        for call in calls.prefix(2) {
            #expect(guarding.turnCame(call, at: self.start) == .place)
            self.end(call, price: "0.50", rate: "0.10", in: &guarding)
        }
        #expect(guarding.openSince == self.start)
        #expect(guarding.turnCame(calls[2], at: self.start) == .end(FraudGuard.silenced))
        #expect(guarding.ordered(to: to, by: "alice", at: self.start) == GuardRefusal(.spend))
        #expect(guarding.ordered(to: to, by: "pager", at: self.start) == nil)
        let pager = orders.order(at: self.start, caller: "pager").record
        #expect(guarding.turnCame(pager, at: self.start) == .place)
        // It stays open although the hour is over.
        let later = self.start + .seconds(7200)
        #expect(guarding.report(at: later).spent == Amount(units: 0))
        #expect(guarding.ordered(to: to, by: "alice", at: later) == GuardRefusal(.spend))
        guarding.reset(at: later)
        #expect(guarding.record == GuardRecord(resetAt: later))
        #expect(guarding.ordered(to: to, by: "alice", at: later) == nil)
    }

    @Test("What was spent leaves the hour, and does not come back")
    func hour() throws {
        var guarding = FraudGuard(self.rules(spend: "1.00"))
        var orders = OrderMaker()
        for minutes in 0..<10 {
            let now = self.start + .seconds(minutes * 1260)
            let call = orders.order(at: now).record
            #expect(guarding.turnCame(call, at: now) == .place)
            self.end(call, price: "0.30", rate: "0.01", in: &guarding, at: now)
        }
        #expect(guarding.openSince == nil)
    }

    @Test("An answered leg without a price counts as reckoned until its price comes")
    func estimate() throws {
        var guarding = FraudGuard(self.rules(spend: "10.00"))
        var orders = OrderMaker()
        let call = orders.order(at: self.start).record
        #expect(guarding.turnCame(call, at: self.start) == .place)
        let ended = self.end(call, price: nil, rate: nil, in: &guarding, lasting: .seconds(90))
        // A minute and a half at the rate that is taken for granted.
        #expect(guarding.report(at: self.start).spent == Amount("0.75"))
        var billed = ended
        billed.progress.legs[0].price = Amount("0.03")
        guarding.changed(from: ended, to: billed, at: self.start)
        #expect(guarding.report(at: self.start).spent == Amount("0.03"))
        let silent = orders.order(at: self.start).record
        #expect(guarding.turnCame(silent, at: self.start) == .place)
        self.end(silent, price: nil, rate: nil, in: &guarding, lasting: nil)
        #expect(guarding.report(at: self.start).spent == Amount("0.03"))
    }

    @Test("A start takes up what was counted and spent, and a reset before it")
    func recovery() throws {
        let rules = self.rules(perNumber: 2, spend: "1.00")
        var leg = CallLeg(number: 1, placingAt: self.start - .seconds(60))
        leg.answeredAt = self.start - .seconds(50)
        leg.endedAt = self.start - .seconds(40)
        leg.price = Amount("0.60")
        leg.rate = Amount("0.06")
        let to = try self.number("447700900001")
        let order = GuardHistory.Order(to: to, at: self.start - .seconds(61))
        let history = GuardHistory(
            orders: [order, order],
            rung: [GuardHistory.Rung(to: to, legs: [leg])]
        )
        var guarding = FraudGuard(rules)
        guarding.recover(history, at: self.start)
        #expect(guarding.ordered(to: to, by: "a", at: self.start)?.rule == .perNumber)
        #expect(guarding.report(at: self.start).spent == Amount("0.60"))
        #expect(guarding.report(at: self.start).rate == Amount("0.06"))
        #expect(guarding.openSince == nil)

        var twice = history
        twice.rung += twice.rung
        guarding = FraudGuard(rules)
        guarding.recover(twice, at: self.start)
        #expect(guarding.openSince == self.start)

        twice.record.resetAt = self.start - .seconds(10)
        guarding = FraudGuard(rules)
        guarding.recover(twice, at: self.start)
        #expect(guarding.openSince == nil)

        twice.record = GuardRecord(openedAt: self.start - .seconds(9000))
        guarding = FraudGuard(rules)
        guarding.recover(twice, at: self.start)
        #expect(guarding.openSince == self.start - .seconds(9000))
    }

    @Test("The worst that can happen in an hour is the bound and the longest call")
    func worstCase() throws {
        var guarding = FraudGuard(self.rules(spend: "50.00"))
        // 120 minutes at 0.50.
        #expect(guarding.report(at: self.start).worstCase(liveCallsMax: 10) == Amount("110.00"))
        guarding.setRules(self.rules(), at: self.start)
        #expect(guarding.report(at: self.start).worstCase(liveCallsMax: 10) == Amount("300.00"))
    }

    /// Lets a call that is live end, answered unless it lasts nil.
    @discardableResult
    private func end(
        _ call: CallRecord,
        price: String?,
        rate: String?,
        in guarding: inout FraudGuard,
        lasting: Duration? = .seconds(60),
        at now: Timestamp? = nil
    ) -> CallRecord {
        let now = now ?? self.start
        var live = call
        live.progress.stage = .answered
        live.progress.legs = [CallLeg(number: 1, placingAt: now)]
        if let lasting {
            live.progress.legs[0].answeredAt = now
            live.progress.legs[0].duration = lasting
        }
        guarding.changed(from: call, to: live, at: now)
        var ended = live
        ended.progress.stage = .ended
        ended.progress.legs[0].endedAt = now
        ended.progress.legs[0].price = price.flatMap { Amount($0) }
        ended.progress.legs[0].rate = rate.flatMap { Amount($0) }
        guarding.changed(from: live, to: ended, at: now)
        return ended
    }
}
