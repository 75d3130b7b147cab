internal import DequeModule
internal import PromptCallCore

/// The requests to Nexmo besides placings: hang-ups first, then questions, each account with a
/// budget of its own (reference, 1.4).
struct RequestBudget: Sendable {
    private var accounts: [String: Account] = [:]

    private struct Account {
        var window = RateWindow(limit: EngineLimits.requestsPerSecond)
        var hangUps: Deque<EngineOperation> = []
        var questions: Deque<EngineOperation> = []
    }

    init() {}

    /// Wants a request made.
    mutating func want(_ operation: EngineOperation, account name: String) {
        var account = self.accounts.removeValue(forKey: name) ?? Account()
        if case .hangUp = operation {
            account.hangUps.append(operation)
        } else {
            account.questions.append(operation)
        }
        self.accounts[name] = account
    }

    /// Takes the requests that may be made now.
    mutating func take(at now: Timestamp) -> [EngineOperation] {
        var taken: [EngineOperation] = []
        for name in self.accounts.keys.sorted() {
            guard var account = self.accounts.removeValue(forKey: name) else { continue }
            while account.window.room(at: now) > 0,
                let next = account.hangUps.popFirst() ?? account.questions.popFirst()
            {
                account.window.reserve()
                account.window.wrote(at: now)
                taken.append(next)
            }
            let isIdle = account.hangUps.isEmpty && account.questions.isEmpty
            if !isIdle || !account.window.isIdle { self.accounts[name] = account }
        }
        return taken
    }

    /// When the next request may be made; nil where none waits.
    var next: Timestamp? {
        self.accounts.values
            .filter { !$0.hangUps.isEmpty || !$0.questions.isEmpty }
            .compactMap { $0.window.nextRoom() }.min()
    }
}
