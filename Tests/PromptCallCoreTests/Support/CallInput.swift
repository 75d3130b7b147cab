import PromptCallCore

/// Something that can happen to a call.
enum CallInput: Equatable, CustomStringConvertible {
    case turnCame
    /// The same where the calling window opens only after a while.
    case turnCameEarly(Duration)
    case placement(PlacementAnswer, leg: Int)
    case search(SearchAnswer, leg: Int)
    case report(LegReport, leg: Int)
    case fetch(FetchAnswer, leg: Int)
    case entry(LegEvent.Entry, leg: Int)
    case opened(leg: Int, uuid: String?)
    case played(leg: Int)
    case messagePlayed(leg: Int)
    case message(MessageAnswer, leg: Int)
    case faulted(leg: Int)
    case unanswered(leg: Int)
    case hangUp(HangUpAnswer, leg: Int)
    case cancel
    case restart(hasCredentials: Bool)
    case credentialsReturned
    case callback(CallbackAnswer)
    /// Time goes by, and each timer fires at its moment.
    case pass(Duration)
    /// Time goes by unseen.
    case sleep(Duration)
    /// The next timer fires.
    case timer
    /// Time goes by without a timer, then a webhook brings an entry.
    case lateEntry(LegEvent.Entry, after: Duration, leg: Int)

    /// Feeds it to a call, and returns what a webhook is answered.
    @discardableResult
    func feed(to call: inout CallDriver) -> LegAnswer? {
        switch self {
        case .turnCame: call.turnCame()
        case .turnCameEarly(let wait): call.turnCame(opensAt: call.now + wait)
        case .placement(let answer, let leg): call.placement(answer, leg: leg)
        case .search(let answer, let leg): call.searched(answer, leg: leg)
        case .report(let report, let leg): call.report(report, leg: leg)
        case .fetch(let answer, let leg): call.fetched(answer, leg: leg)
        case .entry(let entry, let leg): return call.enter(entry, leg: leg)
        case .opened(let leg, let uuid): return call.opened(leg: leg, uuid: uuid)
        case .played(let leg): call.played(leg: leg)
        case .messagePlayed(let leg): call.messagePlayed(leg: leg)
        case .message(let answer, let leg): call.message(answer, leg: leg)
        case .faulted(let leg): call.faulted(leg: leg)
        case .unanswered(let leg): call.unanswered(leg: leg)
        case .hangUp(let answer, let leg): call.hangUp(answer, leg: leg)
        case .cancel: call.cancel()
        case .restart(let hasCredentials): call.restart(hasCredentials: hasCredentials)
        case .credentialsReturned: call.feed { machine, _ in machine.credentialsReturned() }
        case .callback(let answer): call.callback(answer)
        case .pass(let duration): call.pass(duration)
        case .sleep(let duration): call.sleep(duration)
        case .timer:
            call.now = max(call.now, call.record.timers.next ?? call.now)
            call.fire()
        case .lateEntry(let entry, let duration, let leg):
            call.now = call.now + duration
            return call.enter(entry, leg: leg)
        }
        return nil
    }

    /// Whether Nexmo may send it twice. The others are asked for, and come once.
    var isWebhook: Bool {
        switch self {
        case .report, .entry, .opened, .played, .messagePlayed, .faulted, .lateEntry: true
        case .turnCame, .turnCameEarly, .message, .placement, .search, .fetch, .unanswered, .hangUp,
            .cancel, .restart,
            .credentialsReturned, .callback, .pass, .sleep, .timer:
            false
        }
    }

    /// What of it comes again, where it is repeated at once.
    var again: Self {
        if case .lateEntry(let entry, _, let leg) = self { return .entry(entry, leg: leg) }
        return self
    }

    var description: String {
        switch self {
        case .turnCame: "turnCame"
        case .turnCameEarly(let wait): "turnCame \(wait) early"
        case .messagePlayed(let leg): "messagePlayed \(leg)"
        case .message(let answer, let leg): "message \(answer) \(leg)"
        case .placement(let answer, let leg): "placement \(answer) \(leg)"
        case .search(let answer, let leg): "search \(answer) \(leg)"
        case .report(let report, let leg): "\(report.status) \(leg)"
        case .fetch(.report(let report), let leg): "GET \(report.status) \(leg)"
        case .fetch(let answer, let leg): "GET \(answer) \(leg)"
        case .entry(let entry, let leg): "entry \(entry.digits) turn \(entry.turn) \(leg)"
        case .opened(let leg, _): "opened \(leg)"
        case .played(let leg): "played \(leg)"
        case .faulted(let leg): "faulted \(leg)"
        case .unanswered(let leg): "unanswered \(leg)"
        case .hangUp(let answer, let leg): "hangUp \(answer) \(leg)"
        case .cancel: "cancel"
        case .restart(let hasCredentials): "restart \(hasCredentials)"
        case .credentialsReturned: "credentialsReturned"
        case .callback(let answer): "callback \(answer.httpStatus)"
        case .pass(let duration): "pass \(duration)"
        case .sleep(let duration): "sleep \(duration)"
        case .timer: "timer"
        case .lateEntry(let entry, let duration, let leg):
            "\(duration) later entry \(entry.digits) turn \(entry.turn) \(leg)"
        }
    }
}
