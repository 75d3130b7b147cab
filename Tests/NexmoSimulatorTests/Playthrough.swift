import NexmoSimulator
import Testing

/// Plays a machine to its end in simulated time, answering its questions.
struct Playthrough {
    var story: [String] = []
    var asked: [(digits: String, timedOut: Bool, at: Duration)] = []
    var events: [LegEvent] = []
    var end: Duration = .zero

    init(
        _ request: CallRequest,
        _ plan: CalleePlan,
        bargeInTimer: BargeInTimer = .promptEnd,
        replies: (LegQuestion, Int) -> LegReply = { _, _ in .nothing }
    ) {
        var machine = LegMachine(request: request, plan: plan, bargeInTimer: bargeInTimer)
        var move = machine.placed()
        var now: Duration = .zero
        for _ in 0..<1000 {
            self.events += move.events
            self.story += move.events.map(\.kind.rawValue)
            switch move.step {
            case .over:
                self.end = now
                return
            case .sleep(let moment):
                now = moment
                move = machine.timePassed(at: now)
            case .ask(let question):
                switch question {
                case .answer: self.story.append("answer?")
                case .transfer: self.story.append("transfer?")
                case .notify: self.story.append("notify?")
                case .input(_, let digits, let timedOut):
                    self.story.append("input?")
                    self.asked.append((digits, timedOut, now))
                }
                move = machine.replied(replies(question, self.asked.count), at: now)
            }
        }
        Issue.record("The leg does not end.")
    }
}
