package import PromptCallCore

/// A Nexmo that follows a ``PhonePlan`` for each ring, and objects to what could not be.
///
/// It has no clock: what it does next it says as steps with delays, which are handed back to it
/// when their time has come.
package struct ScriptedNexmo: Sendable {
    /// What becomes of the rings of a number, one after the other; the last plan stays.
    package var plans: [PhoneNumber: [PhonePlan]] = [:]
    /// What becomes of all others.
    package var standard = PhonePlan.answering("1234")
    /// Answers every order to ring in this way, whatever its plan says.
    package var outage: PhonePlan.Placing?
    /// Every leg there ever was, in order.
    package private(set) var legs: [Leg] = []
    private var indices: [String: Int] = [:]
    /// What could not have been asked of a real one.
    package private(set) var objections: [String] = []
    /// Orders to ring that came here, ringing or not.
    package private(set) var orders: [(at: Timestamp, call: CallID)] = []

    /// One ring.
    package struct Leg: Sendable {
        package let uuid: String
        package let call: CallID
        package let number: Int
        package let to: PhoneNumber
        package let from: PhoneNumber
        package let placedAt: Timestamp
        package fileprivate(set) var state = State.started
        package fileprivate(set) var endedAt: Timestamp?
        /// What ended it.
        package fileprivate(set) var end: LegReport?
        fileprivate let opening: Directive
        fileprivate var plan: PhonePlan
        fileprivate var entriesMade = 0

        package enum State: Equatable, Sendable {
            case started
            case ringing
            case answered
            case over
        }
    }

    /// What a leg does next.
    package enum Step: Sendable {
        case starts
        case rings
        case answers
        case keys(turn: Int)
        case wordsPlayed
        case ends(LegReport.Status, by: CallLeg.Disconnector?)
    }

    /// What follows, and after how long.
    package enum Consequence: Sendable {
        case step(Step, uuid: String, after: Duration)
        case webhook(Webhook)
    }

    /// A webhook on its way.
    package struct Webhook: Sendable {
        package var event: LegEvent
        package var uuid: String
        package var call: CallID
        package var leg: Int
        /// How often it was sent before.
        package var repeats = 0
    }

    package init() {}

    /// The rings of a call.
    package func rings(of call: CallID) -> Int { self.legs.count { $0.call == call } }

    /// Most rings of one number that overlapped in time.
    package func overlaps(of number: PhoneNumber) -> Int {
        let rings = self.legs.filter { $0.to == number }
        return rings.map { ring in
            rings.count { other in
                other.placedAt <= ring.placedAt
                    && (other.endedAt.map { $0 > ring.placedAt } ?? true)
            }
        }.max() ?? 0
    }

    // MARK: - What is asked of it

    package mutating func place(
        _ record: CallRecord,
        leg: Int,
        opening: Directive,
        at now: Timestamp
    ) -> (PlacementAnswer, [Consequence]) {
        self.orders.append((now, record.id))
        let plan = self.takePlan(for: record.terms.to)
        switch self.outage ?? plan.placing {
        case .notPlaced(let failure):
            return (.notPlaced(failure), [])
        case .refused(let refusal):
            return (.refused(refusal), [])
        case .unknown(rings: false):
            return (.unknown(detail: "The connection was reset."), [])
        case .unknown(rings: true):
            let made = self.makeLeg(record, leg, opening, plan, now)
            return (.unknown(detail: "The connection was reset."), made.then)
        case .placed:
            let made = self.makeLeg(record, leg, opening, plan, now)
            return (.placed(uuid: made.uuid, conversationUUID: "CON-\(made.uuid)"), made.then)
        }
    }

    package mutating func hangUp(_ uuid: String) -> (HangUpAnswer, [Consequence]) {
        guard let leg = self.leg(uuid) else {
            self.objections.append("A hang-up of a leg that never was.")
            return (.gone, [])
        }
        guard leg.state != .over else { return (.gone, []) }
        return (
            .accepted,
            [.step(.ends(.completed, by: .platform), uuid: uuid, after: .milliseconds(300))]
        )
    }

    package mutating func fetch(_ uuid: String) -> FetchAnswer {
        guard let leg = self.leg(uuid) else {
            self.objections.append("A question about a leg that never was.")
            return .notFound
        }
        return .report(self.fetched(leg))
    }

    package func search(_ search: LegSearch) -> SearchAnswer {
        let found = self.legs.filter { leg in
            leg.to == search.to && leg.from == search.from && leg.placedAt >= search.since
        }
        return .legs(found.map(self.fetched))
    }

    // MARK: - What happens in it

    package mutating func happened(_ step: Step, to uuid: String, at now: Timestamp)
        -> [Consequence]
    {
        guard let index = self.indices[uuid],
            self.legs[index].state != .over
        else { return [] }
        let leg = self.legs[index]
        switch step {
        case .starts:
            let pickUp: Consequence =
                switch leg.plan.pickUp {
                case .answers(let after): .step(.answers, uuid: uuid, after: after)
                case .ends(let status, let after):
                    .step(.ends(status, by: nil), uuid: uuid, after: after)
                }
            return [
                self.report(.started, of: leg), .step(.rings, uuid: uuid, after: .seconds(1)),
                pickUp,
            ]
        case .rings:
            guard leg.state == .started else { return [] }
            self.legs[index].state = .ringing
            return [self.report(.ringing, of: leg)]
        case .answers:
            self.legs[index].state = .answered
            let hangUp = leg.plan.hangsUpAfter.map { after in
                Consequence.step(.ends(.completed, by: .user), uuid: uuid, after: after)
            }
            return [self.report(.answered, of: leg)] + self.obey(leg.opening, index)
                + [hangUp].compactMap(\.self)
        case .keys(let turn):
            let entry =
                leg.entriesMade < leg.plan.entries.count
                ? leg.plan.entries[leg.entriesMade] : ""
            self.legs[index].entriesMade += 1
            guard let digits = DTMFDigits(entry) else { return [] }
            return [
                self.webhook(
                    .entry(
                        LegEvent.Entry(
                            turn: turn,
                            digits: digits,
                            timedOut: digits.isEmpty,
                            uuid: uuid
                        )
                    ),
                    of: leg
                )
            ]
        case .wordsPlayed:
            return [self.webhook(.played, of: leg)]
        case .ends(let status, let disconnector):
            var report = LegReport(status, uuid: uuid)
            report.conversationUUID = "CON-\(uuid)"
            report.disconnectedBy = leg.state == .answered ? disconnector : nil
            if leg.state == .answered {
                report.duration = .seconds(12)
                report.price = Amount(units: 1_270_000)
            }
            self.legs[index].state = .over
            self.legs[index].endedAt = now
            self.legs[index].end = report
            return [self.webhook(.report(report), of: leg)]
        }
    }

    /// A webhook was answered with a directive.
    package mutating func told(_ directive: Directive, uuid: String) -> [Consequence] {
        guard let index = self.indices[uuid],
            self.legs[index].state == .answered
        else { return [] }
        return self.obey(directive, index)
    }

    /// A webhook was not answered, or in another way than by instructions, too often.
    package mutating func gaveUp(_ webhook: Webhook) -> [Consequence] {
        guard case .entry = webhook.event else { return [] }
        return [
            .step(.ends(.completed, by: .platform), uuid: webhook.uuid, after: .seconds(1))
        ]
    }

    // MARK: - Private

    private func leg(_ uuid: String) -> Leg? { self.indices[uuid].map { self.legs[$0] } }

    private mutating func takePlan(for number: PhoneNumber) -> PhonePlan {
        guard var plans = self.plans[number], let plan = plans.first else { return self.standard }
        if plans.count > 1 {
            plans.removeFirst()
            self.plans[number] = plans
        }
        return plan
    }

    private mutating func makeLeg(
        _ record: CallRecord,
        _ number: Int,
        _ opening: Directive,
        _ plan: PhonePlan,
        _ now: Timestamp
    ) -> (uuid: String, then: [Consequence]) {
        let uuid = "LEG-\(self.legs.count + 1)"
        self.indices[uuid] = self.legs.count
        self.legs.append(
            Leg(
                uuid: uuid,
                call: record.id,
                number: number,
                to: record.terms.to,
                from: record.terms.from,
                placedAt: now,
                opening: opening,
                plan: plan
            )
        )
        return (uuid, [.step(.starts, uuid: uuid, after: .milliseconds(150))])
    }

    private func obey(_ directive: Directive, _ index: Int) -> [Consequence] {
        let leg = self.legs[index]
        let goodbye = Step.ends(.completed, by: .platform)
        switch directive {
        case .ask(_, let turn, _, _):
            let isSilent =
                leg.entriesMade >= leg.plan.entries.count
                || leg.plan.entries[leg.entriesMade].isEmpty
            let wait = isSilent ? PhonePlan.silence : PhonePlan.thinking
            return [.step(.keys(turn: turn), uuid: leg.uuid, after: wait)]
        case .announce:
            return [
                .step(.wordsPlayed, uuid: leg.uuid, after: PhonePlan.speech),
                .step(goodbye, uuid: leg.uuid, after: PhonePlan.speech * 2),
            ]
        case .say:
            return [.step(goodbye, uuid: leg.uuid, after: PhonePlan.speech)]
        case .silence:
            return [.step(goodbye, uuid: leg.uuid, after: .milliseconds(200))]
        }
    }

    private func report(_ status: LegReport.Status, of leg: Leg) -> Consequence {
        self.webhook(.report(LegReport(status, uuid: leg.uuid)), of: leg)
    }

    private func webhook(_ event: LegEvent, of leg: Leg) -> Consequence {
        .webhook(Webhook(event: event, uuid: leg.uuid, call: leg.call, leg: leg.number))
    }

    private func fetched(_ leg: Leg) -> LegReport {
        var report = leg.end ?? LegReport(.started, uuid: leg.uuid)
        switch leg.state {
        case .started, .over: break
        case .ringing: report.status = .ringing
        case .answered: report.status = .answered
        }
        report.source = .fetch
        report.disconnectedBy = nil
        return report
    }

    /// Whether webhooks of a leg are lost.
    func losesWebhooks(_ uuid: String) -> Bool { self.leg(uuid)?.plan.losesWebhooks ?? false }

    /// Whether webhooks of a leg come twice.
    func repeatsWebhooks(_ uuid: String) -> Bool { self.leg(uuid)?.plan.repeatsWebhooks ?? false }
}
