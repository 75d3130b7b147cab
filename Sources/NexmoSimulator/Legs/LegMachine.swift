/// One leg, from placing to hanging up: what the network does, the callee does and the NCCO asks.
///
/// Pure: moments come in as simulated time since the leg was placed. After each ``LegMove`` the
/// caller sends its events, takes its step and reports back. Reports that the state does not
/// expect are races and change nothing but the step.
package struct LegMachine: Sendable {
    package enum State: Equatable, Sendable {
        /// On its way through the network. Next: `ringing`, `ended`.
        case dialling(until: Duration)
        /// Next: `detecting`, `asking`, `playing`, `stalled`, `ended`.
        case ringing(until: Duration)
        /// Answered; machine detection holds the NCCO back. Next: `asking`, `playing`, `ended`.
        case detecting(until: Duration)
        /// Something plays that is not interruptible. Next: any below.
        case playing(until: Duration, NCCOAction.Record?)
        /// Keys are awaited; what they will be is settled. Next: `asking`, `stalled`, `ended`.
        case listening(until: Duration, NCCOAction.Input, digits: String, timedOut: Bool)
        /// A webhook is on its way. Next: `playing`, `listening`, `asking`, `ended`.
        case asking(LegQuestion)
        /// The leg is up and nothing is heard of it. Next: `ended`.
        case stalled
        /// Terminal.
        case ended
    }

    /// From placing to ringing.
    package static let dialling: Duration = .milliseconds(500)
    /// From the answer to the verdict of machine detection (reference, section 5.9).
    package static let verdictAfter: Duration = .seconds(4)
    /// From an entry to the callee's hanging up behind it.
    package static let hangsUpBehindEntry: Duration = .milliseconds(500)
    /// One key press.
    package static let keyPress: Duration = .milliseconds(400)
    /// Length of a streamed file, which is not fetched.
    package static let streamLength: Duration = .seconds(5)

    package let request: CallRequest
    package let plan: CalleePlan
    package let bargeInTimer: BargeInTimer
    package internal(set) var state: State
    /// When the callee answered.
    package internal(set) var answeredAt: Duration?
    /// Whether events stay untold from now on.
    package internal(set) var isSilenced = false

    /// Actions that are still to come.
    var rest: [NCCOAction] = []
    /// Events of asynchronous machine detection that are still to come, soonest first.
    var detections: [Detection] = []
    var hangsUpAt: Duration?
    /// What the callee makes of the texts heard.
    var pinHeard: String?
    /// Inputs asked for so far.
    var inputs = 0
    /// Keys that the last input did not take.
    var keysLeft = ""
    /// Keys that come after their input ended.
    var lateKeys: [KeyPress] = []
    /// Entries with a key so far.
    var entriesMade = 0
    /// Interruptible speech that an input will cut short or hear to its end.
    var speech: Speech?
    /// An interruptible talk makes those that follow interruptible until an input ran.
    var isBargeInSticky = false

    struct Detection: Equatable, Sendable {
        var at: Duration
        var event: LegEvent
    }

    /// A key and when it is pressed.
    struct KeyPress: Equatable, Sendable {
        var key: Character
        var at: Duration
    }

    struct Speech: Equatable, Sendable {
        var start: Duration
        var end: Duration
    }

    package init(
        request: CallRequest,
        plan: CalleePlan,
        bargeInTimer: BargeInTimer = .promptEnd
    ) {
        self.request = request
        self.plan = plan
        self.bargeInTimer = bargeInTimer
        self.state = .dialling(until: Self.dialling)
    }

    /// The leg was placed; its time starts at zero.
    package func placed() -> LegMove {
        LegMove(events: [.started], step: .sleep(until: Self.dialling))
    }

    /// Time has passed, perhaps less than was asked for.
    package mutating func timePassed(at now: Duration) -> LegMove {
        var events: [LegEvent] = []
        self.catchUp(to: now, &events)
        return LegMove(events: events, step: self.step(after: now))
    }

    /// A webhook that wanted an NCCO is through.
    package mutating func replied(_ reply: LegReply, at now: Duration) -> LegMove {
        var events: [LegEvent] = []
        if case .asking(let question) = self.state {
            self.take(reply, to: question, at: now, &events)
        }
        self.catchUp(to: now, &events)
        return LegMove(events: events, step: self.step(after: now))
    }

    /// A request to hang up was accepted.
    package mutating func hangupRequested(at now: Duration) -> LegMove {
        var events: [LegEvent] = []
        switch self.state {
        case .dialling, .ringing:
            self.endUnreached(.cancelled, detail: nil, sipCode: 487, &events)
        case .detecting, .playing, .listening, .asking, .stalled:
            self.end(by: .platform, at: now, &events)
        case .ended:
            break
        }
        return LegMove(events: events, step: self.step(after: now))
    }

    /// A request to transfer was accepted; only an answered leg can be transferred.
    package mutating func transferRequested(
        _ beginning: CallRequest.Beginning,
        at now: Duration
    ) -> LegMove {
        var events: [LegEvent] = []
        switch self.state {
        case .detecting, .playing, .listening, .asking:
            events.append(.transfer)
            self.speech = nil
            switch beginning {
            case .ncco(let actions): self.play(actions, at: now, &events)
            case .answerWebhook(let address):
                self.rest = []
                self.state = .asking(.transfer(address))
            }
        case .dialling, .ringing, .stalled, .ended:
            break
        }
        self.catchUp(to: now, &events)
        return LegMove(events: events, step: self.step(after: now))
    }

    /// Whether a transfer makes sense now.
    package var isTransferable: Bool {
        switch self.state {
        case .detecting, .playing, .listening, .asking: true
        case .dialling, .ringing, .stalled, .ended: false
        }
    }

    /// Does what is due, up to a question: what falls due behind it waits for the reply, however
    /// late the caller is.
    private mutating func catchUp(to now: Duration, _ events: inout [LegEvent]) {
        while !self.isAsking, self.advance(to: now, &events) {}
    }

    private var isAsking: Bool {
        guard case .asking = self.state else { return false }
        return true
    }

    /// Does the next thing that is due; false where nothing is.
    private mutating func advance(to now: Duration, _ events: inout [LegEvent]) -> Bool {
        guard self.state != .ended else { return false }
        // What is due first happens first, however late the caller is.
        let due = [self.stateEnds, self.detections.first?.at, self.hangsUpAt, self.lengthEnds]
        guard let soonest = due.compactMap({ $0 }).min(), soonest <= now else { return false }
        if self.hangsUpAt == soonest {
            self.end(by: .user, at: soonest, &events)
        } else if self.lengthEnds == soonest {
            self.end(by: .platform, at: soonest, &events)
        } else if let detection = self.detections.first, detection.at == soonest {
            self.detections.removeFirst()
            events.append(detection.event)
            if case .machine = detection.event, self.request.detection?.hangsUp == true {
                self.end(by: .platform, at: soonest, &events)
            }
        } else {
            self.stateEnded(at: soonest, &events)
        }
        return true
    }

    private var stateEnds: Duration? {
        switch self.state {
        case .dialling(let until), .ringing(let until), .detecting(let until),
            .playing(let until, _), .listening(let until, _, _, _):
            until
        case .asking, .stalled, .ended: nil
        }
    }

    private var lengthEnds: Duration? { self.answeredAt.map { $0 + self.request.lengthTimer } }

    private mutating func stateEnded(at now: Duration, _ events: inout [LegEvent]) {
        switch self.state {
        case .dialling: self.reachCallee(at: now, &events)
        case .ringing: self.endRinging(at: now, &events)
        case .detecting: self.begin(at: now, &events)
        case .playing(_, let record):
            if let record { events.append(.recorded(record)) }
            self.playNext(at: now, &events)
        case .listening(_, let input, let digits, let timedOut):
            self.entryMade(digits, at: now)
            if self.plan.vanishes == .atInput {
                self.isSilenced = true
                self.state = .stalled
            } else {
                self.state = .asking(.input(input, digits: digits, timedOut: timedOut))
            }
        case .asking, .stalled, .ended: preconditionFailure("\(self.state) has no end")
        }
    }

    private func step(after now: Duration) -> LegStep {
        switch self.state {
        case .ended: return .over
        // An event that falls due meanwhile is told after the reply.
        case .asking(let question): return .ask(question)
        case .dialling, .ringing, .detecting, .playing, .listening, .stalled:
            let due = [self.stateEnds, self.detections.first?.at, self.hangsUpAt, self.lengthEnds]
            return .sleep(until: due.compactMap { $0 }.min() ?? now)
        }
    }
}
