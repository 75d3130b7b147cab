import ArgumentParser
import PromptCallAPI
import SwiftProtobuf

/// Which calls are meant; what is stated must all match.
struct FilterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Calls with this mark. (repeatable)", valueName: "name=value"),
        transform: LabelArgument.init(reading:)
    )
    var label: [LabelArgument] = []

    @Option(help: ArgumentHelp("Ended with one of these, with commas between.", valueName: "list"))
    var status: [Choices<Promptcall_V1_Status>] = []

    @Option(help: ArgumentHelp("At one of these stages.", valueName: "list"))
    var stage: [Choices<Promptcall_V1_Stage>] = []

    @Option(help: ArgumentHelp("Ended for one of these reasons.", valueName: "list"))
    var reason: [Choices<Promptcall_V1_Reason>] = []

    @Option(
        help: ArgumentHelp("Submitted after. (RFC 3339, or a duration back)", valueName: "time"),
        transform: TimeArgument.init(reading:)
    )
    var since: TimeArgument?

    @Option(
        help: ArgumentHelp("Submitted before. (RFC 3339, or a duration back)", valueName: "time"),
        transform: TimeArgument.init(reading:)
    )
    var before: TimeArgument?

    @Option(help: ArgumentHelp("To this number.", valueName: "number"))
    var to: String?

    @Option(help: ArgumentHelp("Submitted with this id.", valueName: "id"))
    var requestID: String?

    @Option(
        help: ArgumentHelp("Of this caller; needs the permission read-all.", valueName: "name")
    )
    var caller: String?

    /// Whether every call matches.
    var isEmpty: Bool {
        self.label.isEmpty && self.status.isEmpty && self.stage.isEmpty && self.reason.isEmpty
            && self.since == nil && self.before == nil && self.to == nil && self.requestID == nil
            && self.caller == nil
    }

    func validate() throws {
        _ = try LabelArgument.dictionary(self.label)
        // Taken as "not stated", they would match every call.
        if self.to == "" { throw ValidationError("--to is empty.") }
        if self.requestID == "" { throw ValidationError("--request-id is empty.") }
        if self.caller == "" { throw ValidationError("--caller is empty.") }
    }

    func message(now: Duration) throws -> Promptcall_V1_Filter {
        try .with {
            $0.labels = try LabelArgument.dictionary(self.label)
            $0.statuses = self.status.flatMap(\.values)
            $0.stages = self.stage.flatMap(\.values)
            $0.reasons = self.reason.flatMap(\.values)
            if let time = self.since { $0.submittedAfter = time.earlier(than: now) }
            if let time = self.before { $0.submittedBefore = time.earlier(than: now) }
            $0.to = self.to ?? ""
            $0.requestID = self.requestID ?? ""
            $0.caller = self.caller ?? ""
        }
    }
}
