package import Logging

/// Settings of the log (key `log`).
package struct LogConfiguration: Equatable, Sendable {
    /// Least level that is written. Key `level`, default `info`.
    package var level: Logger.Level
    /// Key `format`; nil where nothing was said: `text` on a terminal, else `json`.
    package var format: LogFormat?

    package init(level: Logger.Level = .info, format: LogFormat? = nil) {
        self.level = level
        self.format = format
    }

    /// The format to write, with the default applied.
    package func format(onTerminal: Bool) -> LogFormat {
        self.format ?? (onTerminal ? .text : .json)
    }
}
