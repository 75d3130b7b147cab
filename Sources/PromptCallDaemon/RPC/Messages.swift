internal import CallEngine
internal import PromptCallAPI
internal import PromptCallCore
internal import SwiftProtobuf

// Values of the core as messages of the API.

extension Google_Protobuf_Timestamp {
    init(_ moment: Timestamp) {
        // Nanoseconds count forward also before 1970.
        let (whole, rest) = moment.milliseconds.quotientAndRemainder(dividingBy: 1000)
        let seconds = rest < 0 ? whole - 1 : whole
        let milliseconds = rest < 0 ? rest + 1000 : rest
        self.init(seconds: seconds, nanos: Int32(milliseconds) * 1_000_000)
    }
}

extension Google_Protobuf_Duration {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(seconds: seconds, nanos: Int32(attoseconds / 1_000_000_000))
    }
}

extension Promptcall_V1_Call {
    /// A call as of some point of its progress; collected digits only for who may see them.
    init(_ record: CallRecord, at progress: CallProgress, showsDigits: Bool) {
        self.init()
        let terms = record.terms
        self.tid = record.id.description
        self.caller = record.caller
        self.to = terms.to.digits
        self.fromNumber = terms.from.digits
        self.stage = Promptcall_V1_Stage(progress.stage)
        self.detail = progress.detail
        self.attempts = UInt32(progress.attempts)
        self.redials = UInt32(progress.redials)
        self.messageLeft = progress.messageLeft || progress.reason == .messageLeft
        if showsDigits, progress.stage >= .verified, let digits = record.collected {
            self.digits = digits.keys
        }
        for label in terms.labels { self.labels[label.name] = label.value }
        self.requestID = terms.requestID ?? ""
        self.submittedAt = Google_Protobuf_Timestamp(progress.submittedAt)
        if case .profile(let name) = terms.credentials { self.profile = name }
        if let notBefore = terms.notBefore { self.notBefore = Google_Protobuf_Timestamp(notBefore) }
        self.expiresAt = Google_Protobuf_Timestamp(terms.expiresAt)
        self.legs = progress.legs.map(Promptcall_V1_Leg.init)
        self.price = progress.price?.description ?? ""
        self.setTimes(progress)
        if let reason = progress.reason {
            self.reason = Promptcall_V1_Reason(reason)
            self.status = Promptcall_V1_Status(reason.status)
        }
        if let callback = terms.callback {
            self.callback = Promptcall_V1_Callback(callback, progress.callback)
        }
    }

    private mutating func setTimes(_ progress: CallProgress) {
        if let time = progress.placedAt { self.placedAt = Google_Protobuf_Timestamp(time) }
        if let time = progress.answeredAt { self.answeredAt = Google_Protobuf_Timestamp(time) }
        if let time = progress.verifiedAt { self.verifiedAt = Google_Protobuf_Timestamp(time) }
        if let time = progress.endedAt { self.endedAt = Google_Protobuf_Timestamp(time) }
    }
}

extension Promptcall_V1_Leg {
    init(_ leg: CallLeg) {
        self.init()
        self.number = UInt32(leg.number)
        self.uuid = leg.uuid ?? ""
        self.conversationUuid = leg.conversationUUID ?? ""
        if let duration = leg.duration { self.duration = Google_Protobuf_Duration(duration) }
        self.price = leg.price?.description ?? ""
        self.rate = leg.rate?.description ?? ""
        self.network = leg.network ?? ""
        if let time = leg.placedAt { self.placedAt = Google_Protobuf_Timestamp(time) }
        if let time = leg.ringingAt { self.ringingAt = Google_Protobuf_Timestamp(time) }
        if let time = leg.answeredAt { self.answeredAt = Google_Protobuf_Timestamp(time) }
        if let time = leg.endedAt { self.endedAt = Google_Protobuf_Timestamp(time) }
        if let reason = leg.reason { self.reason = Promptcall_V1_Reason(reason) }
    }
}

extension Promptcall_V1_Callback {
    /// What was ordered, and what has become of it; nothing where the call has not ended.
    init(_ terms: CallbackTerms, _ progress: CallbackProgress?) {
        self.init()
        self.url = terms.url
        self.state = .waiting
        guard let progress else { return }
        self.state = State(progress.state)
        self.attempts = UInt32(progress.attempts)
        self.lastHTTPStatus = UInt32(clamping: progress.lastHTTPStatus)
        self.lastError = progress.lastError
        if let next = progress.nextAttemptAt {
            self.nextAttemptAt = Google_Protobuf_Timestamp(next)
        }
    }
}

extension Promptcall_V1_Event {
    init(_ delivered: DeliveredEvent, isDurable: Bool, showsDigits: Bool) {
        self.init()
        let stored = delivered.stored
        self.cursor = stored.cursor.description
        self.kind = Promptcall_V1_EventKind(stored.event.kind)
        self.time = Google_Protobuf_Timestamp(stored.event.time)
        self.number = UInt32(stored.event.number)
        if isDurable { self.delivery = UInt32(delivered.delivery) }
        self.call = Promptcall_V1_Call(
            stored.record,
            at: stored.event.progress,
            showsDigits: showsDigits
        )
    }
}

// The raw values of the core's enums are those of the API's.

extension Promptcall_V1_Stage {
    init(_ stage: CallStage) { self = Self(rawValue: stage.rawValue) ?? .unspecified }
}

extension Promptcall_V1_Status {
    init(_ status: CallStatus) { self = Self(rawValue: status.rawValue) ?? .unspecified }
}

extension Promptcall_V1_Reason {
    init(_ reason: CallReason) { self = Self(rawValue: reason.rawValue) ?? .unspecified }
}

extension Promptcall_V1_EventKind {
    init(_ kind: CallEvent.Kind) { self = Self(rawValue: kind.rawValue) ?? .unspecified }
}

extension Promptcall_V1_Callback.State {
    init(_ state: CallbackProgress.State) { self = Self(rawValue: state.rawValue) ?? .unspecified }
}
