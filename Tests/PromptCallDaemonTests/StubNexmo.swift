import PromptCallCore

/// A Nexmo that takes every order.
struct StubNexmo: VoiceProvider {
    func place(
        _ placement: Placement,
        sent: @escaping @Sendable () -> Void
    ) async -> PlacementAnswer {
        sent()
        return .placed(uuid: "leg", conversationUUID: "CON-1")
    }

    func hangUp(_ leg: LegAddress) async -> HangUpAnswer { .accepted }

    func leaveMessage(_ call: ScriptedCall, on leg: LegAddress) async -> MessageAnswer { .accepted }

    func fetch(_ leg: LegAddress) async -> FetchAnswer { .failed }

    func search(_ search: LegSearch) async -> SearchAnswer { .failed }

    func render(_ directive: Directive, for scripted: ScriptedCall) -> [UInt8] {
        Array("[\"\(directive)\"]".utf8)
    }
}
