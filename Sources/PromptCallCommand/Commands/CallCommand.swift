import ArgumentParser
import PromptCallAPI
import SwiftProtobuf
import TTRPC

/// Submits a call and, where asked to, waits for its outcome.
struct CallCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Ring a number, say a text, ask for a PIN.",
        discussion: """
            Prints the call's tid as soon as the call is durable, before it is placed. With \
            neither --pin nor --max-digits the call is an announcement.
            """
    )

    @OptionGroup(title: "What is said")
    var text: TextOptions

    @OptionGroup(title: "What is asked")
    var entry: EntryOptions

    @OptionGroup(title: "Credentials")
    var credentials: CredentialOptions

    @OptionGroup(title: "Placing")
    var placing: PlacingOptions

    @OptionGroup(title: "Result")
    var result: ResultOptions

    @Flag(help: "Wait for the outcome, which the exit code then says.")
    var wait = false

    @Option(help: ArgumentHelp("With --wait: what to wait for. (default: ended)"))
    var until: WaitUntil?

    @Option(
        help: ArgumentHelp("With --wait: how long. (default: for ever)", valueName: "duration"),
        transform: DurationArgument.init(reading:)
    )
    var timeout: DurationArgument?

    @OptionGroup
    var common: CommonOptions

    // Words that belong to no flag are taken up here only to be refused without being repeated:
    // they may be the rest of a PIN that was not quoted.
    @Argument(help: .hidden)
    var strayWords: [String] = []

    func validate() throws {
        guard self.strayWords.isEmpty else {
            throw ValidationError("Every value follows its flag, in quotes where it has spaces.")
        }
        guard self.wait || (self.until == nil && self.timeout == nil) else {
            throw ValidationError("--until and --timeout need --wait.")
        }
    }

    func run(in session: CommandSession) async throws -> ProgramStatus {
        let request = try self.request(session.surroundings)
        return try await session.withClient { client in
            let calls = CallsClient(client)
            let response = try await calls.submit(request, options: session.promptly)
            try session.print(
                text: SubmissionText.block(response),
                json: JSONLine.submission(response)
            )
            guard self.wait else { return .ok }
            let call = try await calls.wait(
                .with {
                    $0.tid = response.tid
                    $0.until = (self.until ?? .ended).stage
                },
                options: .init(timeout: self.timeout?.duration)
            )
            try session.print(call)
            return try Outcome.exitStatus(call)
        }
    }

    private func request(
        _ surroundings: CommandSurroundings
    ) throws -> Promptcall_V1_SubmitRequest {
        var request = Promptcall_V1_SubmitRequest()
        self.text.apply(to: &request)
        try self.entry.apply(to: &request, from: surroundings)
        try self.credentials.apply(to: &request, from: surroundings)
        self.placing.apply(to: &request, now: surroundings.now())
        try self.result.apply(to: &request)
        return request
    }
}
