/// Reads NCCOs as strictly as Nexmo (reference, section 4).
package enum NCCO {
    /// Most characters of a talk, tags not counted.
    static let talkCharactersMax = 1500
    /// Most actions taken in one NCCO; Nexmo documents no limit.
    static let actionsMax = 100

    /// Reads an NCCO. An empty one is a list of no actions; what that means depends on its place.
    ///
    /// - Throws: The first ``Violation``.
    package static func actions(from value: JSON) throws(Violation) -> [NCCOAction] {
        guard let elements = value.array else {
            throw Violation(.structure, "ncco", "Must be an array.")
        }
        guard elements.count <= Self.actionsMax else {
            throw Violation(.value, "ncco", "expected at most \(Self.actionsMax) actions")
        }
        var actions: [NCCOAction] = []
        for (index, element) in elements.enumerated() {
            actions.append(try Self.action(from: element, path: "ncco[\(index)]"))
        }
        try Self.checkOrder(of: actions)
        return actions
    }

    /// What interruptible speech is followed by: more speech or an input (section 4.5).
    private static func checkOrder(of actions: [NCCOAction]) throws(Violation) {
        for (index, action) in actions.enumerated() where action.isInterruptible {
            let isLegal =
                switch actions.dropFirst(index + 1).first {
                case .talk, .stream, .input: true
                case .notify, .wait, .record, .unsupported, nil: false
                }
            guard isLegal else {
                throw Violation(.value, "ncco[\(index)].bargeIn", "must be followed by input")
            }
        }
    }

    private static func action(from value: JSON, path: String) throws(Violation) -> NCCOAction {
        var fields = try FieldReader(value, path: path)
        _ = try fields.required("action")
        let name = try fields.string("action") ?? ""
        switch name {
        case "talk": return try Self.talk(&fields)
        case "stream": return try Self.stream(&fields)
        case "input": return try Self.input(&fields)
        case "notify": return try Self.notify(&fields)
        case "wait":
            let seconds = try fields.number("timeout", in: 0.1...7200) ?? 10
            try fields.end()
            return .wait(.milliseconds(Int64(seconds * 1000)))
        case "record": return try Self.record(&fields)
        case "connect", "conversation", "transfer", "pay": return .unsupported(name)
        default: throw Violation(.value, fields.name("action"), "is not a known action")
        }
    }

    private static func talk(_ fields: inout FieldReader) throws(Violation) -> NCCOAction {
        _ = try fields.required("text")
        let text = try fields.string("text") ?? ""
        // A text of nothing but a break has no words and is legal.
        let words = SpokenText.words(of: text)
        guard !text.isEmpty, words.count <= Self.talkCharactersMax else {
            throw Violation(.value, fields.name("text"), "expected 1 to 1500 characters")
        }
        let bargeIn = try fields.bool("bargeIn") ?? false
        let loop = try fields.integer("loop", in: 0...Int.max) ?? 1
        _ = try fields.number("level", in: -1...1, orText: true)
        _ = try fields.string("language")
        _ = try fields.integer("style", in: 0...Int.max)
        _ = try fields.bool("premium")
        _ = try fields.string("voiceName")
        try fields.end()
        return .talk(NCCOAction.Talk(words, bargeIn: bargeIn, loop: loop))
    }

    private static func stream(_ fields: inout FieldReader) throws(Violation) -> NCCOAction {
        _ = try fields.required("streamUrl")
        _ = try fields.url("streamUrl")
        let bargeIn = try fields.bool("bargeIn") ?? false
        let loop = try fields.integer("loop", in: 0...Int.max) ?? 1
        _ = try fields.number("level", in: -1...1, orText: true)
        try fields.end()
        return .stream(NCCOAction.Stream(bargeIn: bargeIn, loop: loop))
    }

    private static func input(_ fields: inout FieldReader) throws(Violation) -> NCCOAction {
        if try fields.string("mode", oneOf: ["synchronous", "asynchronous"]) == "asynchronous" {
            return .unsupported("input, asynchronous")
        }
        let webhook = try fields.webhook("eventUrl", method: "eventMethod", default: .post)
        var input = NCCOAction.Input(webhook: webhook)
        if let type = fields.value("type") {
            let names = type.array?.compactMap(\.string) ?? []
            guard !names.isEmpty, names.count == type.array?.count,
                names.allSatisfy({ ["dtmf", "speech"].contains($0) })
            else {
                throw Violation(.structure, fields.name("type"), "Must list dtmf and speech only.")
            }
            input.takesKeys = names.contains("dtmf")
            if let dtmf = fields.value("dtmf") {
                var settings = try FieldReader(dtmf, path: fields.name("dtmf"))
                try Self.keySettings(&settings, timeOutMax: 10, into: &input)
                try settings.end()
            }
            if let speech = fields.value("speech") { _ = try FieldReader(speech, path: "speech") }
        } else {
            input.isLegacy = true
            try Self.keySettings(&fields, timeOutMax: 30, into: &input)
        }
        try fields.end()
        return .input(input)
    }

    private static func keySettings(
        _ fields: inout FieldReader,
        timeOutMax: Int,
        into input: inout NCCOAction.Input
    ) throws(Violation) {
        input.timeOut = .seconds(try fields.integer("timeOut", in: 0...timeOutMax) ?? 3)
        input.maxDigits = try fields.integer("maxDigits", in: 1...20) ?? 4
        input.submitOnHash = try fields.bool("submitOnHash") ?? false
    }

    private static func notify(_ fields: inout FieldReader) throws(Violation) -> NCCOAction {
        let payload = try fields.required("payload")
        guard case .object = payload else {
            throw Violation(.structure, fields.name("payload"), "Must be an object.")
        }
        _ = try fields.required("eventUrl")
        let webhook = try fields.webhook("eventUrl", method: "eventMethod", default: .post)
        try fields.end()
        guard let webhook else {
            throw Violation(.structure, fields.name("eventUrl"), "Is required.")
        }
        return .notify(NCCOAction.Notify(payload: payload, webhook: webhook))
    }

    private static func record(_ fields: inout FieldReader) throws(Violation) -> NCCOAction {
        let format = try fields.string("format", oneOf: ["mp3", "wav", "ogg"])
        _ = try fields.string("split", oneOf: ["conversation"])
        _ = try fields.integer("channels", in: 1...32)
        let silence = try fields.integer("endOnSilence", in: 3...10)
        let key = try fields.string("endOnKey")
        let timeOut = try fields.integer("timeOut", in: 3...7200)
        _ = try fields.bool("beepStart")
        _ = fields.value("transcription")
        let webhook = try fields.webhook("eventUrl", method: "eventMethod", default: .post)
        try fields.end()
        if let key, key.count != 1 || !"0123456789*#".contains(key) {
            throw Violation(.value, fields.name("endOnKey"), "expected one key")
        }
        // Nobody speaks or presses the key here, so silence or time ends it.
        let seconds = silence ?? timeOut ?? (key == nil ? nil : 7200)
        return .record(
            NCCOAction.Record(
                length: seconds.map { .seconds($0) },
                format: format ?? "mp3",
                webhook: webhook
            )
        )
    }
}
