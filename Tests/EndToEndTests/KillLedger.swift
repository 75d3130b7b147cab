import PromptCallAPI

/// What the outside of the daemon was told, by all who asked.
struct KillLedger: Sendable {
    /// By request_id.
    private(set) var orders: [String: KillOrder] = [:]
    /// Calls that a stream said have ended.
    private(set) var ended: Set<String> = []
    /// Calls of which a stream said that the result was delivered.
    private(set) var calledBack: Set<String> = []
    /// Promises that were broken, in words.
    private(set) var faults: [String] = []
    /// Requests that were begun.
    var requests = 0
    /// Requests that a kill cut off.
    var cutOff = 0
    /// Submits that repeated an earlier one.
    var repeats = 0
    /// Whether no more calls are wanted.
    var isClosed = false
    private var accepted = 0

    /// Most faults that are kept; one is enough to fail.
    private static let faultsMax = 50

    /// Calls that were accepted, or are being submitted, and have not ended.
    var open: Int { self.orders.count - self.ended.count }

    /// Whether every order was accepted and has ended.
    var isOver: Bool {
        self.isClosed && self.accepted == self.orders.count && self.open == 0
    }

    /// Tids of calls whose result is to be delivered.
    var callbacksWanted: Set<String> {
        Set(self.orders.values.filter { $0.callbackMethod != nil }.flatMap(\.tids))
    }

    /// Takes the next order, which knows its number among all.
    mutating func add(_ make: (Int) -> KillOrder) -> KillOrder {
        let order = make(self.orders.count)
        self.orders[order.requestID] = order
        return order
    }

    /// A Submit was answered.
    mutating func accepted(_ order: KillOrder, _ response: Promptcall_V1_SubmitResponse) {
        let known = self.orders[order.requestID]?.tids ?? []
        if known.isEmpty {
            self.accepted += 1
        } else {
            self.repeats += 1
            if !response.existed { self.fault("\(order.requestID) was new a second time") }
        }
        self.orders[order.requestID]?.tids.insert(response.tid)
        if !known.isEmpty, !known.contains(response.tid) {
            self.fault("\(order.requestID) has two tids")
        }
    }

    /// Notes something about an order.
    mutating func note(_ order: KillOrder, _ change: (inout KillOrder) -> Void) {
        if var noted = self.orders[order.requestID] {
            change(&noted)
            self.orders[order.requestID] = noted
        }
    }

    /// A stream told something.
    mutating func told(_ event: Promptcall_V1_Event) {
        if event.kind == .ended { self.ended.insert(event.call.tid) }
        if event.kind == .callback { self.calledBack.insert(event.call.tid) }
    }

    /// Notes a broken promise.
    mutating func fault(_ text: String) {
        if self.faults.count < Self.faultsMax { self.faults.append(text) }
    }
}
