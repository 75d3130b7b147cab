import NexmoSimulator
import PromptCallAPI

/// Compares what was promised with what happened.
struct KillJudge {
    let evidence: KillEvidence
    /// Promises that were broken, in words.
    private(set) var faults: [String]
    /// The orders by tid.
    let orders: [String: KillOrder]

    init(_ evidence: KillEvidence) {
        self.evidence = evidence
        self.faults = evidence.ledger.faults
        var orders: [String: KillOrder] = [:]
        for order in evidence.ledger.orders.values {
            for tid in order.tids { orders[tid] = order }
        }
        self.orders = orders
        self.judgeCalls()
        self.judgeHistory()
        self.judgeRings()
        self.judgeWebhooks()
        self.judgeCallbacks()
        self.judgeStreams()
        self.judgeDatabase()
    }

    mutating func expect(_ isKept: Bool, _ text: @autoclosure () -> String) {
        if !isKept { self.faults.append(text()) }
    }

    /// Each order is one call, which ended as it may have.
    private mutating func judgeCalls() {
        for order in self.evidence.ledger.orders.values {
            self.expect(order.tids.count == 1, "\(order.requestID) has \(order.tids.count) tids")
        }
        for (tid, call) in self.evidence.calls {
            guard let order = self.orders[tid] else {
                self.faults.append("\(tid) was never answered to anybody")
                continue
            }
            self.judge(call, of: order)
        }
        for tid in self.orders.keys where self.evidence.calls[tid] == nil {
            self.faults.append("\(tid) was accepted and is gone")
        }
    }

    private mutating func judge(_ call: Promptcall_V1_Call, of order: KillOrder) {
        let name = "\(call.tid) (\(order.callee), \(order.prompt))"
        self.expect(call.stage == .ended, "\(name) is \(call.stage)")
        self.expect(call.requestID == order.requestID, "\(name) has another request_id")
        self.expect(call.labels == ["order": order.requestID], "\(name) has other labels")
        self.expect(order.allows(call.reason), "\(name) ended \(call.reason) \(call.detail)")
        self.expect(
            call.reason == .unspecified || call.status == Self.status(of: call.reason),
            "\(name) is \(call.status) with \(call.reason)"
        )
        if let reply = order.waitReply {
            self.expect(reply.stage == .ended, "\(name): Wait returned at \(reply.stage)")
            self.expect(reply.reason == call.reason, "\(name): Wait said \(reply.reason)")
        }
        if let reply = order.cancelReply {
            // Before the end only these are decided without a word in the answer.
            let decided: [Promptcall_V1_Reason] = [.attemptsExhausted, .noInput, .announced]
            let isLate = reply.stage == .verified || decided.contains(call.reason)
            self.expect(
                reply.stage == .ended || isLate || call.reason == .cancelled,
                "\(name) was cancelled at \(reply.stage) and ended \(call.reason)"
            )
            let isSame = reply.stage != .ended || reply.reason == call.reason
            self.expect(isSame, "\(name): Cancel said \(reply.reason)")
        }
        if call.reason == .pinMatched {
            let attempts = order.callee == .wrongOnce ? 1...2 : 1...1
            self.expect(attempts.contains(Int(call.attempts)), "\(name): \(call.attempts) attempts")
        }
    }

    private static func status(of reason: Promptcall_V1_Reason) -> Promptcall_V1_Status {
        switch reason.rawValue {
        case ..<10: .ok
        case ..<20: .failed
        default: .error
        }
    }

    /// Each call has its events in order and without a gap, and one end.
    private mutating func judgeHistory() {
        var events: [String: [Promptcall_V1_Event]] = [:]
        for event in self.evidence.history { events[event.call.tid, default: []].append(event) }
        for (tid, events) in events {
            let numbers = events.map { Int($0.number) }
            self.expect(numbers == Array(1...events.count), "\(tid) has events \(numbers)")
            let kinds = events.map(\.kind)
            self.expect(kinds.first == .queued, "\(tid) begins with \(kinds)")
            self.expect(kinds.count { $0 == .ended } == 1, "\(tid) ended often: \(kinds)")
            self.expect(kinds.count { $0 == .callback } <= 1, "\(tid) called back: \(kinds)")
            self.expect(kinds.count { $0 == .verified } <= 1, "\(tid) was verified: \(kinds)")
            let end = kinds.firstIndex(of: .ended) ?? kinds.endIndex
            let isLast = kinds[end...].dropFirst().allSatisfy { $0 == .callback || $0 == .billed }
            self.expect(isLast, "\(tid) went on: \(kinds)")
            let told = events.first { $0.kind == .ended }?.call
            let stored = self.evidence.calls[tid]
            self.expect(
                told?.reason == stored?.reason && told?.status == stored?.status,
                "\(tid) changed its mind after the end"
            )
            let isVerified = kinds.contains(.verified)
            self.expect(!isVerified || stored?.status == .ok, "\(tid) was verified, not OK")
        }
    }

    private mutating func judgeDatabase() {
        let database = self.evidence.database
        let orders = self.evidence.ledger.orders.count
        self.expect(database.integrity == "ok", "the database: \(database.integrity)")
        self.expect(database.dangling == 0, "\(database.dangling) rows refer to nothing")
        self.expect(database.calls == orders, "\(database.calls) calls of \(orders) orders")
        self.expect(database.requests == orders, "\(database.requests) request_ids")
        self.expect(database.events == self.evidence.history.count, "events came at the end")
        self.expect(database.secrets == 0, "\(database.secrets) texts and PINs were kept")
    }
}
