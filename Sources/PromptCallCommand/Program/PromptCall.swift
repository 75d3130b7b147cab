import ArgumentParser

/// The root of the commands.
struct PromptCall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promptcall",
        abstract: "Rings phones, says a text and asks for a PIN, through promptcalld.",
        discussion: """
            Exit codes: 0 done; with wait or call --wait, 0 ok, 1 failed, 2 error; 64 bad \
            arguments; 65 the daemon refused the input; 69 the daemon cannot be reached; 75 try \
            again; 77 not permitted; 70 anything else.
            """,
        subcommands: [
            CallCommand.self, GetCommand.self, WaitCommand.self, CancelCommand.self,
            ListCommand.self, EventsCommand.self, StatusCommand.self, MetricsCommand.self,
            DrainCommand.self, PauseCommand.self, ResumeCommand.self, BackupCommand.self,
            PreviewCommand.self,
            GuardCommand.self,
        ]
    )
}
