import Cryptography

/// A file with one JSON line for each request: what was asked and what it got.
///
/// Without ``tellsSecrets`` it holds of a body what is known to be harmless: of numbers the last two
/// digits, of texts and keys their length, of URLs a digest. Tokens are never in it.
struct RequestLog: Sendable {
    /// Fields whose values say nothing about a call's secrets.
    private static let harmless: Set<String> = [
        "action", "advanced_machine_detection", "answer_method", "bargeIn", "beepStart",
        "beep_timeout", "behavior", "channels", "content-type", "destination", "dtmf",
        "endOnSilence", "eventMethod", "event_method", "format", "from", "language",
        "length_timer", "level", "loop", "machine_detection", "maxDigits", "mode", "ncco",
        "order", "page_size", "premium", "random_from_number", "record_index", "ringing_timer",
        "split", "status", "style", "submitOnHash", "timeOut", "timeout", "to", "type",
        "voiceName", "voice_name",
    ]
    private static let urls: Set<String> = [
        "answer_url", "eventUrl", "event_url", "streamUrl", "stream_url", "url",
    ]

    let file: SimulatorLog
    let tellsSecrets: Bool

    /// Adds a line.
    ///
    /// - Parameters:
    ///   - method: Of the request.
    ///   - path: Of the request, its query included.
    ///   - answer: What it got, and the body that was asked with.
    ///   - time: When it came.
    func write(method: String, path: String, answer: APIAnswer, at time: WallTime) {
        let asked = answer.asked.map { self.tellsSecrets ? $0 : Self.redacted($0, field: "ncco") }
        self.file.write([
            "time": .string(time.text), "method": .string(method),
            "path": .string(self.tellsSecrets ? path : Self.redacted(path)),
            "asked": asked ?? .null,
            "status": answer.isReset ? "reset" : .integer(answer.status),
            "answer": answer.status < 400 ? .null : answer.body ?? .null,
            "uuid": .text(answer.uuid),
        ])
    }

    /// The path with what Nexmo knows in it alone, without the query.
    private static func redacted(_ path: String) -> String {
        let known: Set<Substring> = ["", "v1", "calls", "talk", "stream", "dtmf", "input"]
        return path.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
            .map { known.contains($0) ? String($0) : "…" }
            .joined(separator: "/")
    }

    private static func redacted(_ value: JSON, field: String) -> JSON {
        switch value {
        case .object(let members):
            return .object(
                members.map { JSON.Member($0.name, Self.redacted($0.value, field: $0.name)) }
            )
        case .array(let elements): return .array(elements.map { Self.redacted($0, field: field) })
        case .null, .bool: return value
        case .string(let text) where field == "number": return .string("…" + text.suffix(2))
        case .string(let text) where Self.urls.contains(field):
            return .string("<url \(Hex.encode(SHA256.digest(Array(text.utf8))).prefix(16))>")
        case .string(let text) where !Self.harmless.contains(field) || text.count > 40:
            return .string("<\(text.count) characters>")
        case .number where !Self.harmless.contains(field): return "<number>"
        case .string, .number: return value
        }
    }
}
