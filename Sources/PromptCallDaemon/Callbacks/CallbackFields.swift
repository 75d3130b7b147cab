internal import FoundationEssentials
internal import PromptCallCore

/// The fields of a callback, in the order of the contract; those without a value are left out.
struct CallbackFields: Sendable {
    private(set) var fields: [(name: String, value: String)] = []

    /// Reads the result of an ended call. Collected digits never go into a URL.
    init(_ record: CallRecord) {
        let progress = record.progress
        let leg = progress.legs.last
        self.add("to", record.terms.to.digits)
        self.add("tid", record.id.description)
        self.add("status", progress.status?.name)
        self.add("reason", progress.reason?.name)
        self.add("detail", progress.detail)
        self.add("attempts", "\(progress.attempts)")
        self.add("redials", "\(progress.redials)")
        if record.terms.callback?.method != .get { self.add("digits", record.collected?.keys) }
        let isMessageLeft = progress.messageLeft || progress.reason == .messageLeft
        self.add("message_left", isMessageLeft ? "true" : "false")
        self.add("call_uuid", leg?.uuid)
        self.add("duration", leg?.duration.map { "\($0.components.seconds)" })
        self.add("price", progress.price?.description)
        self.add("rate", leg?.rate?.description)
        self.add("network", leg?.network)
        self.add("submitted_at", Self.time(progress.submittedAt))
        self.add("answered_at", progress.answeredAt.map(Self.time))
        self.add("ended_at", progress.endedAt.map(Self.time))
        self.add("request_id", record.terms.requestID)
        for label in record.terms.labels { self.add("label.\(label.name)", label.value) }
    }

    /// As a query or a form (application/x-www-form-urlencoded).
    var form: String {
        self.fields.map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }
            .joined(separator: "&")
    }

    /// As a JSON object of strings, but for numbers and truth values.
    var json: [UInt8] {
        let members = self.fields.map { field in
            let isBare = Self.bareNames.contains(field.name)
            return Self.quoted(field.name) + ":" + (isBare ? field.value : Self.quoted(field.value))
        }
        return Array(("{" + members.joined(separator: ",") + "}").utf8)
    }

    /// Fields whose values are numbers or truth values in JSON; prices stay text, for they must not
    /// pass through binary fractions.
    private static let bareNames: Set<String> = ["attempts", "redials", "message_left", "duration"]

    private mutating func add(_ name: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        self.fields.append((name, value))
    }

    /// RFC 3339 with milliseconds, in UTC.
    private static func time(_ moment: Timestamp) -> String {
        let (seconds, rest) = moment.milliseconds.quotientAndRemainder(dividingBy: 1000)
        // A Date counts in binary fractions, which would lose a millisecond now and then.
        let text = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        return "\(text.dropLast()).\("00\(rest)".suffix(3))Z"
    }

    /// Percent-encodes all but unreserved characters (RFC 3986, section 2.3).
    private static func escaped(_ text: String) -> String {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if byte.isASCIILetterOrDigit || self.unreservedMarks.contains(byte) {
                escaped.append(byte)
            } else {
                escaped.append(UInt8(ascii: "%"))
                escaped.append(self.hexDigits[Int(byte >> 4)])
                escaped.append(self.hexDigits[Int(byte & 15)])
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    private static let unreservedMarks = Array("-._~".utf8)
    private static let hexDigits = Array("0123456789ABCDEF".utf8)

    /// A JSON string (RFC 8259, section 7).
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
