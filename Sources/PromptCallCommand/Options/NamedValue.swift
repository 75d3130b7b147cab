import PromptCallAPI

/// An enum of the API whose values have short names, on the command line and in text.
protocol NamedValue: Hashable, Sendable {
    /// Every value that can be stated, with its name: that of the API without its prefix, in lower
    /// case.
    static var names: [(value: Self, name: String)] { get }

    /// The number on the wire.
    var rawValue: Int { get }
}

extension NamedValue {
    /// The short name; empty for "unspecified", the number for what this program does not know.
    var name: String {
        if let name = Self.names.first(where: { $0.value == self })?.name { return name }
        return self.rawValue == 0 ? "" : "\(self.rawValue)"
    }
}

extension Promptcall_V1_Priority: NamedValue {
    static let names: [(value: Self, name: String)] = [
        (.urgent, "urgent"), (.normal, "normal"), (.bulk, "bulk"),
    ]
}

extension Promptcall_V1_UnknownPlacement: NamedValue {
    static let names: [(value: Self, name: String)] = [
        (.giveUp, "give_up"), (.ringAgain, "ring_again"),
    ]
}

extension Promptcall_V1_CallbackMethod: NamedValue {
    static let names: [(value: Self, name: String)] = [
        (.get, "get"), (.post, "post"), (.postJson, "post_json"),
    ]
}

extension Promptcall_V1_MachineAction: NamedValue {
    static let names: [(value: Self, name: String)] = [
        (.continue, "continue"), (.hangUp, "hang_up"), (.leaveMessage, "leave_message"),
    ]
}

extension Promptcall_V1_Status: NamedValue {
    static let names: [(value: Self, name: String)] = [
        (.ok, "ok"), (.failed, "failed"), (.error, "error"),
    ]
}

extension Promptcall_V1_Stage: NamedValue {
    static let names: [(value: Self, name: String)] = [
        (.queued, "queued"), (.placing, "placing"), (.started, "started"), (.ringing, "ringing"),
        (.answered, "answered"), (.verified, "verified"), (.ended, "ended"),
    ]
}

extension Promptcall_V1_Reason: NamedValue {
    static let names: [(value: Self, name: String)] = [
        (.pinMatched, "pin_matched"), (.digitsCollected, "digits_collected"),
        (.announced, "announced"), (.messageLeft, "message_left"),
        (.attemptsExhausted, "attempts_exhausted"), (.hungUp, "hung_up"), (.noInput, "no_input"),
        (.machine, "machine"), (.busy, "busy"), (.unanswered, "unanswered"),
        (.rejected, "rejected"), (.unreachable, "unreachable"), (.cancelled, "cancelled"),
        (.expired, "expired"), (.credentialsRefused, "credentials_refused"),
        (.credentialsLost, "credentials_lost"), (.refusedByNexmo, "refused_by_nexmo"),
        (.nexmoUnavailable, "nexmo_unavailable"), (.lost, "lost"), (.interrupted, "interrupted"),
        (.guard, "guard"), (.internal, "internal"),
    ]
}

extension Promptcall_V1_EventKind: NamedValue {
    static let names: [(value: Self, name: String)] = [
        (.queued, "queued"), (.placed, "placed"), (.ringing, "ringing"), (.answered, "answered"),
        (.digits, "digits"), (.verified, "verified"), (.redial, "redial"), (.ended, "ended"),
        (.callback, "callback"), (.billed, "billed"),
    ]
}

extension Promptcall_V1_Callback.State: NamedValue {
    static let names: [(value: Self, name: String)] = [
        (.waiting, "waiting"), (.delivered, "delivered"), (.abandoned, "abandoned"),
    ]
}

extension Promptcall_V1_Position: NamedValue {
    static let names: [(value: Self, name: String)] = [
        (.latest, "latest"), (.earliest, "earliest"),
    ]
}
