internal import PromptCallCore

/// What Nexmo says of a leg in JSON, in a webhook or as the answer to GET; all of it optional.
struct LegWords {
    var status: String?
    var uuid: String?
    var conversationUUID: String?
    var detail: String?
    var subState: String?
    var sipCode: String?
    var disconnectedBy: String?
    var duration: String?
    var price: String?
    var rate: String?
    var network: String?

    /// Longest text of Nexmo's that is kept, in characters.
    static let textMax = 500
    /// Longest name of a leg, a conversation or a network that is kept, in characters.
    static let nameMax = 128
    /// Longest duration that is believed, in seconds.
    private static let durationSecondsMax: Int64 = 1_000_000

    /// Reads the member of this name; false where it is none of these.
    mutating func read(_ key: String, from reader: inout JSONReader) throws(JSONError) -> Bool {
        switch key {
        case "status": self.status = try reader.scalar()
        // Events of machine detection call it so (reference, 5.3).
        case "uuid", "call_uuid": self.uuid = try Self.name(&reader) ?? self.uuid
        case "conversation_uuid": self.conversationUUID = try Self.name(&reader)
        case "detail": self.detail = try reader.scalar()
        case "sub_state": self.subState = try reader.scalar()
        case "sip_code": self.sipCode = try reader.scalar()
        case "disconnected_by": self.disconnectedBy = try reader.scalar()
        case "duration": self.duration = try reader.scalar()
        case "price": self.price = try reader.scalar()
        case "rate": self.rate = try reader.scalar()
        case "network": self.network = try Self.name(&reader)
        default: return false
        }
        return true
    }

    /// The report that the words make; nil where the status is unknown.
    func report(_ source: LegReport.Source) -> LegReport? {
        guard let name = self.status,
            let status = StatusTable.status(name, detail: self.detail ?? self.subState)
        else { return nil }
        var report = LegReport(status, source: source, uuid: self.uuid)
        report.conversationUUID = self.conversationUUID
        report.disconnectedBy =
            switch self.disconnectedBy {
            case "platform": .platform
            case "user": .user
            default: nil
            }
        report.duration = self.wholeSeconds
        report.price = self.price.flatMap { Amount($0) }
        report.rate = self.rate.flatMap { Amount($0) }
        report.network = self.network
        report.detail = self.words(for: report)
        return report
    }

    /// The detail, and the answer of the callee's network where it was no success.
    private func words(for report: LegReport) -> String {
        let detail = String((self.detail ?? self.subState ?? "").prefix(Self.textMax))
        guard report.isFinal, let code = self.sipCode.flatMap({ Int($0) }),
            (300...699).contains(code)
        else { return detail }
        return detail.isEmpty ? "SIP \(code)" : "\(detail) (SIP \(code))"
    }

    /// The duration, of which parts of a second are cut off.
    private var wholeSeconds: Duration? {
        guard let whole = self.duration?.prefix(while: { $0 != "." }), let seconds = Int64(whole),
            (0...Self.durationSecondsMax).contains(seconds)
        else { return nil }
        return .seconds(seconds)
    }

    private static func name(_ reader: inout JSONReader) throws(JSONError) -> String? {
        guard let name = try reader.scalar(), !name.isEmpty else { return nil }
        return String(name.prefix(self.nameMax))
    }
}
