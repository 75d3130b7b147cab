import ArgumentParser
import PromptCallAPI
import SwiftProtobuf
import TTRPC

/// Waits for the outcome of a call.
struct WaitCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait for a call's outcome; the exit code says it: 0 ok, 1 failed, 2 error."
    )

    @Argument(help: "The call.")
    var tid: String

    @Option(help: "What to wait for.")
    var until: WaitUntil = .ended

    @Option(
        help: ArgumentHelp(
            "How long; then the exit code is 75. (default: for ever)",
            valueName: "duration"
        ),
        transform: DurationArgument.init(reading:)
    )
    var timeout: DurationArgument?

    @OptionGroup
    var common: CommonOptions

    func run(in session: CommandSession) async throws -> ProgramStatus {
        try await session.withClient { client in
            let call = try await CallsClient(client).wait(
                .with {
                    $0.tid = self.tid
                    $0.until = self.until.stage
                },
                options: .init(timeout: self.timeout?.duration)
            )
            try session.print(call)
            return try Outcome.exitStatus(call)
        }
    }
}
