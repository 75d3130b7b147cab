internal import PromptCallCore

/// What a call is judged by: an input of the call machine.
enum CallInput: Sendable {
    /// It may be placed, unless its calling window opens only later.
    case turnCame(opensAt: Timestamp?)
    case cancelled
    /// The fraud guard lets the call be placed no more, for a reason in words.
    case guardClosed(String)
    case legEvent(LegEvent, leg: Int)
    case webhookUnanswered(leg: Int)
    case placementAnswered(PlacementAnswer, leg: Int)
    case hangUpAnswered(HangUpAnswer, leg: Int)
    case messageAnswered(MessageAnswer, leg: Int)
    case fetchAnswered(FetchAnswer, leg: Int)
    case searchAnswered(SearchAnswer, leg: Int)
    case callbackAnswered(CallbackAnswer, jitter: Double)
    case restarted(hasCredentials: Bool)
    case credentialsReturned
    case timePassed
    /// The turn of its callback has come.
    case deliveryCame
    /// Only asks what the call is like.
    case asked(until: CallStage)
}

extension CallInput {
    /// Judges it, and returns what a webhook is answered; nil for all else.
    func judge(_ machine: inout CallMachine, at now: Timestamp) -> (LegAnswer, leg: Int)? {
        switch self {
        case .turnCame(let opensAt): machine.turnCame(opensAt: opensAt, at: now)
        case .cancelled: machine.cancelled(at: now)
        case .guardClosed(let detail): machine.guardClosed(detail, at: now)
        case .legEvent(let event, let leg): return (Self.judge(event, leg, &machine, now), leg)
        case .webhookUnanswered(let leg): machine.webhookUnanswered(leg: leg, at: now)
        case .placementAnswered(let answer, let leg):
            machine.placementAnswered(answer, leg: leg, at: now)
        case .hangUpAnswered(let answer, let leg): machine.hangUpAnswered(answer, leg: leg, at: now)
        case .messageAnswered(let answer, let leg):
            machine.messageAnswered(answer, leg: leg, at: now)
        case .fetchAnswered(let answer, let leg): machine.fetchAnswered(answer, leg: leg, at: now)
        case .searchAnswered(let answer, let leg): machine.searchAnswered(answer, leg: leg, at: now)
        case .callbackAnswered(let answer, let jitter):
            machine.callbackAnswered(answer, jitter: jitter, at: now)
        case .restarted(let hasCredentials):
            machine.restarted(hasCredentials: hasCredentials, at: now)
        case .credentialsReturned: machine.credentialsReturned()
        case .timePassed: machine.timePassed(at: now)
        case .deliveryCame, .asked: break
        }
        return nil
    }

    private static func judge(
        _ event: LegEvent,
        _ leg: Int,
        _ machine: inout CallMachine,
        _ now: Timestamp
    ) -> LegAnswer {
        guard machine.record.progress.legs.indices.contains(leg - 1) else { return .unknown }
        switch event {
        case .report(let report): machine.reported(report, leg: leg, at: now)
        case .entry(let entry): return machine.entered(entry, leg: leg, at: now)
        case .opening(let uuid): return machine.opened(leg: leg, uuid: uuid, at: now)
        case .played: machine.played(leg: leg, at: now)
        case .messagePlayed: machine.messagePlayed(leg: leg, at: now)
        case .fault(let detail): machine.faulted(detail, leg: leg, at: now)
        case .other: break
        }
        return .noted
    }
}
