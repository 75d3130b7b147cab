/// The body of `POST /v1/calls`, judged as strictly as Nexmo does (reference, section 1.1).
package struct CallRequest: Equatable, Sendable {
    /// What the callee hears first.
    package enum Beginning: Equatable, Sendable {
        case ncco([NCCOAction])
        case answerWebhook(WebhookAddress)
    }

    /// Digits without plus.
    package var to: String
    /// Digits without plus.
    package var from: String
    package var beginning: Beginning
    /// Nil: no events are sent, for this simulator knows no application with an event URL.
    package var events: WebhookAddress?
    package var detection: MachineDetection?
    /// Longest call after the answer, 1 to 7,200 s.
    package var lengthTimer: Duration = .seconds(7200)
    /// Longest ringing, 1 to 120 s.
    package var ringingTimer: Duration = .seconds(60)

    package init(to: String, from: String, beginning: Beginning, events: WebhookAddress?) {
        self.to = to
        self.from = from
        self.beginning = beginning
        self.events = events
    }

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - body: The JSON of the request.
    ///   - anyNumber: The caller where Nexmo is to pick one of its own.
    /// - Throws: The first ``Violation``.
    package init(body: JSON, anyNumber: String = "447700900000") throws(Violation) {
        var fields = try FieldReader(body, path: "")
        self.to = try Self.callee(from: try fields.required("to"))
        self.from = try Self.caller(&fields, anyNumber: anyNumber)
        self.beginning = try Self.beginning(&fields)
        self.events = try fields.webhook("event_url", method: "event_method", default: .post)
        let standard = try fields.string("machine_detection", oneOf: ["continue", "hangup"])
        if let advanced = fields.value("advanced_machine_detection") {
            self.detection = try MachineDetection(advanced: advanced)
        } else {
            self.detection = MachineDetection(standard: standard)
        }
        if let seconds = try fields.integer("length_timer", in: 1...7200) {
            self.lengthTimer = .seconds(seconds)
        }
        if let seconds = try fields.integer("ringing_timer", in: 1...120) {
            self.ringingTimer = .seconds(seconds)
        }
        try fields.end()
    }

    private static func callee(from value: JSON) throws(Violation) -> String {
        guard let elements = value.array else {
            throw Violation(.structure, "to", "Must be an array.")
        }
        guard elements.count == 1 else { throw Violation(.value, "to", "expected one endpoint") }
        return try Self.number(from: elements[0], path: "to[0]", isCallee: true)
    }

    private static func caller(
        _ fields: inout FieldReader,
        anyNumber: String
    ) throws(Violation) -> String {
        let isAny = try fields.bool("random_from_number") ?? false
        guard let from = fields.value("from") else {
            guard isAny else { throw Violation(.structure, "from", "Is required.") }
            return anyNumber
        }
        guard !isAny else {
            throw Violation(.value, "random_from_number", "excludes from")
        }
        return try Self.number(from: from, path: "from", isCallee: false)
    }

    private static func number(
        from value: JSON,
        path: String,
        isCallee: Bool
    ) throws(Violation) -> String {
        var fields = try FieldReader(value, path: path)
        _ = try fields.required("type")
        _ = try fields.string("type", oneOf: ["phone"])
        _ = try fields.required("number")
        let number = try fields.string("number") ?? ""
        guard PhoneDigits.isValid(number) else {
            throw Violation(.value, "number", "expected 7 to 15 digits")
        }
        if isCallee {
            _ = try fields.string("shaken")
            let keys = try fields.string("dtmfAnswer") ?? ""
            guard keys.allSatisfy({ "0123456789*#p".contains($0) }) else {
                throw Violation(.value, fields.name("dtmfAnswer"), "expected keys")
            }
        }
        try fields.end()
        return number
    }

    private static func beginning(_ fields: inout FieldReader) throws(Violation) -> Beginning {
        let answer = try fields.webhook("answer_url", method: "answer_method", default: .get)
        switch (fields.value("ncco"), answer) {
        case (nil, nil): throw Violation(.structure, "answer_url", "Is required.")
        case (.some, .some): throw Violation(.value, "answer_url", "excludes ncco")
        case (nil, .some(let answer)): return .answerWebhook(answer)
        case (.some(let value), nil):
            let actions = try NCCO.actions(from: value)
            guard !actions.isEmpty else {
                throw Violation(.value, "ncco", "expected at least one action")
            }
            return .ncco(actions)
        }
    }
}
