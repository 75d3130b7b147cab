/// The settings that can be given as a flag, in the environment and in the file.
package enum LayeredSetting: CaseIterable, Hashable, Sendable {
    case socket
    case dataDirectory
    case webhookListen
    case webhookURL
    case nexmoURL
    case callsPerSecond
    case drainGrace
    case logLevel
    case logFormat

    /// Name on the command line.
    package var flag: String {
        switch self {
        case .socket: "--socket"
        case .dataDirectory: "--data-dir"
        case .webhookListen: "--webhook-listen"
        case .webhookURL: "--webhook-url"
        case .nexmoURL: "--nexmo-url"
        case .callsPerSecond: "--calls-per-second"
        case .drainGrace: "--drain-grace"
        case .logLevel: "--log-level"
        case .logFormat: "--log-format"
        }
    }

    /// Name in the environment.
    package var variable: String {
        switch self {
        case .socket: "PROMPTCALL_SOCKET"
        case .dataDirectory: "PROMPTCALL_DATA_DIR"
        case .webhookListen: "PROMPTCALL_WEBHOOK_LISTEN"
        case .webhookURL: "PROMPTCALL_WEBHOOK_URL"
        case .nexmoURL: "PROMPTCALL_NEXMO_URL"
        case .callsPerSecond: "PROMPTCALL_CALLS_PER_SECOND"
        case .drainGrace: "PROMPTCALL_DRAIN_GRACE"
        case .logLevel: "PROMPTCALL_LOG_LEVEL"
        case .logFormat: "PROMPTCALL_LOG_FORMAT"
        }
    }

    /// Full path in the YAML file.
    package var key: String {
        switch self {
        case .socket: "socket"
        case .dataDirectory: "data-dir"
        case .webhookListen: "webhook.listen"
        case .webhookURL: "webhook.url"
        case .nexmoURL: "nexmo.url"
        case .callsPerSecond: "nexmo.calls-per-second"
        case .drainGrace: "drain-grace"
        case .logLevel: "log.level"
        case .logFormat: "log.format"
        }
    }

    func text(in flags: FlagValues) -> String? {
        switch self {
        case .socket: flags.socket
        case .dataDirectory: flags.dataDirectory
        case .webhookListen: flags.webhookListen
        case .webhookURL: flags.webhookURL
        case .nexmoURL: flags.nexmoURL
        case .callsPerSecond: flags.callsPerSecond
        case .drainGrace: flags.drainGrace
        case .logLevel: flags.logLevel
        case .logFormat: flags.logFormat
        }
    }
}
