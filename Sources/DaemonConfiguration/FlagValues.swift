/// The flags of `promptcalld` as they stood on the command line; nil where one was not given.
package struct FlagValues: Equatable, Sendable {
    /// `--config`
    package var configPath: String?
    /// `--socket`
    package var socket: String?
    /// `--data-dir`
    package var dataDirectory: String?
    /// `--webhook-listen`
    package var webhookListen: String?
    /// `--webhook-url`
    package var webhookURL: String?
    /// `--nexmo-url`
    package var nexmoURL: String?
    /// `--calls-per-second`
    package var callsPerSecond: String?
    /// `--drain-grace`
    package var drainGrace: String?
    /// `--log-level`
    package var logLevel: String?
    /// `--log-format`
    package var logFormat: String?

    package init(
        configPath: String? = nil,
        socket: String? = nil,
        dataDirectory: String? = nil,
        webhookListen: String? = nil,
        webhookURL: String? = nil,
        nexmoURL: String? = nil,
        callsPerSecond: String? = nil,
        drainGrace: String? = nil,
        logLevel: String? = nil,
        logFormat: String? = nil
    ) {
        self.configPath = configPath
        self.socket = socket
        self.dataDirectory = dataDirectory
        self.webhookListen = webhookListen
        self.webhookURL = webhookURL
        self.nexmoURL = nexmoURL
        self.callsPerSecond = callsPerSecond
        self.drainGrace = drainGrace
        self.logLevel = logLevel
        self.logFormat = logFormat
    }
}
