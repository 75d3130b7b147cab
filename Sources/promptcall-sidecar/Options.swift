import ArgumentParser
import DaemonConfiguration
import Logging

/// What `--listen` says.
struct ListenOption: ExpressibleByArgument {
    let host: String
    let port: Int

    init?(argument: String) {
        // The parser's own message names the option and shows the value.
        guard let address = try? ListenAddress(argument) else { return nil }
        self.host = address.host.text
        self.port = address.port
    }
}

/// What `--log-format` says.
enum LogFormatOption: String, ExpressibleByArgument {
    case text
    case json
}

/// What `--log-level` says.
enum LogLevelOption: String, CaseIterable, ExpressibleByArgument {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level { Logger.Level(rawValue: self.rawValue) ?? .info }
}
