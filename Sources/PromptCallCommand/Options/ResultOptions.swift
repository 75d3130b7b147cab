import ArgumentParser
import PromptCallAPI

/// What the call is known by, and where its result goes.
struct ResultOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the result is sent.", valueName: "url"))
    var callback: String?

    @Option(
        help: ArgumentHelp("How the result is sent. (default: post)", valueName: "method")
    )
    var callbackMethod: Choice<Promptcall_V1_CallbackMethod>?

    @Option(
        help: ArgumentHelp("A mark of yours. (repeatable)", valueName: "name=value"),
        transform: LabelArgument.init(reading:)
    )
    var label: [LabelArgument] = []

    @Option(
        help: ArgumentHelp(
            "Makes the command safe to repeat: the same id is the same call.",
            valueName: "id"
        )
    )
    var requestID: String?

    func validate() throws {
        _ = try LabelArgument.dictionary(self.label)
        // Taken as "not stated", a repeated command would ring twice.
        if self.requestID == "" { throw ValidationError("--request-id is empty.") }
    }

    func apply(to request: inout Promptcall_V1_SubmitRequest) throws {
        request.callback = self.callback ?? ""
        request.callbackMethod = self.callbackMethod?.value ?? .unspecified
        request.labels = try LabelArgument.dictionary(self.label)
        request.requestID = self.requestID ?? ""
    }
}
