package import PromptCallCore

/// Names somebody who waits for the engine's answer.
package typealias ReplyID = UInt64

/// Something that somebody outside wants of the engine.
package enum EngineInput: Sendable {
    /// A new call.
    case submit(SubmitOrder, reply: ReplyID)
    /// An early end of a call.
    case cancel(CallID, reply: ReplyID)
    /// A webhook about a leg.
    case legEvent(LegEvent, call: CallID, leg: Int, reply: ReplyID)
    /// A webhook that was answered 5xx, or could not be answered.
    case webhookUnanswered(call: CallID, leg: Int)
    /// The call once it has reached a stage.
    case wait(CallID, until: CallStage, reply: ReplyID)
    /// The end of such a wait.
    case stopWaiting(CallID, reply: ReplyID)
    /// What is stored is about to be taken up.
    case recoveryBegan(StoreCounts, GuardHistory)
    /// A live call of before a restart.
    case recovered(CallRecord)
    /// All of them were handed over; placing may begin.
    case recoveryEnded([QueueLane])
    /// A stream of events.
    case subscribe(SubscriptionStart, id: SubscriptionID)
    /// What is next on such a stream.
    case nextEvents(SubscriptionID, reply: ReplyID)
    /// All up to there has been dealt with.
    case acknowledge(SubscriptionID, EventCursor)
    /// The stream is no longer read.
    case unsubscribe(SubscriptionID)
    /// No new calls, nothing is placed; live calls go on.
    case drain(Bool)
    /// Nothing is placed.
    case pause(Bool)
    /// The process is about to end: it drains, and nothing undoes that.
    case stop
    /// The store was found to be damaged, in words: no new calls, nothing is placed.
    case storeDamaged(String)
    /// Profiles and rates were read anew.
    case reconfigure(profiles: [String: EngineConfiguration.ProfileSettings])
    /// The wall clock is ahead of the engine's by so much from now on.
    case wallClock(lead: Duration)
    /// The fraud guard's rules were read anew; nil for none.
    case setGuard(GuardRules?)
    /// The fraud guard's breaker is to close.
    case resetGuard(reply: ReplyID)
    /// Only time has passed.
    case tick

    /// Whether it is judged when a batch is cut, so not before a commit under way has ended.
    var waitsForCommit: Bool {
        switch self {
        case .submit, .cancel, .legEvent, .wait: true
        case .webhookUnanswered, .stopWaiting, .recoveryBegan, .recovered, .recoveryEnded,
            .subscribe, .nextEvents, .acknowledge, .unsubscribe, .drain, .pause, .stop,
            .storeDamaged, .reconfigure, .wallClock, .setGuard, .resetGuard, .tick:
            false
        }
    }
}

/// A new call with all that belongs to it, handed on as it is from room to room.
package final class SubmitOrder: Sendable {
    package let record: CallRecord
    package let script: CallScript
    /// By which a repeated request is recognised.
    package let fingerprint: [UInt8]
    /// Those that came with the call; nil for a profile's.
    package let ownCredentials: OwnCredentials?
    /// It was taken before under its `request_id`, so no rule for new calls is asked.
    package let isRepeat: Bool

    package init(
        record: CallRecord,
        script: CallScript,
        fingerprint: [UInt8],
        ownCredentials: OwnCredentials?,
        isRepeat: Bool = false
    ) {
        self.record = record
        self.script = script
        self.fingerprint = fingerprint
        self.ownCredentials = ownCredentials
        self.isRepeat = isRepeat
    }

    /// The same of a call that turned out to be there already.
    package var asRepeat: SubmitOrder {
        SubmitOrder(
            record: self.record,
            script: self.script,
            fingerprint: self.fingerprint,
            ownCredentials: self.ownCredentials,
            isRepeat: true
        )
    }
}

/// Credentials that came with a call, which are held in memory alone.
package struct OwnCredentials: Sendable {
    package var credentials: CallCredentials
    /// Whose rate its placings share.
    package var account: String

    package init(credentials: CallCredentials, account: String) {
        self.credentials = credentials
        self.account = account
    }
}

/// What became of an operation.
package enum EngineCompletion: Sendable {
    case loaded(CallID, Result<CallRecord?, StoreError>)
    case committed(Result<CommitAnswer, StoreError>)
    /// The records of a batch whose fate was unknown, in the order asked for.
    case readBack(Result<[CallRecord?], StoreError>)
    case queuedClaimed(QueueLane, Result<[QueuedCall], StoreError>)
    case dueClaimed(Result<[DueCall], StoreError>)
    case eventsRead(SubscriptionID, Result<EventPage, StoreError>)
    /// The first byte of the request was written.
    case placementSent(CallID)
    case placement(CallID, leg: Int, PlacementAnswer)
    case hangUp(CallID, leg: Int, HangUpAnswer)
    case message(CallID, leg: Int, MessageAnswer)
    case fetch(CallID, leg: Int, FetchAnswer)
    case search(CallID, leg: Int, SearchAnswer)
    case callback(CallID, CallbackAnswer)

    /// Whether what follows from it is judged when a batch is cut, so not before a commit under
    /// way has ended.
    var waitsForCommit: Bool {
        switch self {
        case .loaded, .queuedClaimed, .dueClaimed, .placement, .hangUp, .message, .fetch, .search,
            .callback:
            true
        case .committed, .readBack, .eventsRead, .placementSent: false
        }
    }
}
