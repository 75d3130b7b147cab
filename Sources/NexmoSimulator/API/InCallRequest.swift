/// What is asked of the middle of a call: `…/{uuid}/talk`, `stream` and `dtmf` (reference,
/// section 2.4). The callee does not hear it here.
enum InCallRequest: String, CaseIterable, Sendable {
    case talk
    case stream
    case dtmf
    /// `…/{uuid}/input/dtmf`.
    case inputDTMF = "input/dtmf"

    /// Whether it can be ended by a DELETE.
    var isStoppable: Bool { self != .dtmf }

    /// What a success says.
    func message(isStopped: Bool) -> String {
        switch self {
        case .talk: isStopped ? "Talk stopped" : "Talk started"
        case .stream: isStopped ? "Stream stopped" : "Stream started"
        case .dtmf: "DTMF sent"
        case .inputDTMF: isStopped ? "DTMF capture stopped" : "DTMF capture started"
        }
    }

    /// Judges the body of a PUT.
    ///
    /// - Throws: The first ``Violation``.
    func check(_ body: JSON) throws(Violation) {
        var fields = try FieldReader(body, path: "")
        switch self {
        case .talk:
            let text = try fields.required("text").string ?? ""
            let length = SpokenText.words(of: text).count
            guard !text.isEmpty, length <= NCCO.talkCharactersMax else {
                throw Violation(.value, "text", "expected 1 to 1500 characters")
            }
            _ = try fields.string("language")
            _ = try fields.integer("style", in: 0...Int.max)
            _ = try fields.bool("premium")
            _ = try fields.string("voice_name")
            try Self.checkPlaying(&fields)
        case .stream:
            _ = try fields.required("stream_url")
            _ = try fields.url("stream_url")
            try Self.checkPlaying(&fields)
        case .dtmf:
            _ = try fields.required("digits")
            let digits = try fields.string("digits") ?? ""
            guard !digits.isEmpty, digits.allSatisfy({ "0123456789*#p".contains($0) }) else {
                throw Violation(.value, "digits", "expected keys")
            }
        case .inputDTMF:
            _ = try fields.required("event_url")
            _ = try fields.url("event_url")
        }
        try fields.end()
    }

    private static func checkPlaying(_ fields: inout FieldReader) throws(Violation) {
        _ = try fields.integer("loop", in: 0...Int.max)
        guard let level = try fields.string("level") else { return }
        guard let value = Double(level), (-1...1).contains(value) else {
            throw Violation(.value, "level", "expected -1 to 1")
        }
    }
}
