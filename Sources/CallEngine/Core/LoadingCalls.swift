internal import DequeModule
internal import PromptCallCore

/// Inputs that wait for the records of their calls to be read, in order for each call.
struct LoadingCalls: Sendable {
    private var entries: [CallID: [InboxEntry]] = [:]
    /// Calls whose record is yet to be asked for.
    private var queue: Deque<CallID> = []
    private var underWay = 0
    /// How many inputs wait.
    private(set) var count = 0

    init() {}

    /// Whether inputs of a call wait, so that later ones must wait behind them.
    func holds(_ id: CallID) -> Bool { self.entries[id] != nil }

    mutating func add(_ entry: InboxEntry) {
        self.count += 1
        guard self.entries[entry.call] == nil else {
            self.entries[entry.call]?.append(entry)
            return
        }
        self.entries[entry.call] = [entry]
        self.queue.append(entry.call)
    }

    /// Takes the calls whose records are to be asked for now.
    mutating func take() -> [CallID] {
        var taken: [CallID] = []
        while self.underWay < EngineLimits.loadsMax, let id = self.queue.popFirst() {
            self.underWay += 1
            taken.append(id)
        }
        return taken
    }

    /// A record was read, or could not be: its inputs are handed out.
    mutating func loaded(_ id: CallID) -> [InboxEntry] {
        self.underWay -= 1
        let entries = self.entries.removeValue(forKey: id) ?? []
        self.count -= entries.count
        return entries
    }

    /// Nobody waits for a reply any more.
    mutating func stopWaiting(_ id: CallID, reply: ReplyID) {
        guard var entries = self.entries.removeValue(forKey: id) else { return }
        for index in entries.indices where entries[index].reply == reply {
            entries[index].reply = nil
        }
        self.entries[id] = entries
    }
}
