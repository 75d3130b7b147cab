internal import FoundationEssentials
internal import Glibc
package import Logging

/// Writes log lines to standard error, as text or as JSON, each with one system call.
package struct StructuredLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: LogLineFormat

    package init(label: String, level: Logger.Level, format: LogLineFormat) {
        self.label = label
        self.logLevel = level
        self.format = format
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var merged = self.metadata
        if let provided = self.metadataProvider?.get() { merged.merge(provided) { $1 } }
        if let own = event.metadata { merged.merge(own) { $1 } }
        let pairs = merged.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let line = self.line(event.level, "\(event.message)", pairs)
        Self.write(line)
    }

    private func line(
        _ level: Logger.Level,
        _ message: String,
        _ pairs: [(String, String)]
    ) -> String {
        let time = Date().formatted(.iso8601.time(includingFractionalSeconds: true))
        switch self.format {
        case .text:
            let details = pairs.map { " \($0)=\(Self.quotedIfNeeded($1))" }.joined()
            return "\(time) \(level.rawValue) \(message)\(details)\n"
        case .json:
            var fields = [("time", time), ("level", level.rawValue), ("message", message)]
            fields.append(("logger", self.label))
            let members = (fields + pairs).map { "\(Self.quoted($0)):\(Self.quoted($1))" }
            return "{" + members.joined(separator: ",") + "}\n"
        }
    }

    private static func write(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            // A log that cannot be written has nobody left to tell.
            _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D && $0 != 0x7F }
        return isPlain && !text.isEmpty ? text : self.quoted(text)
    }

    /// A JSON string (RFC 8259, section 7).
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
