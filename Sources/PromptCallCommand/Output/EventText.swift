import PromptCallAPI

/// Writes events for people.
enum EventText {
    /// The longest name of a kind, `answered`.
    private static let kindWidth = 8

    /// One event on one line; its cursor is for scripts, which read JSON.
    static func line(_ event: Promptcall_V1_Event) -> String {
        let call = event.call
        var parts = [
            TimeText.time(event.time), event.kind.name.padded(to: Self.kindWidth), call.tid,
            call.to,
        ]
        for (name, value) in [
            ("status", call.status.name),
            ("reason", call.reason.name),
            ("attempts", call.attempts > 0 ? "\(call.attempts)" : ""),
            ("digits", call.digits),
            ("redials", call.redials > 0 ? "\(call.redials)" : ""),
            ("price", call.price),
            ("delivery", event.delivery > 1 ? "\(event.delivery)" : ""),
        ] where !value.isEmpty {
            parts.append("\(name)=\(value)")
        }
        parts.append(CallText.labels(call.labels))
        if !call.detail.isEmpty { parts.append("(\(call.detail))") }
        return parts.filter { !$0.isEmpty }.joined(separator: " ").printable
    }
}
