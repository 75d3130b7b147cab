internal import PromptCallCore

/// A Nexmo that rings callees and obeys NCCOs, and lies as a ``FaultMix`` says.
///
/// It has no clock: what it does next it says as steps with delays, which are handed back to it
/// when their time has come.
struct SimulatedNexmo: Sendable {
    /// Every leg there ever was, in order.
    private(set) var legs: [SimulatedLeg] = []
    /// When each order to ring of an account reached it, ringing or not.
    private(set) var orders: [String: [Timestamp]] = [:]
    /// What could not have been asked of a real one.
    private(set) var objections: [String] = []
    /// Until when the key is refused.
    private(set) var refusesKeyUntil = Timestamp(milliseconds: .min)
    private var indices: [String: Int] = [:]
    private var random: SplitMix64
    private let faults: FaultMix
    /// Where the time to answer begins is not documented: with the words, or behind them.
    private let timerBeginsWithWords: Bool

    /// By how much the way of a first byte to Nexmo varies.
    static let jitter = Duration.milliseconds(20)

    /// What follows, and after how long.
    enum Consequence: Sendable {
        case step(Step, uuid: String, after: Duration)
        case webhook(Webhook)
    }

    /// What a leg does next.
    enum Step: Sendable {
        case starts
        case rings
        case isPickedUp
        /// It is found out whether a machine answered.
        case isJudged
        /// A machine's beep is heard, or waited for in vain.
        case beeps
        /// It is done with an action of the NCCO that it obeyed as its nth.
        case isDone(obeyed: Int)
        case keysIn(turn: Int, isRepeat: Bool, obeyed: Int)
        case ends(LegReport.Status, by: SimulatedLeg.Ender?)
        case completes
    }

    /// A webhook on its way.
    struct Webhook: Sendable {
        var event: LegEvent
        var uuid: String
        var call: CallID
        var leg: Int
        /// How often it was tried before.
        var tries = 0
        /// Which NCCO the leg obeyed when it was sent.
        var obeyed = 0

        /// Whether its answer says how to go on.
        var wantsInstructions: Bool {
            if case .entry = self.event { true } else { false }
        }
    }

    /// What becomes of an order to ring.
    struct Placing: Sendable {
        /// Whether the first byte of the request is written.
        var isSent = true
        var answer: PlacementAnswer
        var answerAfter: Duration
        /// The fault that it met.
        var fault: SimulationFault?
        var consequences: [Consequence] = []
    }

    init(faults: FaultMix, random: inout SplitMix64) {
        self.faults = faults
        self.timerBeginsWithWords = random.chance(0.5)
        self.random = random.split()
    }

    func leg(_ uuid: String) -> SimulatedLeg? { self.indices[uuid].map { self.legs[$0] } }

    /// The legs of a call, in order.
    func legs(of call: CallID) -> [SimulatedLeg] { self.legs.filter { $0.call == call } }

    // MARK: - Orders to ring

    /// Takes an order to ring.
    mutating func place(
        _ record: CallRecord,
        leg number: Int,
        opening: Directive,
        callee: Callee,
        account: String,
        at now: Timestamp
    ) -> Placing {
        if self.random.chance(self.faults[.unreachableNexmo]) { return self.unreachable() }
        // A little of the way varies.
        self.orders[account, default: []].append(now + self.random.duration(.zero...Self.jitter))
        if let refusal = self.refusal(at: now) { return refusal }
        if self.random.chance(self.faults[.throttling]) { return self.throttled() }
        let fails = self.random.chance(self.faults[.failingPlacings])
        let loses = self.random.chance(self.faults[.lostAnswers])
        let rings = !fails && !loses || self.random.chance(0.5)
        var placing = Placing(
            answer: .unknown(detail: "The connection was lost."),
            answerAfter: self.random.duration(.milliseconds(40)...(.milliseconds(400)))
        )
        if rings {
            let uuid = self.ring(record, number, opening, callee, now)
            placing.answer = .placed(uuid: uuid, conversationUUID: "CON-\(uuid)")
            placing.consequences = [.step(.starts, uuid: uuid, after: .milliseconds(150))]
        }
        if loses {
            placing.fault = .lostAnswers
            placing.answer = .unknown(detail: "No answer came in time.")
            placing.answerAfter = self.random.one(of: [.milliseconds(50), .seconds(20)])
        } else if fails {
            placing.fault = .failingPlacings
            placing.answer = .unknown(detail: "Nexmo answered 503.")
        }
        return placing
    }

    private mutating func unreachable() -> Placing {
        Placing(
            isSent: false,
            answer: .notPlaced(
                PlacementAnswer.NotPlaced(throttled: false, detail: "Connection refused.")
            ),
            answerAfter: self.random.duration(.milliseconds(1)...(.seconds(5))),
            fault: .unreachableNexmo
        )
    }

    private mutating func throttled() -> Placing {
        let failure = PlacementAnswer.NotPlaced(
            throttled: true,
            retryAfter: self.random.chance(0.3) ? .seconds(self.random.number(1...90)) : nil,
            detail: "Too many requests."
        )
        return Placing(
            answer: .notPlaced(failure),
            answerAfter: .milliseconds(60),
            fault: .throttling
        )
    }

    /// A refusal of this number, or of the key for a while.
    private mutating func refusal(at now: Timestamp) -> Placing? {
        if now >= self.refusesKeyUntil, self.random.chance(self.faults[.refusedPlacings] / 10) {
            self.refusesKeyUntil = now + self.random.duration(.seconds(20)...(.seconds(400)))
        }
        let kind: PlacementAnswer.Refusal.Kind
        if now < self.refusesKeyUntil {
            kind = self.random.one(of: [.credentials, .credit])
        } else if self.random.chance(self.faults[.refusedPlacings] / 4) {
            kind = .request
        } else {
            return nil
        }
        return Placing(
            answer: .refused(PlacementAnswer.Refusal(kind, detail: "Nexmo said no.")),
            answerAfter: .milliseconds(60),
            fault: .refusedPlacings
        )
    }

    private mutating func ring(
        _ record: CallRecord,
        _ number: Int,
        _ opening: Directive,
        _ callee: Callee,
        _ now: Timestamp
    ) -> String {
        let uuid = "LEG-\(self.legs.count + 1)"
        self.indices[uuid] = self.legs.count
        var leg = SimulatedLeg(
            uuid: uuid,
            call: record.id,
            number: number,
            to: record.terms.to,
            from: record.terms.from,
            terms: record.terms,
            placedAt: now,
            callee: callee
        )
        leg.actions = Self.actions(of: opening, leg.terms)
        leg.history = [LegReport(.started, source: .fetch, uuid: uuid)]
        self.legs.append(leg)
        return uuid
    }

    // MARK: - Other requests

    /// Takes a wish to end a leg.
    mutating func hangUp(_ uuid: String, at now: Timestamp) -> (HangUpAnswer, [Consequence]) {
        guard let leg = self.leg(uuid) else {
            self.objections.append("a hang-up of a leg that never was")
            return (.gone, [])
        }
        guard leg.state < .over else { return (.gone, []) }
        let isYoung = now - leg.placedAt < .milliseconds(1500)
        if isYoung || self.random.chance(self.faults[.refusedHangUps]) {
            if self.random.chance(0.5) { return (.refused, []) }
            // It is obeyed, and its answer lost, or neither.
            guard self.random.chance(0.5) else { return (.failed, []) }
            return (.failed, [self.hangUpStep(leg)])
        }
        return (.accepted, [self.hangUpStep(leg)])
    }

    private func hangUpStep(_ leg: SimulatedLeg) -> Consequence {
        let status: LegReport.Status = leg.state == .answered ? .completed : .cancelled
        return .step(.ends(status, by: .hangUp), uuid: leg.uuid, after: .milliseconds(300))
    }

    /// Takes a message to play instead of all else.
    mutating func leaveMessage(_ uuid: String) -> (MessageAnswer, [Consequence]) {
        guard let index = self.indices[uuid] else {
            self.objections.append("a message to a leg that never was")
            return (.gone, [])
        }
        guard self.legs[index].state < .over else { return (.gone, []) }
        guard self.legs[index].state == .answered else { return (.refused, []) }
        if self.random.chance(self.faults[.refusedHangUps]) {
            if self.random.chance(0.5) { return (.refused, []) }
            // It is obeyed, and its answer lost, or neither.
            return (.failed, self.random.chance(0.5) ? self.playMessage(index) : [])
        }
        return (.accepted, self.playMessage(index))
    }

    private mutating func playMessage(_ index: Int) -> [Consequence] {
        let speech = self.legs[index].terms.machine?.speech ?? .zero
        self.legs[index].obeyed += 1
        self.legs[index].actions = [.talk(speech), .notifyMessage]
        return self.next(index)
    }

    /// Answers a question about a leg, more or less truly.
    mutating func fetch(_ uuid: String) -> (FetchAnswer, isLie: Bool) {
        guard let leg = self.leg(uuid), var report = leg.history.last else {
            self.objections.append("a question about a leg that never was")
            return (.notFound, false)
        }
        guard self.random.chance(self.faults[.lyingFetches]) else {
            return (.report(report), false)
        }
        switch self.random.number(0...2) {
        case 0: return (.notFound, true)
        case 1: return (.failed, true)
        default:
            report = self.random.one(of: leg.history)
            return (.report(report), true)
        }
    }

    /// Lists the legs between two numbers since a moment, all of them or what is known by now.
    mutating func search(_ search: LegSearch, at now: Timestamp) -> SearchAnswer {
        if self.random.chance(self.faults[.lyingFetches]) { return .failed }
        let slack = Duration.seconds(1)
        let found = self.legs.filter { leg in
            leg.to == search.to && leg.from == search.from && leg.placedAt + slack >= search.since
                && now - leg.placedAt > .seconds(1)
        }
        return .legs(found.compactMap(\.history.last))
    }

    // MARK: - What happens in it

    /// Does a step of a leg whose time has come.
    mutating func happened(_ step: Step, to uuid: String, at now: Timestamp) -> [Consequence] {
        guard let index = self.indices[uuid] else { return [] }
        if case .completes = step { return [self.completed(index)] }
        guard self.legs[index].state < .over else { return [] }
        switch step {
        case .starts: return self.started(index)
        case .rings: return self.rang(index)
        case .isPickedUp: return self.pickedUp(index)
        case .isJudged: return self.judged(index)
        case .beeps: return self.beeped(index)
        case .isDone(let obeyed):
            guard obeyed == self.legs[index].obeyed else { return [] }
            return self.wentOn(index)
        case .keysIn(let turn, let isRepeat, let obeyed):
            guard obeyed == self.legs[index].obeyed else { return [] }
            return self.keyedIn(turn, isRepeat, index, at: now)
        case .ends(let status, let ender):
            return self.ended(status, ender, index, at: now)
        case .completes:
            return []
        }
    }

    /// A webhook was answered with a directive.
    mutating func told(_ directive: Directive, by webhook: Webhook) -> [Consequence] {
        guard let index = self.indices[webhook.uuid], self.legs[index].state == .answered,
            self.legs[index].obeyed == webhook.obeyed
        else { return [] }
        if let last = self.legs[index].entered.indices.last {
            self.legs[index].entered[last].isServed = true
        }
        self.legs[index].obeyed += 1
        self.legs[index].actions = Self.actions(of: directive, self.legs[index].terms)
        return self.next(index)
    }

    /// A webhook was not answered, or not by instructions, too often: the NCCO goes on.
    mutating func gaveUp(_ webhook: Webhook) -> [Consequence] {
        guard webhook.wantsInstructions, let index = self.indices[webhook.uuid],
            self.legs[index].state == .answered, self.legs[index].obeyed == webhook.obeyed
        else { return [] }
        return self.wentOn(index)
    }

    private mutating func started(_ index: Int) -> [Consequence] {
        let leg = self.legs[index]
        let ringing = self.random.duration(.seconds(1)...(.seconds(20)))
        let pickUp: Step =
            switch leg.callee {
            case .answers, .hangsUp, .machine: .isPickedUp
            case .doesNotAnswer(let status): .ends(status, by: nil)
            }
        var consequences = [
            self.report(.started, index),
            .step(.rings, uuid: leg.uuid, after: .milliseconds(500)),
            .step(pickUp, uuid: leg.uuid, after: ringing),
        ]
        if self.random.chance(self.faults[.droppedLegs] / 4) {
            let dropped = self.random.duration(.seconds(1)...(.seconds(60)))
            let drop = Step.ends(.completed, by: .nexmo)
            consequences.append(.step(drop, uuid: leg.uuid, after: ringing + dropped))
        }
        return consequences
    }

    private mutating func rang(_ index: Int) -> [Consequence] {
        guard self.legs[index].state == .started else { return [] }
        self.legs[index].state = .ringing
        return [self.report(.ringing, index)]
    }

    private mutating func pickedUp(_ index: Int) -> [Consequence] {
        self.legs[index].state = .answered
        var consequences = [self.report(.answered, index)]
        if self.legs[index].terms.machine != nil {
            let listening = self.random.duration(.seconds(2)...(.seconds(5)))
            let uuid = self.legs[index].uuid
            return consequences + [.step(.isJudged, uuid: uuid, after: listening)]
        }
        if self.random.chance(0.1) {
            consequences.append(self.webhook(.report(LegReport(.human)), index))
        }
        return consequences + self.next(index)
    }

    /// Nexmo has listened, and errs now and then. It plays nothing before, nor before a beep that it
    /// waits for.
    private mutating func judged(_ index: Int) -> [Consequence] {
        let leg = self.legs[index]
        let isMachine = if case .machine = leg.callee { true } else { false }
        guard isMachine != self.random.chance(0.1) else {
            return [self.report(.human, index)] + self.next(index)
        }
        self.legs[index].isTakenForMachine = true
        let told = self.report(.machine, index)
        guard leg.terms.machine?.action == .leaveMessage,
            leg.terms.machine?.detection == .advanced
        else { return [told] + self.next(index) }
        let hears = if case .machine(beeps: true) = leg.callee { true } else { false }
        let wait = hears ? self.random.duration(.seconds(3)...(.seconds(20))) : CallWindows.beep
        return [told, .step(.beeps, uuid: leg.uuid, after: wait)]
    }

    private mutating func beeped(_ index: Int) -> [Consequence] {
        // It is told something else already.
        let isWaiting = self.legs[index].obeyed == 0
        return [self.report(.beep, index)] + (isWaiting ? self.next(index) : [])
    }

    /// The first of its actions is over.
    private mutating func wentOn(_ index: Int) -> [Consequence] {
        if !self.legs[index].actions.isEmpty { self.legs[index].actions.removeFirst() }
        return self.next(index)
    }

    /// Begins the next of its actions.
    private mutating func next(_ index: Int) -> [Consequence] {
        let leg = self.legs[index]
        func step(_ step: Step, _ after: Duration) -> [Consequence] {
            [.step(step, uuid: leg.uuid, after: after)]
        }
        switch leg.actions.first {
        case .talk(let duration)?:
            if self.hangsUpNow(leg) { return step(.ends(.completed, by: .callee), duration / 2) }
            let barges = leg.nextEntry?.isEmpty == false && self.random.chance(0.3)
            return step(.isDone(obeyed: leg.obeyed), barges ? duration / 4 : duration)
        case .input(let turn, let isRepeat)?:
            if self.hangsUpNow(leg) { return step(.ends(.completed, by: .callee), .seconds(1)) }
            let wait =
                leg.nextEntry?.isEmpty == false
                ? self.random.duration(.milliseconds(400)...(.seconds(4)))
                : leg.silence(timerBeginsWithWords: self.timerBeginsWithWords)
            return step(.keysIn(turn: turn, isRepeat: isRepeat, obeyed: leg.obeyed), wait)
        case .notifyMessage?:
            self.legs[index].heardMessage = true
            return [self.webhook(.messagePlayed, index)] + self.wentOn(index)
        case .notify?:
            self.legs[index].heardAnnouncement = true
            return [self.webhook(.played, index)] + self.wentOn(index)
        case nil:
            // Where its last question was never answered, it is Nexmo that ends it.
            let isServed = leg.entered.last?.isServed ?? true
            let ender: SimulatedLeg.Ender = isServed ? .playedOut : .nexmo
            return step(.ends(.completed, by: ender), .milliseconds(200))
        }
    }

    private func hangsUpNow(_ leg: SimulatedLeg) -> Bool {
        guard case .hangsUp(let entries) = leg.callee else { return false }
        return leg.entered.count >= entries.count
    }

    private mutating func keyedIn(
        _ turn: Int,
        _ isRepeat: Bool,
        _ index: Int,
        at now: Timestamp
    ) -> [Consequence] {
        let entry = self.legs[index].nextEntry ?? ""
        self.legs[index].entered.append(
            SimulatedLeg.Entry(turn: turn, isRepeat: isRepeat, digits: entry, at: now)
        )
        // A lone # ends an entry in which there was nothing.
        let digits = DTMFDigits(entry == "#" ? "" : entry)
        guard let digits else { return [] }
        let made = LegEvent.Entry(
            turn: turn,
            digits: digits,
            timedOut: entry.isEmpty || self.random.chance(0.1) && entry != "#",
            uuid: self.legs[index].uuid,
            isRepeat: isRepeat
        )
        return [self.webhook(.entry(made), index)]
    }

    private mutating func ended(
        _ status: LegReport.Status,
        _ ender: SimulatedLeg.Ender?,
        _ index: Int,
        at now: Timestamp
    ) -> [Consequence] {
        let wasAnswered = self.legs[index].state == .answered
        self.legs[index].state = .over
        self.legs[index].endedAt = now
        self.legs[index].endedBy = ender
        // A leg that was cancelled as it was answered was answered.
        let final: LegReport.Status =
            wasAnswered ? .completed : status == .completed ? .failed(.internalError) : status
        var report = LegReport(final, uuid: self.legs[index].uuid)
        report.conversationUUID = "CON-\(self.legs[index].uuid)"
        if wasAnswered {
            report.duration = .seconds(12)
            report.price = self.random.chance(0.8) ? Amount(units: 1_270_000) : nil
            switch ender {
            case .callee: report.disconnectedBy = self.random.chance(0.7) ? .user : nil
            case .hangUp, .playedOut, .nexmo, nil: report.disconnectedBy = .platform
            }
        }
        self.legs[index].end = report
        let uuid = self.legs[index].uuid
        switch final {
        case .completed, .rejected:
            return [self.report(report, index)]
        case .started, .ringing, .answered, .human, .machine, .beep, .busy, .cancelled, .unanswered,
            .failed:
            return [
                self.report(report, index),
                .step(.completes, uuid: uuid, after: .milliseconds(150)),
            ]
        }
    }

    /// `completed` follows most final statuses.
    private mutating func completed(_ index: Int) -> Consequence {
        var report = LegReport(.completed, uuid: self.legs[index].uuid)
        report.duration = .zero
        if self.random.chance(0.5) { report.price = Amount(units: 0) }
        return self.webhook(.report(report), index)
    }

    private mutating func report(_ status: LegReport.Status, _ index: Int) -> Consequence {
        self.report(LegReport(status, uuid: self.legs[index].uuid), index)
    }

    private mutating func report(_ report: LegReport, _ index: Int) -> Consequence {
        var fetched = report
        fetched.source = .fetch
        // GET does not say who hung up.
        fetched.disconnectedBy = nil
        // Nor of a beep, or that it took somebody for a human.
        if report.status == .beep { fetched.status = .machine }
        if report.status == .human { fetched.status = .answered }
        self.legs[index].history.append(fetched)
        return self.webhook(.report(report), index)
    }

    private func webhook(_ event: LegEvent, _ index: Int) -> Consequence {
        let leg = self.legs[index]
        return .webhook(
            Webhook(
                event: event,
                uuid: leg.uuid,
                call: leg.call,
                leg: leg.number,
                obeyed: leg.obeyed
            )
        )
    }

    /// What an NCCO for a directive has Nexmo do.
    private static func actions(
        of directive: Directive,
        _ terms: CallTerms
    ) -> [SimulatedLeg.Action] {
        switch directive {
        case .ask(let spoken, let turn, let plays, _):
            let first = spoken.map { [SimulatedLeg.Action.talk(terms.speech.length($0))] } ?? []
            let again: [SimulatedLeg.Action] = [
                .talk(terms.speech.text), .input(turn: turn, isRepeat: true),
            ]
            return first + [.input(turn: turn, isRepeat: false)]
                + (0..<plays).flatMap { _ in again }
        case .announce:
            let talk = SimulatedLeg.Action.talk(terms.speech.text)
            return [talk, .notify] + Array(repeating: talk, count: terms.plays - 1)
        case .say(let spoken):
            return [.talk(terms.speech.length(spoken))]
        case .silence:
            return [.talk(.milliseconds(200))]
        }
    }
}
