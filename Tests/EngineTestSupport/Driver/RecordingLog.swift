package import Logging
internal import Synchronization

/// A log that keeps what it is told, as lines.
package final class RecordingLog: Sendable {
    private let stored = Mutex<[String]>([])

    package init() {}

    package var lines: [String] { self.stored.withLock { $0 } }

    /// A logger of every level that writes here.
    package var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let log: RecordingLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let more = (event.metadata ?? [:]).sorted { $0.key < $1.key }
            let fields = more.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            self.log.stored.withLock { $0.append("\(event.level) \(event.message) \(fields)") }
        }
    }
}
