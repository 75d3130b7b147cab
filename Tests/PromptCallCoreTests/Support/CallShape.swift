import PromptCallCore

/// What a call is in outline: calls of one shape are one state.
///
/// Left out are times, and facts that the machine asks for no more: who ended the leg of a call
/// that is decided, what was said in one that has ended.
struct CallShape: Hashable {
    private var stage: CallStage
    private var current: Leg?
    private var earlier: EarlierLeg?
    private var timers: [CallTimer]
    private var isDue: Bool
    /// How it ended, or will.
    private var decided: CallReason?
    private var rounds: Int
    private var redials: Int
    private var evidence: Evidence?
    private var dialogue: Asking?
    private var callback: CallbackProgress.State?
    private var isFirstDelivery: Bool

    init(of call: CallDriver) {
        let record = call.record
        let legs = record.progress.legs
        self.stage = record.stage
        self.current = record.leg.map { Leg($0, of: record) }
        self.earlier = legs.dropLast().last.map(EarlierLeg.init)
        self.timers = record.timers.all.map(\.timer)
        self.isDue = record.timers.next.map { $0 <= call.now } ?? false
        self.decided = record.decided
        self.rounds = record.decided == nil ? record.dialogue.rounds : 0
        self.redials = record.progress.redials
        if record.isLive, record.decided == nil {
            self.evidence = record.leg.map(Evidence.init)
            self.dialogue = Asking(record)
        }
        self.callback = record.progress.callback?.state
        self.isFirstDelivery = record.progress.callback?.attempts ?? 0 == 0
    }

    /// What is to be done with the latest leg.
    private struct Leg: Hashable {
        var placement: CallLeg.Placement
        var isNamed: Bool
        var isAnswered: Bool
        var isOver: Bool
        var isCompleted: Bool
        var isBilled: Bool
        var hangUpAsked: Bool
        var wasAlive: Bool

        init(_ leg: CallLeg, of record: CallRecord) {
            self.placement = leg.placement
            self.isNamed = leg.uuid != nil
            self.isAnswered = record.isLive && leg.answeredAt != nil
            self.isOver = record.isLive && leg.isOver
            self.isCompleted = leg.completed
            self.isBilled = leg.price != nil && record.stage > .queued
            self.hangUpAsked = leg.hangUpAsked
            self.wasAlive = record.isLive && !leg.isOver && leg.seenAliveAt != nil
        }
    }

    /// What is to be done with the leg before it, which is only to be hung up.
    private struct EarlierLeg: Hashable {
        var mayBeHungUp: Bool
        var hangUpAsked: Bool

        init(_ leg: CallLeg) {
            self.mayBeHungUp = leg.uuid != nil && leg.mayBeAlive
            self.hangUpAsked = leg.hangUpAsked
        }
    }

    /// What tells how an undecided call will end.
    private struct Evidence: Hashable {
        var isFetched: Bool
        var isExplained: Bool
        var disconnectedBy: CallLeg.Disconnector?
        var fault: CallLeg.Fault?
        var callee: CallLeg.Callee?

        init(_ leg: CallLeg) {
            self.isFetched = leg.endFetched
            self.isExplained = leg.reason != nil
            self.disconnectedBy = leg.disconnectedBy
            self.fault = leg.fault
            self.callee = leg.callee
        }
    }

    /// What the callee was asked; the number of the turn makes no difference.
    private struct Asking: Hashable {
        var isOpen: Bool
        var isOpened: Bool
        var spoken: Spoken?
        var bargeIn: Bool?
        var plays: Int?
        var graces: Int
        var played: Int
        var hasAttempts: Bool
        var message: Dialogue.Message?
        var mayAskForMessage: Bool

        init(_ record: CallRecord) {
            let dialogue = record.dialogue
            self.isOpen = dialogue.isOpen
            self.isOpened = dialogue.openedAt != nil
            if case .ask(let spoken, _, let plays, let bargeIn) = dialogue.directive {
                self.spoken = spoken
                self.plays = plays
                self.bargeIn = bargeIn
            }
            self.graces = dialogue.graces
            self.played = dialogue.played
            self.hasAttempts = record.progress.attempts > 0
            self.message = dialogue.message
            self.mayAskForMessage = dialogue.messagesAsked < Dialogue.messagesMax
        }
    }
}
