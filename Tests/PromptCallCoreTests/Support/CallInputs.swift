import PromptCallCore

/// Everything that can happen to a call.
enum CallInputs {
    /// The inputs, aimed at a leg and a turn.
    static func all(leg: Int, turn: Int) -> [CallInput] {
        self.ofPlacing(leg) + self.ofReports(leg) + self.ofAsking(leg, turn) + self.ofOthers(leg)
    }

    /// The inputs that can happen to a call as it stands: aimed at its leg and its open turn, and at
    /// those that are over or never were.
    static func around(_ record: CallRecord) -> [CallInput] {
        let leg = max(1, record.progress.legs.count)
        let turn = max(1, record.dialogue.turn)
        var inputs = self.all(leg: leg, turn: turn) + self.ofStrayTurns(leg, turn) + [.timer]
        for other in [leg - 1, leg + 1] { inputs += self.ofOtherLegs(other) }
        if record.terms.machine != nil { inputs += self.ofMachines(leg) }
        if record.stage == .queued {
            inputs += [Duration.seconds(30), .seconds(7200)].map { .turnCameEarly($0) }
        }
        if leg > 1 {
            inputs += HangUpAnswer.all.map { .hangUp($0, leg: leg - 1) }
            inputs += self.ofOtherLegs(leg - 2)
        }
        return inputs
    }

    private static func ofMachines(_ leg: Int) -> [CallInput] {
        let answers: [MessageAnswer] = [.accepted, .gone, .refused, .failed]
        let reports = [Samples.report(.beep), Samples.report(.beep, uuid: nil)]
        return answers.map { .message($0, leg: leg) } + reports.map { .report($0, leg: leg) }
            + [
                .messagePlayed(leg: leg), .messagePlayed(leg: leg + 1),
                .messagePlayed(leg: leg - 1),
            ]
            + [.report(Samples.report(.machine, uuid: nil), leg: leg)]
    }

    private static func ofPlacing(_ leg: Int) -> [CallInput] {
        let refusals: [PlacementAnswer.Refusal.Kind] = [.credentials, .credit, .request]
        let answers: [PlacementAnswer] =
            [
                .notPlaced(.init(throttled: false, detail: "")),
                .notPlaced(.init(throttled: true, retryAfter: .zero, detail: "")),
                .unknown(detail: ""),
                .placed(uuid: Samples.uuid, conversationUUID: nil),
            ] + refusals.map { .refused(.init($0, detail: "")) }
        let found = Samples.report(.started, source: .fetch)
        let searches: [SearchAnswer] = [
            .legs([]), .legs([found]), .legs([found, found]), .failed,
        ]
        return [.turnCame] + searches.map { .search($0, leg: leg) }
            + answers.map { .placement($0, leg: leg) }
    }

    private static func ofReports(_ leg: Int) -> [CallInput] {
        let statuses: [LegReport.Status] = [
            .started, .ringing, .answered, .human, .machine, .busy, .cancelled, .unanswered,
            .rejected(.declined), .rejected(.invalidNumber), .rejected(.restricted),
            .failed(.unreachable), .failed(.internalError), .completed,
        ]
        let reports =
            statuses.map { Samples.report($0) } + [
                Samples.report(.started, uuid: nil),
                Samples.report(.completed, by: .user, duration: .seconds(3)),
                Samples.report(.completed, by: .platform, price: Samples.price),
                Samples.report(.completed, duration: .zero, price: Samples.price),
            ]
        let fetched = statuses.map { FetchAnswer.report(Samples.report($0, source: .fetch)) }
        return reports.map { .report($0, leg: leg) }
            + (fetched + [.notFound, .failed]).map { .fetch($0, leg: leg) }
    }

    private static func ofAsking(_ leg: Int, _ turn: Int) -> [CallInput] {
        let entries = [Samples.right, Samples.wrong, Samples.none, Samples.hash]
        return entries.flatMap { digits -> [CallInput] in
            [
                .entry(
                    .init(turn: turn, digits: digits, timedOut: false, uuid: Samples.uuid),
                    leg: leg
                ),
                .entry(.init(turn: turn, digits: digits, timedOut: true), leg: leg),
            ]
        } + [
            .lateEntry(
                .init(turn: turn, digits: Samples.none, timedOut: true, uuid: Samples.uuid),
                after: .seconds(16),
                leg: leg
            ),
            .opened(leg: leg, uuid: Samples.uuid), .opened(leg: leg, uuid: nil),
            .played(leg: leg), .faulted(leg: leg), .unanswered(leg: leg),
        ]
    }

    private static func ofOthers(_ leg: Int) -> [CallInput] {
        let callbacks = [200, 503, 410, 0].map {
            CallInput.callback(CallbackAnswer(httpStatus: $0))
        }
        return HangUpAnswer.all.map { .hangUp($0, leg: leg) } + callbacks + [
            .cancel, .restart(hasCredentials: true), .restart(hasCredentials: false),
            .credentialsReturned, .pass(.milliseconds(300)), .pass(.seconds(3)),
            .pass(.seconds(40)), .sleep(.seconds(5)), .sleep(.seconds(3600)),
        ]
    }

    /// Entries of turns that are over, or were never asked.
    private static func ofStrayTurns(_ leg: Int, _ turn: Int) -> [CallInput] {
        [0, turn - 1, turn + 1].flatMap { stray in
            [Samples.right, Samples.wrong].map { digits in
                .entry(.init(turn: stray, digits: digits, timedOut: false), leg: leg)
            }
        }
    }

    /// What a leg that is not the latest may say.
    private static func ofOtherLegs(_ leg: Int) -> [CallInput] {
        let uuid = "other-uuid"
        let completed = Samples.report(.completed, price: Samples.price, uuid: uuid)
        return [
            .placement(.placed(uuid: uuid, conversationUUID: nil), leg: leg),
            .placement(.unknown(detail: ""), leg: leg),
            .report(Samples.report(.ringing, uuid: uuid), leg: leg),
            .report(completed, leg: leg),
            .entry(.init(turn: 1, digits: Samples.right, timedOut: false, uuid: uuid), leg: leg),
            .opened(leg: leg, uuid: uuid), .played(leg: leg), .faulted(leg: leg),
            .unanswered(leg: leg),
        ]
    }
}

extension HangUpAnswer {
    static let all: [Self] = [.accepted, .gone, .refused, .failed]
}
