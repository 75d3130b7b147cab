import FoundationEssentials
import SwiftProtobuf

extension CommandFailure {
    /// A failure as scripts read it; members without a value are left out.
    private struct Object: Encodable {
        enum CodingKeys: String, CodingKey {
            case code
            case exitCode = "exit_code"
            case field
            case message
            case oldestCursor = "oldest_cursor"
            case reason
            case retryAfter = "retry_after"
        }

        var code: String
        var exitCode: Int32
        var field: String?
        var message: String
        var oldestCursor: String?
        var reason: String?
        var retryAfter: String?
    }

    /// The failure on one line, without a newline.
    func written(as format: OutputFormat) -> String {
        switch format {
        case .text: self.sentence
        case .json: self.object
        }
    }

    private var sentence: String {
        var text = "promptcall: "
        if !self.field.isEmpty { text += "\(self.field): " }
        text += self.message
        if let retryAfter = self.retryAfter {
            text += " (try again in \(TimeText.duration(retryAfter)))"
        }
        if !self.oldestCursor.isEmpty { text += " (oldest cursor: \(self.oldestCursor))" }
        return text.printable
    }

    private var object: String {
        let object = Object(
            code: self.code,
            exitCode: self.status.rawValue,
            field: self.field.isEmpty ? nil : self.field,
            message: self.message,
            oldestCursor: self.oldestCursor.isEmpty ? nil : self.oldestCursor,
            reason: self.reason.isEmpty ? nil : self.reason,
            retryAfter: self.retryAfter.map(TimeText.duration)
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(object) else {
            preconditionFailure("Strings and a number cannot be encoded as JSON.")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
