internal import PromptCallCore

/// An input that waits to be judged.
struct InboxEntry: Sendable {
    var call: CallID
    var input: CallInput
    /// Whoever waits for the answer; nil for inputs from inside, which are never given up.
    var reply: ReplyID?

    /// Whether the placer picked the call.
    var isTurn: Bool {
        if case .turnCame = self.input { true } else { false }
    }

    /// Whether it only asks what the call is like.
    var isQuestion: Bool {
        if case .asked = self.input { true } else { false }
    }
}

/// A new call that waits to be judged.
struct SubmitEntry: Sendable {
    var order: SubmitOrder
    var reply: ReplyID
}

/// What was judged together and is committed together.
struct Batch: Sendable {
    /// One call's part: all its inputs in order, and what came of them.
    struct Work: Sendable {
        /// As committed.
        let base: CallRecord
        var machine: CallMachine
        var entries: [InboxEntry] = []
        var replies: [(ReplyID, EngineReply)] = []

        /// Whether there is something to write.
        var isChanged: Bool { self.machine.record != self.base }
    }

    /// A new call.
    struct NewCall: Sendable {
        let entry: SubmitEntry
        let machine: CallMachine
    }

    /// How far the wall clock is ahead.
    let wallLead: Duration
    private(set) var works: [Work] = []
    var newCalls: [NewCall] = []
    private var indices: [CallID: Int] = [:]

    init(wallLead: Duration) {
        self.wallLead = wallLead
    }

    /// The works that are to be written, in order.
    var changed: [Work] { self.works.filter(\.isChanged) }

    /// The record of a call as judged so far; nil where the batch has none of it.
    func record(of id: CallID) -> CallRecord? {
        self.indices[id].map { self.works[$0].machine.record }
    }

    /// Judges one more input of a call, whose committed record is given.
    mutating func judge(_ entry: InboxEntry, base: CallRecord, at now: Timestamp) {
        let index = self.indices[entry.call] ?? self.works.count
        if index == self.works.count {
            self.indices[entry.call] = index
            let machine = CallMachine(base, wallLead: self.wallLead)
            self.works.append(Work(base: base, machine: machine))
        }
        let answer = entry.input.judge(&self.works[index].machine, at: now)
        self.works[index].entries.append(entry)
        guard let reply = entry.reply else { return }
        let record = self.works[index].machine.record
        if let (said, leg) = answer {
            self.works[index].replies.append((reply, .leg(said, record, leg: leg)))
        } else if case .cancelled = entry.input {
            self.works[index].replies.append((reply, .call(record)))
        }
    }

    /// Nobody waits for a reply any more.
    mutating func stopWaiting(_ id: CallID, reply: ReplyID) {
        guard let index = self.indices[id] else { return }
        let entries = self.works[index].entries
        for entry in entries.indices where entries[entry].reply == reply {
            self.works[index].entries[entry].reply = nil
        }
    }

    /// Takes up a new call. Whether it repeats another, also one of this batch, is for the store to
    /// say.
    mutating func submit(_ entry: SubmitEntry) {
        var machine = CallMachine.submitted(entry.order.record)
        machine.setVersion(1)
        self.newCalls.append(NewCall(entry: entry, machine: machine))
    }

    /// What is to be written.
    func commit(subscriptions: [SubscriptionRecord]) -> CommitBatch {
        var commit = CommitBatch()
        commit.subscriptions = subscriptions
        commit.submissions = self.newCalls.map { call in
            Submission(
                record: call.machine.record,
                script: call.entry.order.script,
                fingerprint: call.entry.order.fingerprint,
                events: call.machine.events
            )
        }
        commit.transitions = self.changed.map { work in
            var machine = work.machine
            machine.setVersion(work.base.version + 1)
            return Transition(record: machine.record, events: machine.events)
        }
        return commit
    }
}
