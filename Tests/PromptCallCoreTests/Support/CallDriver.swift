import PromptCallCore
import Testing

/// A call in the hands of a test: it feeds the machine, keeps the clock and collects what comes
/// out, and objects to every step that breaks an invariant.
struct CallDriver {
    private(set) var record: CallRecord
    private(set) var events: [CallEvent]
    private(set) var kinds: [CallEvent.Kind]
    /// What the latest input asked for.
    private(set) var effects: [CallEffect] = []
    /// All that was ever asked for, with its time in milliseconds since the start.
    private(set) var performed: [Performed] = []
    /// Whether a step broke an invariant.
    private(set) var isBroken = false
    var now: Timestamp
    /// How Nexmo answers while time passes; nil where it does not.
    var fetchAnswer: FetchAnswer?
    var hangUpAnswer: HangUpAnswer?
    var searchAnswer: SearchAnswer?
    var messageAnswer: MessageAnswer?
    /// How far the wall clock is ahead.
    var wallLead = Duration.zero

    struct Performed: Equatable {
        var effect: CallEffect
        var at: Duration
    }

    /// A call that was just submitted.
    init(
        _ terms: CallTerms = Samples.terms(),
        expected: [DTMFDigits]? = nil,
        at now: Timestamp = Samples.start
    ) {
        let isPIN = if case .pin = terms.prompt { true } else { false }
        let machine = CallMachine.submitted(
            CallRecord(
                id: Samples.id,
                caller: "tests",
                terms: terms,
                expected: expected ?? (isPIN ? [Samples.right] : []),
                submittedAt: now
            )
        )
        self.record = machine.record
        self.events = machine.events
        self.kinds = machine.events.map(\.kind)
        self.now = now
    }

    /// A call taken up where another driver left it, with the kinds of its events so far.
    init(resuming record: CallRecord, kinds: [CallEvent.Kind], at now: Timestamp) {
        self.record = record
        self.events = []
        self.kinds = kinds
        self.now = now
    }

    /// How long the call has been going on.
    var elapsed: Duration { self.now - Samples.start }

    /// How long until a timer fires; nil where it does not run.
    func left(_ timer: CallTimer) -> Duration? {
        self.record.timers[timer].map { $0 - self.now }
    }

    // MARK: - Inputs

    @discardableResult
    mutating func feed<Answer>(_ input: (inout CallMachine, Timestamp) -> Answer) -> Answer {
        var machine = CallMachine(self.record, wallLead: self.wallLead)
        let answer = input(&machine, self.now)
        let violation = CallInvariants.violation(
            from: self.record,
            to: machine,
            history: self.kinds
        )
        if let violation {
            Issue.record("\(violation), after \(self.kinds)")
            self.isBroken = true
        }
        self.record = machine.record
        self.events += machine.events
        self.kinds += machine.events.map(\.kind)
        self.effects = machine.effects
        self.performed += machine.effects.map { Performed(effect: $0, at: self.elapsed) }
        return answer
    }

    mutating func turnCame(opensAt: Timestamp? = nil) {
        self.feed { $0.turnCame(opensAt: opensAt, at: $1) }
    }

    mutating func placement(_ answer: PlacementAnswer, leg: Int = 1) {
        self.feed { $0.placementAnswered(answer, leg: leg, at: $1) }
    }

    /// Nexmo's 201.
    mutating func accepted(leg: Int = 1, uuid: String = Samples.uuid) {
        self.placement(.placed(uuid: uuid, conversationUUID: nil), leg: leg)
    }

    mutating func report(_ status: LegReport.Status, leg: Int = 1) {
        self.report(Samples.report(status), leg: leg)
    }

    mutating func report(_ report: LegReport, leg: Int = 1) {
        self.feed { $0.reported(report, leg: leg, at: $1) }
    }

    @discardableResult
    mutating func opened(leg: Int = 1, uuid: String? = Samples.uuid) -> LegAnswer {
        self.feed { $0.opened(leg: leg, uuid: uuid, at: $1) }
    }

    @discardableResult
    mutating func enter(
        _ digits: DTMFDigits,
        turn: Int,
        timedOut: Bool = false,
        leg: Int = 1,
        uuid: String? = Samples.uuid
    ) -> LegAnswer {
        self.enter(
            LegEvent.Entry(turn: turn, digits: digits, timedOut: timedOut, uuid: uuid),
            leg: leg
        )
    }

    mutating func enter(_ entry: LegEvent.Entry, leg: Int) -> LegAnswer {
        self.feed { $0.entered(entry, leg: leg, at: $1) }
    }

    /// The time to answer ran out.
    @discardableResult
    mutating func silence(turn: Int) -> LegAnswer {
        self.enter(Samples.none, turn: turn, timedOut: true)
    }

    mutating func played(leg: Int = 1) {
        self.feed { $0.played(leg: leg, at: $1) }
    }

    mutating func faulted(_ detail: String = "unusable", leg: Int = 1) {
        self.feed { $0.faulted(detail, leg: leg, at: $1) }
    }

    mutating func unanswered(leg: Int = 1) {
        self.feed { $0.webhookUnanswered(leg: leg, at: $1) }
    }

    mutating func cancel() {
        self.feed { $0.cancelled(at: $1) }
    }

    mutating func restart(hasCredentials: Bool = true) {
        self.feed { $0.restarted(hasCredentials: hasCredentials, at: $1) }
    }

    mutating func hangUp(_ answer: HangUpAnswer, leg: Int = 1) {
        self.feed { $0.hangUpAnswered(answer, leg: leg, at: $1) }
    }

    mutating func fetched(_ answer: FetchAnswer, leg: Int = 1) {
        self.feed { $0.fetchAnswered(answer, leg: leg, at: $1) }
    }

    mutating func searched(_ answer: SearchAnswer, leg: Int = 1) {
        self.feed { $0.searchAnswered(answer, leg: leg, at: $1) }
    }

    mutating func messagePlayed(leg: Int = 1) {
        self.feed { $0.messagePlayed(leg: leg, at: $1) }
    }

    mutating func message(_ answer: MessageAnswer, leg: Int = 1) {
        self.feed { $0.messageAnswered(answer, leg: leg, at: $1) }
    }

    mutating func callback(_ answer: CallbackAnswer, jitter: Double = 0) {
        self.feed { $0.callbackAnswered(answer, jitter: jitter, at: $1) }
    }

    // MARK: - Time

    /// Lets time go by, firing each timer at its moment and letting Nexmo answer at once.
    mutating func pass(_ duration: Duration) {
        let end = self.now + duration
        while let next = self.record.timers.next, next <= end {
            self.now = max(next, self.now)
            self.fire()
            // It stays due until somebody answers.
            if self.record.timers[.callback].map({ $0 <= self.now }) ?? false { break }
        }
        self.now = max(end, self.now)
    }

    /// Fires what is due, and lets Nexmo answer.
    mutating func fire() {
        self.feed { $0.timePassed(at: $1) }
        for effect in self.effects {
            switch effect {
            case .fetch(let leg):
                if let answer = self.fetchAnswer { self.fetched(answer, leg: leg) }
            case .hangUp(let leg):
                if let answer = self.hangUpAnswer { self.hangUp(answer, leg: leg) }
            case .search(let leg):
                if let answer = self.searchAnswer { self.searched(answer, leg: leg) }
            case .leaveMessage(let leg):
                if let answer = self.messageAnswer { self.message(answer, leg: leg) }
            case .place, .deliverCallback:
                break
            }
        }
    }

    /// Jumps over a time in which nobody looked at the clock, then fires what is due.
    mutating func sleep(_ duration: Duration) {
        self.now = self.now + duration
        self.fire()
    }
}

extension CallDriver {
    /// A call whose leg Nexmo took.
    static func placed(_ terms: CallTerms = Samples.terms()) -> Self {
        var call = Self(terms)
        call.turnCame()
        call.accepted()
        return call
    }

    /// A call that was answered a moment ago.
    static func answered(
        _ terms: CallTerms = Samples.terms(),
        expected: [DTMFDigits]? = nil
    ) -> Self {
        var call = Self(terms, expected: expected)
        call.turnCame()
        call.accepted()
        call.report(.answered)
        return call
    }

    /// A call whose placing ended no one knows how.
    static func unknown(_ terms: CallTerms = Samples.terms()) -> Self {
        var call = Self(terms)
        call.turnCame()
        call.placement(.unknown(detail: "reset"))
        return call
    }

    /// A call that waits to be rung once more, for nobody knows whether it rang.
    static func rungAgain(_ terms: CallTerms = Samples.terms { $0.unknownPlacement = .ringAgain })
        -> Self
    {
        var call = Self.unknown(terms)
        call.pass(CallWindows.ringAgain)
        call.turnCame()
        return call
    }
}
