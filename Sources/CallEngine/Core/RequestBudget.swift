internal import DequeModule
internal import PromptCallCore

/// The requests to Nexmo besides placings: hang-ups and messages first, then questions, each account with a
/// budget of its own (reference, 1.4).
///
/// A request that waits already is not queued again, so the queue is bounded by the live calls
/// however often their timers ask.
struct RequestBudget: Sendable {
    private var accounts: [String: Account] = [:]

    private struct Account {
        var window = RateWindow(limit: EngineLimits.requestsPerSecond)
        var orders: Deque<EngineOperation> = []
        var questions: Deque<EngineOperation> = []
        var waiting: Set<Request> = []
    }

    /// What tells requests apart.
    private struct Request: Hashable {
        enum Kind {
            case hangUp
            case message
            case fetch
            case search
        }

        var kind: Kind
        var call: CallID
        var leg: Int

        init?(_ operation: EngineOperation) {
            switch operation {
            case .hangUp(let call, let leg, _):
                (self.kind, self.call, self.leg) = (.hangUp, call, leg)
            case .leaveMessage(let record, let leg, _):
                (self.kind, self.call, self.leg) = (.message, record.id, leg)
            case .fetch(let call, let leg, _):
                (self.kind, self.call, self.leg) = (.fetch, call, leg)
            case .search(let call, let leg, _):
                (self.kind, self.call, self.leg) = (.search, call, leg)
            case .load, .commit, .readBack, .claimQueued, .claimDue, .readEvents, .place,
                .deliverCallback, .reply:
                return nil
            }
        }
    }

    init() {}

    /// Requests that wait.
    var count: Int { self.accounts.values.reduce(0) { $0 + $1.waiting.count } }

    /// Wants a request made.
    mutating func want(_ operation: EngineOperation, account name: String) {
        guard let request = Request(operation) else {
            preconditionFailure("Only hang-ups, messages and questions have a budget.")
        }
        var account = self.accounts.removeValue(forKey: name) ?? Account()
        if account.waiting.insert(request).inserted {
            switch request.kind {
            // A machine records the silence until it is told its message.
            case .hangUp, .message: account.orders.append(operation)
            case .fetch, .search: account.questions.append(operation)
            }
        }
        self.accounts[name] = account
    }

    /// Takes the requests that may be made now.
    mutating func take(at now: Timestamp) -> [EngineOperation] {
        var taken: [EngineOperation] = []
        for name in self.accounts.keys.sorted() {
            guard var account = self.accounts.removeValue(forKey: name) else { continue }
            while account.window.room(at: now) > 0,
                let next = account.orders.popFirst() ?? account.questions.popFirst()
            {
                account.window.reserve()
                account.window.wrote(at: now)
                if let request = Request(next) { account.waiting.remove(request) }
                taken.append(next)
            }
            if !account.waiting.isEmpty || !account.window.isIdle(at: now) {
                self.accounts[name] = account
            }
        }
        return taken
    }

    /// When the next request may be made; nil where none waits.
    var next: Timestamp? {
        self.accounts.values.filter { !$0.waiting.isEmpty }
            .compactMap { $0.window.nextRoom() }.min()
    }
}
