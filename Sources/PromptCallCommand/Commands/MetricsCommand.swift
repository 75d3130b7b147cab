import ArgumentParser
import PromptCallAPI

/// Prints the daemon's metrics.
struct MetricsCommand: DaemonCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Print the daemon's metrics in Prometheus' text format."
    )

    @OptionGroup
    var common: CommonOptions

    func run(in session: CommandSession) async throws -> ProgramStatus {
        try await session.withClient { client in
            let metrics = try await DaemonClient(client)
                .getMetrics(.init(), options: session.promptly)
            let text = metrics.text
            try session.print(
                text: text.hasSuffix("\n") ? String(text.dropLast()) : text,
                json: JSONLine.message(metrics)
            )
            return .ok
        }
    }
}
