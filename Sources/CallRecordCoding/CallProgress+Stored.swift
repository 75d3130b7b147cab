internal import PromptCallCore

extension CallProgress: StoredMessage {
    func write(to writer: inout FieldWriter) {
        writer.write(self.stage, to: 1)
        writer.write(ifPresent: self.reason, to: 2)
        writer.write(self.detail, to: 3)
        writer.write(self.attempts, to: 4)
        writer.write(self.redials, to: 5)
        writer.write(self.submittedAt, to: 6)
        writer.write(ifPresent: self.verifiedAt, to: 7)
        writer.write(ifPresent: self.endedAt, to: 8)
        writer.write(each: self.legs, to: 9)
        writer.write(ifPresent: self.callback, to: 10)
        writer.write(self.messageLeft, to: 11)
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        var stage: CallStage?
        var submittedAt: Timestamp?
        self.init(submittedAt: Timestamp(milliseconds: 0))
        while let field = try reader.next() {
            switch field.number {
            case 1: stage = try field.value()
            case 2: self.reason = try field.value(CallReason.self)
            case 3: self.detail = try field.text()
            case 4: self.attempts = try field.integer()
            case 5: self.redials = try field.integer()
            case 6: submittedAt = try field.time()
            case 7: self.verifiedAt = try field.time()
            case 8: self.endedAt = try field.time()
            case 9: self.legs.append(try field.message())
            case 10: self.callback = try field.message(CallbackProgress.self)
            case 11: self.messageLeft = try field.flag()
            default: continue
            }
        }
        self.stage = try needed(stage, "stage")
        self.submittedAt = try needed(submittedAt, "submitted_at")
    }
}

extension CallLeg: StoredMessage {
    func write(to writer: inout FieldWriter) {
        writer.write(self.number, to: 1)
        writer.write(self.placingAt, to: 2)
        writer.write(self.placement, to: 3)
        writer.write(ifPresent: self.uuid, to: 4)
        writer.write(ifPresent: self.conversationUUID, to: 5)
        writer.write(ifPresent: self.placedAt, to: 6)
        writer.write(ifPresent: self.ringingAt, to: 7)
        writer.write(ifPresent: self.answeredAt, to: 8)
        writer.write(ifPresent: self.endedAt, to: 9)
        writer.write(ifPresent: self.duration, to: 10)
        writer.write(ifPresent: self.price, to: 11)
        writer.write(ifPresent: self.rate, to: 12)
        writer.write(ifPresent: self.network, to: 13)
        writer.write(ifPresent: self.reason, to: 14)
        writer.write(self.completed, to: 15)
        writer.write(ifPresent: self.disconnectedBy, to: 16)
        writer.write(self.webhookSeen, to: 17)
        writer.write(ifPresent: self.fault, to: 18)
        writer.write(self.hangUpAsked, to: 19)
        writer.write(self.endFetched, to: 20)
        writer.write(ifPresent: self.seenAliveAt, to: 21)
        writer.write(ifPresent: self.callee, to: 22)
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        // What an initialiser must be given comes first in a leg; the rest is read into it.
        let (number, placingAt) = try Self.beginning(of: reader)
        self.init(number: number, placingAt: placingAt)
        var reader = reader
        while let field = try reader.next() {
            switch field.number {
            case 3: self.placement = try field.value()
            case 4: self.uuid = try field.text()
            case 5: self.conversationUUID = try field.text()
            case 6: self.placedAt = try field.time()
            case 7: self.ringingAt = try field.time()
            case 8: self.answeredAt = try field.time()
            case 9: self.endedAt = try field.time()
            case 10: self.duration = try field.duration()
            case 11: self.price = try field.amount()
            case 12: self.rate = try field.amount()
            case 13: self.network = try field.text()
            case 14: self.reason = try field.value(CallReason.self)
            case 15: self.completed = try field.flag()
            case 16: self.disconnectedBy = try field.value(Disconnector.self)
            case 17: self.webhookSeen = try field.flag()
            case 18: self.fault = try field.value(Fault.self)
            case 19: self.hangUpAsked = try field.flag()
            case 20: self.endFetched = try field.flag()
            case 21: self.seenAliveAt = try field.time()
            case 22: self.callee = try field.value(Callee.self)
            default: continue
            }
        }
    }

    private static func beginning(
        of reader: FieldReader
    ) throws(RecordCodingError) -> (number: Int, placingAt: Timestamp) {
        var reader = reader
        var number: Int?
        var placingAt: Timestamp?
        while number == nil || placingAt == nil, let field = try reader.next() {
            switch field.number {
            case 1: number = try field.integer()
            case 2: placingAt = try field.time()
            default: continue
            }
        }
        return (try needed(number, "leg.number"), try needed(placingAt, "leg.placing_at"))
    }
}

extension CallbackProgress: StoredMessage {
    func write(to writer: inout FieldWriter) {
        writer.write(self.state, to: 1)
        writer.write(self.attempts, to: 2)
        writer.write(self.lastHTTPStatus, to: 3)
        writer.write(self.lastError, to: 4)
        writer.write(ifPresent: self.nextAttemptAt, to: 5)
    }

    init(from reader: FieldReader) throws(RecordCodingError) {
        var reader = reader
        var state: State?
        self.init()
        while let field = try reader.next() {
            switch field.number {
            case 1: state = try field.value()
            case 2: self.attempts = try field.integer()
            case 3: self.lastHTTPStatus = try field.integer()
            case 4: self.lastError = try field.text()
            case 5: self.nextAttemptAt = try field.time()
            default: continue
            }
        }
        self.state = try needed(state, "callback.state")
    }
}
