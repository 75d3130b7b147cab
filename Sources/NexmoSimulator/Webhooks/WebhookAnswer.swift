/// What a webhook was answered.
enum WebhookAnswer: Equatable, Sendable {
    case answered(status: Int, contentType: String, body: [UInt8])
    case none

    /// Whether a webhook that wants an NCCO is tried again (reference, section 5.6).
    var wantsAnotherTry: Bool {
        switch self {
        case .answered(let status, _, _): [429, 503, 504].contains(status)
        case .none: true
        }
    }

    /// What a leg makes of it.
    var reply: LegReply {
        switch self {
        case .none: return .undelivered(reason: "The webhook was not answered.")
        case .answered(let status, let contentType, let body):
            guard (200...205).contains(status) else {
                return .undelivered(reason: "The webhook was answered \(status).")
            }
            guard !body.isEmpty else { return .nothing }
            let type = contentType.split(separator: ";").first?.lowercased() ?? ""
            guard type == "application/json" else {
                return .unusable(reason: "The webhook's answer is not application/json.")
            }
            do {
                let value = try JSON.parse(body)
                if case .object = value { return .nothing }
                return .ncco(try NCCO.actions(from: value))
            } catch let violation as Violation {
                return .unusable(
                    reason: "The NCCO could not be used: \(violation.name): \(violation.reason)"
                )
            } catch {
                return .unusable(reason: "The webhook's answer is not JSON.")
            }
        }
    }
}
