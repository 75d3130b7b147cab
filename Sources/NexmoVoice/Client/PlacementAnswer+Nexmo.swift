internal import PromptCallCore

extension PlacementAnswer {
    /// Longest wait that a `Retry-After` is believed, in seconds.
    private static let retryAfterSecondsMax: Int64 = 60

    /// Judges how an order to ring ended (design, "Placing").
    init(_ reply: NexmoReply) {
        switch reply {
        case .failed(let failure) where failure.wasSent:
            self = .unknown(detail: failure.detail)
        case .failed(let failure):
            self = .notPlaced(NotPlaced(throttled: false, detail: failure.detail))
        case .answer(let answer):
            self = Self.judge(answer)
        }
    }

    private static func judge(_ answer: NexmoAnswer) -> Self {
        switch PlacingTable.meaning(of: answer.status) {
        case .placed: self.placed(answer)
        case .throttled: self.notPlaced(answer, throttled: true)
        case .notPlaced: self.notPlaced(answer, throttled: false)
        case .credentials: .refused(Refusal(.credentials, detail: NexmoError(answer).sentence))
        case .credit: .refused(Refusal(.credit, detail: NexmoError(answer).sentence))
        case .creditOrCall: self.forbidden(answer)
        case .call: .refused(Refusal(.request, detail: NexmoError(answer).sentence))
        case .unknown: .unknown(detail: "\(answer.status): \(NexmoError(answer).sentence)")
        }
    }

    private static func placed(_ answer: NexmoAnswer) -> Self {
        guard let created = try? CreatedLeg(answer.body) else {
            return .unknown(detail: "The answer \(answer.status) could not be read.")
        }
        return .placed(uuid: created.uuid, conversationUUID: created.conversationUUID)
    }

    private static func notPlaced(_ answer: NexmoAnswer, throttled: Bool) -> Self {
        .notPlaced(
            NotPlaced(
                throttled: throttled,
                retryAfter: self.retryAfter(answer.retryAfter),
                detail: NexmoError(answer).sentence
            )
        )
    }

    private static func forbidden(_ answer: NexmoAnswer) -> Self {
        let error = NexmoError(answer)
        if error.isAboutCredit { return .refused(Refusal(.credit, detail: error.sentence)) }
        // Whether the account or the call is at fault was in what is missing. A call must not end
        // because the account is empty, so it is asked again.
        if answer.isCut {
            return .notPlaced(NotPlaced(throttled: false, detail: error.sentence))
        }
        return .refused(Refusal(.request, detail: error.sentence))
    }

    /// Reads seconds; a date is not looked at, for our clocks may differ.
    private static func retryAfter(_ header: String?) -> Duration? {
        guard let seconds = header.flatMap({ Int64($0) }), seconds >= 0 else { return nil }
        return .seconds(min(seconds, self.retryAfterSecondsMax))
    }
}

/// The answer to an order to ring.
private struct CreatedLeg {
    var uuid: String
    var conversationUUID: String?

    init(_ json: [UInt8]) throws(JSONError) {
        var words = LegWords()
        var reader = try JSONReader(object: json)
        while let key = try reader.nextKey() {
            if try !words.read(key, from: &reader) { try reader.skip() }
        }
        try reader.end()
        guard let uuid = words.uuid else { throw .notJSON }
        self.uuid = uuid
        self.conversationUUID = words.conversationUUID
    }
}
