/// The body of `PUT /v1/calls/{uuid}` (reference, section 2.3).
enum ControlRequest: Equatable, Sendable {
    case hangUp
    case transfer(CallRequest.Beginning)
    /// Mute, earmuff and their opposites, which change nothing that could be noticed here.
    case hearing

    /// - Throws: The first ``Violation``.
    init(body: JSON) throws(Violation) {
        var fields = try FieldReader(body, path: "")
        _ = try fields.required("action")
        let action = try fields.string(
            "action",
            oneOf: ["hangup", "mute", "unmute", "earmuff", "unearmuff", "transfer"]
        )
        switch action {
        case "hangup": self = .hangUp
        case "transfer":
            self = .transfer(try Self.destination(try fields.required("destination")))
        default: self = .hearing
        }
        try fields.end()
    }

    private static func destination(_ value: JSON) throws(Violation) -> CallRequest.Beginning {
        var fields = try FieldReader(value, path: "destination")
        _ = try fields.required("type")
        _ = try fields.string("type", oneOf: ["ncco"])
        let url = try fields.url("url")
        let ncco = fields.value("ncco")
        try fields.end()
        switch (ncco, url) {
        case (.some(let value), nil):
            let actions = try NCCO.actions(from: value)
            guard !actions.isEmpty else {
                throw Violation(.value, "destination.ncco", "expected at least one action")
            }
            return .ncco(actions)
        case (nil, .some(let url)):
            return .answerWebhook(WebhookAddress(url: url, method: .get))
        case (nil, nil), (.some, .some):
            throw Violation(.structure, "destination", "Needs either ncco or url.")
        }
    }
}
