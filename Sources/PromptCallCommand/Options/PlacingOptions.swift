import ArgumentParser
import PromptCallAPI

/// When and how the phone is rung.
struct PlacingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Do not ring before. (RFC 3339, or a duration from now)",
            valueName: "time"
        ),
        transform: TimeArgument.init(reading:)
    )
    var notBefore: TimeArgument?

    @Option(
        help: ArgumentHelp(
            "Do not ring after. (RFC 3339, or a duration from now; default: the daemon's, 10m)",
            valueName: "time"
        ),
        transform: TimeArgument.init(reading:)
    )
    var expiresAt: TimeArgument?

    @Option(help: "Order in the queue. (default: normal)")
    var priority: Choice<Promptcall_V1_Priority>?

    @Option(
        help: ArgumentHelp("How long the phone may ring. (default: 60s)", valueName: "duration"),
        transform: DurationArgument.init(reading:)
    )
    var ringTimeout: DurationArgument?

    @Option(
        help: ArgumentHelp("Longest time from answer to end. (default: 5m)", valueName: "duration"),
        transform: DurationArgument.init(reading:)
    )
    var maxDuration: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "When Nexmo's answer to the placing was lost. (default: give-up)",
            valueName: "action"
        )
    )
    var ifPlacementUnknown: Choice<Promptcall_V1_UnknownPlacement>?

    @Option(
        help: ArgumentHelp("When a machine answers. (default: continue)", valueName: "action")
    )
    var machineAction: Choice<Promptcall_V1_MachineAction>?

    @Option(
        help: ArgumentHelp(
            "With --machine-action leave-message: what the machine is told. (default: --text)",
            valueName: "text"
        )
    )
    var machineText: String?

    @Option(help: ArgumentHelp("How often to ring again. (default: 0)", valueName: "count"))
    var maxRedials: UInt32?

    @Option(
        help: ArgumentHelp(
            "Wait before ringing again; doubles each time. (default: 60s)",
            valueName: "duration"
        ),
        transform: DurationArgument.init(reading:)
    )
    var redialWait: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "Reasons to ring again, with commas between. (default: busy,unanswered)",
            valueName: "reasons"
        )
    )
    var redialOn: [Choices<Promptcall_V1_Reason>] = []

    func apply(to request: inout Promptcall_V1_SubmitRequest, now: Duration) {
        if let time = self.notBefore { request.notBefore = time.later(than: now) }
        if let time = self.expiresAt { request.expiresAt = time.later(than: now) }
        request.priority = self.priority?.value ?? .unspecified
        if let timeout = self.ringTimeout { request.ringTimeout = timeout.message }
        if let duration = self.maxDuration { request.maxDuration = duration.message }
        request.ifPlacementUnknown = self.ifPlacementUnknown?.value ?? .unspecified
        request.machineAction = self.machineAction?.value ?? .unspecified
        request.machineText = self.machineText ?? ""
        if let count = self.maxRedials { request.redial.maxRedials = count }
        if let wait = self.redialWait { request.redial.wait = wait.message }
        if !self.redialOn.isEmpty { request.redial.on = self.redialOn.flatMap(\.values) }
    }
}
