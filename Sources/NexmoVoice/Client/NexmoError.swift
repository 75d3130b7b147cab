/// An error of Nexmo's, of which four shapes and none at all occur (reference, 1.3).
struct NexmoError {
    /// One sentence for a person.
    let sentence: String
    /// Whether it speaks of the account's credit.
    let isAboutCredit: Bool

    /// Members that hold a message, best first.
    private static let messages = [
        "detail", "title", "error_title", "description", "message", "msg_error",
        "error-code-label",
    ]
    /// Most invalid parameters that are named.
    private static let parametersMax = 8

    init(_ answer: NexmoAnswer) {
        let body = (try? Self.read(answer.body)) ?? (messages: [:], parameters: [])
        let reason = answer.reason.isEmpty ? "HTTP status \(answer.status)" : answer.reason
        let message = Self.messages.lazy.compactMap { body.messages[$0] }.first ?? reason
        let parameters = body.parameters.prefix(Self.parametersMax).joined(separator: "; ")
        let sentence = parameters.isEmpty ? message : "\(message): \(parameters)"
        self.sentence = String(Self.oneLine(sentence).prefix(LegWords.textMax))
        let text = String(decoding: answer.body, as: UTF8.self).lowercased()
        self.isAboutCredit = text.contains("credit") || text.contains("balance")
    }

    /// White space and control characters, each run of them, become one space.
    private static func oneLine(_ text: String) -> String {
        text.split { $0.isWhitespace || $0.unicodeScalars.contains { $0.value < 0x20 } }
            .joined(separator: " ")
    }

    private static func read(
        _ json: [UInt8]
    ) throws(JSONError) -> (messages: [String: String], parameters: [String]) {
        var messages: [String: String] = [:]
        var parameters: [String] = []
        var reader = try JSONReader(object: json)
        while let key = try reader.nextKey() {
            if key == "invalid_parameters" {
                parameters = try self.parameters(&reader)
            } else if self.messages.contains(key) {
                let text = try reader.scalar()
                messages[key] = text.flatMap { $0.isEmpty ? nil : $0 }
            } else {
                try reader.skip()
            }
        }
        try reader.end()
        return (messages, parameters)
    }

    /// Reads `{name: reason}` or `[{"name": …, "reason": …}]`.
    private static func parameters(_ reader: inout JSONReader) throws(JSONError) -> [String] {
        var parameters: [String] = []
        switch try reader.kind() {
        case .object:
            _ = try reader.enterObject()
            while let name = try reader.nextKey() {
                parameters.append(self.parameter(name, try reader.scalar()))
            }
        case .array:
            _ = try reader.enterArray()
            while try reader.nextElement() {
                var name: String?
                var reason: String?
                guard try reader.enterObject() else { continue }
                while let key = try reader.nextKey() {
                    switch key {
                    case "name": name = try reader.scalar()
                    case "reason": reason = try reader.scalar()
                    default: try reader.skip()
                    }
                }
                parameters.append(self.parameter(name ?? "a parameter", reason))
            }
        case .string, .other:
            try reader.skip()
        }
        return parameters
    }

    private static func parameter(_ name: String, _ reason: String?) -> String {
        guard let reason, !reason.isEmpty else { return name }
        return "\(name) \(reason)"
    }
}
