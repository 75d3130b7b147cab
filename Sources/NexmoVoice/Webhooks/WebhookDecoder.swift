internal import PromptCallCore

/// Reads the body of a webhook, in one pass over its bytes.
///
/// What it is follows from its members, tested in the order of the reference, 5.4; the URL says
/// only to which turn an entry belongs, and helps where the members leave it open. Unknown
/// members and statuses are tolerated, and null is as good as absent.
package enum WebhookDecoder {
    /// Longest entry that is kept, in keys: longer than any that can be asked for.
    private static let keysMax = 32

    /// Decodes a body.
    ///
    /// Nexmo is always told to POST; the query of a GET is no body, and is refused as such.
    ///
    /// - Parameters:
    ///   - body: The bytes as they came, at most 64 KiB.
    ///   - path: What the URL said; nil for events of the application.
    /// - Returns: What it says. An entry whose turn the URL does not name is `other`.
    /// - Throws: ``WebhookError``; to be answered 400.
    package static func decode(
        _ body: [UInt8],
        at path: WebhookPath?
    ) throws(WebhookError) -> DecodedWebhook {
        let members: Members
        do {
            members = try Members(body)
        } catch {
            switch error {
            case .notJSON: throw .notJSON
            case .notAnObject: throw .notAnObject
            }
        }
        return DecodedWebhook(
            event: self.event(members, at: path),
            uuid: members.leg.uuid,
            conversationUUID: members.leg.conversationUUID,
            regionURL: members.regionURL
        )
    }

    private static func event(_ members: Members, at path: WebhookPath?) -> LegEvent {
        if members.leg.status != nil {
            return members.leg.report(.webhook).map(LegEvent.report) ?? .other
        }
        if members.isTransfer || members.isRecording { return .other }
        if let reason = members.reason { return .fault(String(reason.prefix(LegWords.textMax))) }
        if members.hasPayload {
            return self.played(members, at: path)
        }
        switch path?.kind {
        case .answer: return .opening(uuid: members.leg.uuid)
        // Also without `dtmf`: the turn is over, and the callee waits to be told more.
        case .input:
            return self.entry(members, turn: path?.turn, isRepeat: path?.again ?? false)
        case .event: return path?.played == true ? self.played(members, at: path) : .other
        case nil: return .other
        }
    }

    /// What was played, as the webhook gives back of what was told, or as its URL says.
    private static func played(_ members: Members, at path: WebhookPath?) -> LegEvent {
        if path?.message == true || members.mark == NCCO.Notify.Mark.message.rawValue {
            return .messagePlayed
        }
        let isOurs = path?.played == true || members.mark == NCCO.Notify.Mark.words.rawValue
        return isOurs ? .played : .other
    }

    private static func entry(_ members: Members, turn: Int?, isRepeat: Bool) -> LegEvent {
        guard let turn, let digits = self.digits(members.digits ?? "") else { return .other }
        return .entry(
            LegEvent.Entry(
                turn: turn,
                digits: digits,
                // Silence of which nothing is said is silence until the time ran out.
                timedOut: members.timedOut ?? digits.isEmpty,
                uuid: members.leg.uuid,
                isRepeat: isRepeat
            )
        )
    }

    /// Reads an entry; what is no key becomes `*`.
    ///
    /// Nobody can key such a character in, so it is Nexmo's oddity. (An earlier API wrote `*` as
    /// `.`.) To drop it could make a right entry of a wrong one, or silence of an entry; so it
    /// stays one key, and the entry a wrong one unless the PIN has a star there.
    private static func digits(_ text: String) -> DTMFDigits? {
        DTMFDigits(text).flatMap { $0.count <= self.keysMax ? $0 : nil }
            ?? DTMFDigits(
                String(text.prefix(self.keysMax).map { DTMFDigits(String($0)) == nil ? "*" : $0 })
            )
    }
}

/// The members of a webhook that matter.
private struct Members {
    var leg = LegWords()
    var isTransfer = false
    var isRecording = false
    var reason: String?
    var regionURL: String?
    var hasPayload = false
    var mark: String?
    var digits: String?
    var timedOut: Bool?

    init(_ body: [UInt8]) throws(JSONError) {
        var reader = try JSONReader(object: body)
        while let key = try reader.nextKey() {
            switch key {
            case "type": self.isTransfer = try reader.scalar() == "transfer" || self.isTransfer
            case "conversation_uuid_to":
                self.isTransfer = try reader.scalar() != nil || self.isTransfer
            case "recording_url": self.isRecording = try reader.scalar() != nil
            case "reason": self.reason = try reader.scalar()
            case "region_url": self.regionURL = try reader.scalar()
            case "payload": try self.readPayload(&reader)
            case "dtmf": try self.readDTMF(&reader)
            case "timed_out": self.timedOut = Self.flag(try reader.scalar())
            default:
                if try !self.leg.read(key, from: &reader) { try reader.skip() }
            }
        }
        try reader.end()
    }

    private mutating func readPayload(_ reader: inout JSONReader) throws(JSONError) {
        switch try reader.kind() {
        case .object:
            self.hasPayload = true
            _ = try reader.enterObject()
            while let key = try reader.nextKey() {
                if key == "mark" {
                    self.mark = try reader.scalar()
                } else {
                    try reader.skip()
                }
            }
        case .array:
            self.hasPayload = true
            try reader.skip()
        case .string, .other:
            self.hasPayload = try reader.scalar() != nil
        }
    }

    /// Reads both shapes: an object, and the earlier text with `timed_out` beside it.
    private mutating func readDTMF(_ reader: inout JSONReader) throws(JSONError) {
        guard try reader.kind() == .object else {
            self.digits = try reader.scalar()
            return
        }
        _ = try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "digits": self.digits = try reader.scalar()
            case "timed_out": self.timedOut = Self.flag(try reader.scalar())
            default: try reader.skip()
            }
        }
    }

    /// A boolean, or what was written instead: `1` and nothing (reference, 5.5).
    private static func flag(_ text: String?) -> Bool? {
        switch text {
        case "true", "1": true
        case "false", "0", "": false
        default: nil
        }
    }
}
