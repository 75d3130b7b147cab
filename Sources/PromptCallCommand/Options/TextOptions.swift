import ArgumentParser
import PromptCallAPI

/// What is said to whom.
struct TextOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The number to ring, in E.164.", valueName: "number"))
    var to: String

    @Option(
        help: ArgumentHelp(
            "A number of the Nexmo account. (default: the profile's own)",
            valueName: "number"
        )
    )
    var from: String?

    @Option(help: "What is said when the call is answered; SSML where it starts with <speak>.")
    var text: String

    @Option(help: ArgumentHelp("What is said after the right PIN.", valueName: "text"))
    var bye: String?

    @Option(
        help: ArgumentHelp(
            "What is said after a wrong entry that may be retried. (default: --text)",
            valueName: "text"
        )
    )
    var failed: String?

    @Option(help: ArgumentHelp("How often --text is said in one round. (default: 1)"))
    var `repeat`: Count?

    @Option(help: ArgumentHelp("BCP 47 language. (default: en-US)", valueName: "tag"))
    var language: String?

    @Option(help: ArgumentHelp("Number of the voice's style. (default: 0)"))
    var style: UInt32?

    @Flag(help: "Use a premium voice.")
    var premium = false

    func apply(to request: inout Promptcall_V1_SubmitRequest) {
        request.to = self.to
        request.fromNumber = self.from ?? ""
        request.text = self.text
        request.byeText = self.bye ?? ""
        request.failedText = self.failed ?? ""
        request.repeat = self.repeat?.value ?? 0
        guard self.language != nil || self.style != nil || self.premium else { return }
        request.voice.language = self.language ?? ""
        request.voice.style = self.style ?? 0
        request.voice.premium = self.premium
    }
}
