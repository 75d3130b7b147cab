internal import PromptCallCore

/// What waits to be told to the core, and whoever waits for what it answers.
///
/// Nobody holds it for longer than it takes to lay something down, while a step of the core
/// behind a commit takes as long as a hundred submissions take to read.
struct EngineDesk {
    private var inputs: [EngineInput] = []
    private var completions: [EngineCompletion] = []
    /// Something lies here that need not wait for a commit.
    private var isUrgent = false
    /// Those who tell the core, or wait for their turn to.
    private var attendants = 0
    var waiting: [ReplyID: CheckedContinuation<EngineReply, Never>] = [:]
    private(set) var isCommitting = false
    /// Whoever waits for the last commit to end.
    var commitWaiter: CheckedContinuation<Void, Never>?
    /// Nothing is carried out any more, so nobody may wait.
    private(set) var hasStopped = false

    /// What may lie here for as long as a commit takes; more is told to the core, which has bounds
    /// of its own.
    private static let countMax = EngineLimits.batchMax

    /// Lays down what its giver tells the core at once, and counts him in.
    mutating func lay(_ inputs: [EngineInput]) {
        self.inputs += inputs
        self.isUrgent = true
        self.attendants += 1
    }

    /// Lays down what became of an operation; true where it is for the giver to tell the core.
    mutating func lay(_ completion: EngineCompletion) -> Bool {
        self.completions.append(completion)
        return self.mustAttend(completion.waitsForCommit)
    }

    /// Lays an input down, whose answer somebody waits for; true where it is for the giver to tell
    /// the core.
    mutating func lay(
        _ input: EngineInput,
        for id: ReplyID,
        _ continuation: CheckedContinuation<EngineReply, Never>
    ) -> Bool {
        self.waiting[id] = continuation
        self.inputs.append(input)
        return self.mustAttend(input.waitsForCommit)
    }

    /// A commit has ended; whoever says so tells the core.
    mutating func endCommit(_ result: Result<CommitAnswer, StoreError>) {
        self.isCommitting = false
        self.completions.append(.committed(result))
        self.isUrgent = true
        self.attendants += 1
    }

    /// Counts the giver of something in, unless it is taken along by whoever attends already or by
    /// the commit under way.
    private mutating func mustAttend(_ waitsForCommit: Bool) -> Bool {
        if !waitsForCommit { self.isUrgent = true }
        let isTakenAlong = self.attendants > 0 || self.isCommitting && waitsForCommit
        let count = self.inputs.count + self.completions.count
        if isTakenAlong, count < Self.countMax { return false }
        self.attendants += 1
        return true
    }

    /// Takes what lies here.
    mutating func take() -> ([EngineInput], [EngineCompletion]) {
        defer {
            self.inputs = []
            self.completions = []
            self.isUrgent = false
        }
        return (self.inputs, self.completions)
    }

    /// Counts an attendant out, unless he is the last and something lies here that need not wait.
    mutating func leave() -> Bool {
        let isEmpty = self.inputs.isEmpty && self.completions.isEmpty
        let hasWork = self.isUrgent || !self.isCommitting && !isEmpty
        if self.attendants == 1, hasWork { return false }
        self.attendants -= 1
        return true
    }

    /// Takes those who wait for replies; some have given up.
    mutating func takeWaiting(
        for replies: [(ReplyID, EngineReply)]
    ) -> [(CheckedContinuation<EngineReply, Never>, EngineReply)] {
        replies.compactMap { id, reply in
            self.waiting.removeValue(forKey: id).map { ($0, reply) }
        }
    }

    /// Notes that a commit begins; false where none may any more.
    mutating func beginCommit() -> Bool {
        guard !self.hasStopped else { return false }
        self.isCommitting = true
        return true
    }

    /// Takes whoever waits for the last commit, when there is none any more.
    mutating func takeCommitWaiter() -> CheckedContinuation<Void, Never>? {
        guard !self.isCommitting else { return nil }
        defer { self.commitWaiter = nil }
        return self.commitWaiter
    }

    /// Lets nobody wait any more; returns those who do.
    mutating func stop() -> [CheckedContinuation<EngineReply, Never>] {
        self.hasStopped = true
        defer { self.waiting = [:] }
        return Array(self.waiting.values)
    }
}
