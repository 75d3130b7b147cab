internal import PromptCallCore

/// Where whatever comes to the engine is laid down, and who waits for an answer is known.
///
/// It is locked for a moment at a time: whoever comes while the core is being stepped lays down
/// what he has, and whoever steps looks here behind that.
struct EngineDesk {
    /// What came and was not taken yet, in order.
    struct Work {
        var inputs: [EngineInput] = []
        var completions: [EngineCompletion] = []

        var isEmpty: Bool { self.inputs.isEmpty && self.completions.isEmpty }
    }

    private var work = Work()
    private var waiting: [ReplyID: CheckedContinuation<EngineReply, Never>] = [:]
    /// Nothing is carried out any more, so nobody may wait.
    private(set) var hasStopped = false

    /// Whether nothing lies here.
    var isEmpty: Bool { self.work.isEmpty }

    /// Lays something down.
    mutating func lay(_ inputs: [EngineInput], _ completions: [EngineCompletion]) {
        self.work.inputs += inputs
        self.work.completions += completions
    }

    /// Notes who waits for the answer to an input that is laid down at the same moment.
    mutating func waits(_ continuation: CheckedContinuation<EngineReply, Never>, for id: ReplyID) {
        self.waiting[id] = continuation
    }

    /// Takes all that lies here.
    mutating func take() -> Work {
        defer { self.work = Work() }
        return self.work
    }

    /// Takes whoever waits for an answer; nil where nobody does any more.
    mutating func takeWaiting(_ id: ReplyID) -> CheckedContinuation<EngineReply, Never>? {
        self.waiting.removeValue(forKey: id)
    }

    /// From now on nobody may wait; returns whoever does.
    mutating func stop() -> [CheckedContinuation<EngineReply, Never>] {
        self.hasStopped = true
        defer { self.waiting = [:] }
        return Array(self.waiting.values)
    }
}
