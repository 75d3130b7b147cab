import PromptCallCore

/// Everything that can happen to a call.
enum CallInputs {
    typealias Input = (inout CallDriver) -> Void

    /// The inputs, aimed at a leg and a turn.
    static func all(leg: Int, turn: Int) -> [Input] {
        self.ofPlacing(leg) + self.ofReports(leg) + self.ofAsking(leg, turn) + self.ofOthers(leg)
    }

    private static func ofPlacing(_ leg: Int) -> [Input] {
        let refusals: [PlacementAnswer.Refusal.Kind] = [.credentials, .credit, .request]
        let answers: [PlacementAnswer] =
            [
                .notPlaced(.init(throttled: false, detail: "")),
                .notPlaced(.init(throttled: true, retryAfter: .zero, detail: "")),
                .unknown(detail: ""),
            ] + refusals.map { .refused(.init($0, detail: "")) }
        let found = Samples.report(.started, source: .fetch)
        return [
            { $0.turnCame() }, { $0.accepted(leg: leg) },
            { $0.searched(.legs([]), leg: leg) }, { $0.searched(.legs([found]), leg: leg) },
            { $0.searched(.legs([found, found]), leg: leg) }, { $0.searched(.failed, leg: leg) },
        ] + answers.map { answer in { $0.placement(answer, leg: leg) } }
    }

    private static func ofReports(_ leg: Int) -> [Input] {
        let statuses: [LegReport.Status] = [
            .started, .ringing, .answered, .human, .machine, .busy, .cancelled, .unanswered,
            .rejected(.declined), .failed(.internalError), .completed,
        ]
        let reports =
            statuses.map { Samples.report($0) } + [
                Samples.report(.started, uuid: nil),
                Samples.report(.completed, by: .user, duration: .seconds(3)),
                Samples.report(.completed, by: .platform, price: Samples.price),
                Samples.report(.completed, duration: .zero, price: Samples.price),
            ]
        let fetched = statuses.map { FetchAnswer.report(Samples.report($0, source: .fetch)) }
        return reports.map { report in { $0.report(report, leg: leg) } }
            + (fetched + [.notFound, .failed]).map { answer in { $0.fetched(answer, leg: leg) } }
    }

    private static func ofAsking(_ leg: Int, _ turn: Int) -> [Input] {
        let entries = [Samples.right, Samples.wrong, Samples.none, Samples.hash]
        return entries.flatMap { digits -> [Input] in
            [
                { $0.enter(digits, turn: turn, leg: leg) },
                { $0.enter(digits, turn: turn, timedOut: true, leg: leg, uuid: nil) },
            ]
        } + [
            { $0.opened(leg: leg) }, { $0.opened(leg: leg, uuid: nil) }, { $0.played(leg: leg) },
            { $0.faulted(leg: leg) }, { $0.unanswered(leg: leg) },
        ]
    }

    private static func ofOthers(_ leg: Int) -> [Input] {
        let answers: [HangUpAnswer] = [.accepted, .gone, .refused, .failed]
        return answers.map { answer in { $0.hangUp(answer, leg: leg) } } + [
            { $0.cancel() }, { $0.restart() }, { $0.restart(hasCredentials: false) },
            { call in call.feed { machine, _ in machine.credentialsReturned() } },
            { $0.callback(CallbackAnswer(httpStatus: 200)) },
            { $0.callback(CallbackAnswer(httpStatus: 503)) },
            { $0.callback(CallbackAnswer(httpStatus: 410)) },
            { $0.pass(.milliseconds(300)) }, { $0.pass(.seconds(3)) }, { $0.pass(.seconds(40)) },
            { $0.sleep(.seconds(5)) }, { $0.sleep(.seconds(3600)) },
        ]
    }
}
