import PromptCallAPI

/// Writes calls for people, with the names that the API has for things.
enum CallText {
    /// Widths of all columns of a row but the last.
    private static let widths = [36, 24, 16, 9]

    /// One call with all that is known of it.
    static func block(_ call: Promptcall_V1_Call) -> String {
        var block = FieldBlock()
        block.add("tid", call.tid)
        block.add("to", call.to)
        block.add("from", call.fromNumber)
        block.add("stage", call.stage.name)
        block.add("status", call.status.name)
        block.add("reason", call.reason.name)
        block.add("detail", call.detail)
        block.add("attempts", count: call.attempts)
        block.add("digits", call.digits)
        block.add("redials", count: call.redials)
        if call.messageLeft { block.add("message_left", "yes") }
        block.add("price", Self.price(call.price))
        block.add("caller", call.caller)
        block.add("profile", call.profile)
        block.add("request_id", call.requestID)
        block.add("labels", Self.labels(call.labels))
        block.add("submitted_at", time: call.hasSubmittedAt ? call.submittedAt : nil)
        block.add("not_before", time: call.hasNotBefore ? call.notBefore : nil)
        block.add("expires_at", time: call.hasExpiresAt ? call.expiresAt : nil)
        block.add("placed_at", time: call.hasPlacedAt ? call.placedAt : nil)
        block.add("answered_at", time: call.hasAnsweredAt ? call.answeredAt : nil)
        block.add("verified_at", time: call.hasVerifiedAt ? call.verifiedAt : nil)
        block.add("ended_at", time: call.hasEndedAt ? call.endedAt : nil)
        if call.hasCallback { block.add("callback", Self.callback(call.callback)) }
        return ([block.text()] + call.legs.map(Self.leg)).joined(separator: "\n")
    }

    /// What stands above rows.
    static var rowTitles: String { Self.columns(["TID", "SUBMITTED", "TO", "STATE", "REASON"]) }

    /// One call on one line.
    static func row(_ call: Promptcall_V1_Call) -> String {
        Self.columns([
            call.tid,
            call.hasSubmittedAt ? TimeText.time(call.submittedAt) : "",
            call.to,
            Self.state(call),
            call.reason.name,
        ])
    }

    /// The status of a call that has ended, else the stage that it is at.
    static func state(_ call: Promptcall_V1_Call) -> String {
        call.status == .unspecified ? call.stage.name : call.status.name
    }

    /// Labels on one line, in the order of their names.
    static func labels(_ labels: [String: String]) -> String {
        labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }

    private static func leg(_ leg: Promptcall_V1_Leg) -> String {
        var block = FieldBlock()
        block.add("uuid", leg.uuid)
        block.add("conversation_uuid", leg.conversationUuid)
        block.add("reason", leg.reason.name)
        block.add("network", leg.network)
        block.add("duration", duration: leg.hasDuration ? leg.duration : nil)
        block.add("price", Self.price(leg.price))
        block.add("rate", leg.rate.isEmpty ? "" : "\(leg.rate) EUR a minute")
        block.add("placed_at", time: leg.hasPlacedAt ? leg.placedAt : nil)
        block.add("ringing_at", time: leg.hasRingingAt ? leg.ringingAt : nil)
        block.add("answered_at", time: leg.hasAnsweredAt ? leg.answeredAt : nil)
        block.add("ended_at", time: leg.hasEndedAt ? leg.endedAt : nil)
        let text = block.text(indent: "  ")
        return text.isEmpty ? "leg \(leg.number)" : "leg \(leg.number)\n\(text)"
    }

    private static func callback(_ callback: Promptcall_V1_Callback) -> String {
        var parts = [callback.state.name, callback.url]
        if callback.attempts > 0 { parts.append("attempts=\(callback.attempts)") }
        if callback.lastHTTPStatus > 0 { parts.append("http_status=\(callback.lastHTTPStatus)") }
        if callback.hasNextAttemptAt {
            parts.append("next_attempt_at=\(TimeText.time(callback.nextAttemptAt))")
        }
        if !callback.lastError.isEmpty { parts.append("(\(callback.lastError))") }
        return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func price(_ decimal: String) -> String {
        decimal.isEmpty ? "" : "\(decimal) EUR"
    }

    private static func columns(_ cells: [String]) -> String {
        let padded = zip(cells, Self.widths).map { $0.printable.padded(to: $1) }
        return (padded + cells.dropFirst(Self.widths.count).map(\.printable))
            .joined(separator: "  ")
    }
}
