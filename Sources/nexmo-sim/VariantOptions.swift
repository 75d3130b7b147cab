import ArgumentParser
import NexmoSimulator

/// The flags for what differs between Nexmo's applications, regions and years.
struct VariantOptions: ParsableArguments {
    @Option(help: "Shape of webhooks: current or older. (default: current)")
    var webhookShape: WebhookShape?

    @Option(
        help: """
            Where the time of an input behind interruptible speech starts: prompt-end or \
            prompt-start. (default: prompt-end)
            """
    )
    var bargeInTimer: BargeInTimer?

    @Option(
        name: .customLong("fallback-url"),
        help: ArgumentHelp("The application's fallback URL.", valueName: "url")
    )
    var fallbackURL: String?

    @Option(
        name: .customLong("event-url"),
        help: ArgumentHelp(
            "The application's event URL, for error events and calls that name none.",
            valueName: "url"
        )
    )
    var eventURL: String?

    @Option(
        help: ArgumentHelp(
            "Host name under which calls live; requests for them by another get 404.",
            valueName: "name"
        )
    )
    var regionHost: String?

    func validate() throws {
        for (flag, url) in [("--fallback-url", self.fallbackURL), ("--event-url", self.eventURL)] {
            guard let url else { continue }
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw ValidationError("\(flag) must begin with http:// or https://.")
            }
        }
    }

    /// Sets what was given.
    func lay(over settings: inout SimulatorConfiguration) {
        if let shape = self.webhookShape { settings.webhookShape = shape }
        if let timer = self.bargeInTimer { settings.bargeInTimer = timer }
        if let url = self.fallbackURL { settings.fallbackURL = url }
        if let url = self.eventURL { settings.eventURL = url }
        if let host = self.regionHost { settings.regionHost = host }
    }
}

extension WebhookShape: ExpressibleByArgument {}
extension BargeInTimer: ExpressibleByArgument {}
