import Foundation
import Logging
import Testing

@testable import StructuredLog

@Suite("Log lines")
struct StructuredLogHandlerTests {
    private struct Fault: Error, CustomStringConvertible {
        let description = "it \"broke\""
    }

    private func line(
        _ format: LogLineFormat,
        _ message: Logger.Message,
        error: (any Error)? = nil,
        _ metadata: Logger.Metadata = [:],
        _ change: (inout StructuredLogHandler) -> Void = { _ in }
    ) -> String {
        var handler = StructuredLogHandler(label: "test", level: .info, format: format)
        change(&handler)
        let event = LogEvent(
            level: .warning,
            message: message,
            error: error,
            metadata: metadata,
            source: "tests",
            file: #fileID,
            function: #function,
            line: #line
        )
        return handler.line(for: event, at: Date(timeIntervalSince1970: 1_772_442_845.25))
    }

    private func object(_ line: String) throws -> [String: String] {
        #expect(line.hasSuffix("}\n"))
        #expect(line.count { $0 == "\n" } == 1)
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(object as? [String: String])
    }

    @Test("JSON is one object a line, whatever is in it")
    func json() throws {
        let odd = "\"\\/\n\r\t\u{0}\u{1F}\u{7F}\u{2028}é"
        let fields = try object(line(.json, "\(odd)", ["key \(odd)": "\(odd)"]))
        #expect(
            fields == [
                "time": "2026-03-02T09:14:05.250Z", "level": "warning", "message": odd,
                "logger": "test", "key \(odd)": odd,
            ]
        )
    }

    @Test("Metadata does not repeat the line's own fields in JSON")
    func ownFields() throws {
        let text = line(.json, "hello", ["message": "other", "level": "x", "a": "b"])
        #expect(text.components(separatedBy: "\"message\":").count == 2)
        let fields = try object(text)
        #expect(fields["message"] == "hello")
        #expect(fields["level"] == "warning")
        #expect(fields["a"] == "b")
    }

    @Test("Text has its values quoted where they must be")
    func text() {
        let text = line(
            .text,
            "hello there",
            ["b": "plain", "a": "two words", "c": "", "d": "x=y"]
        )
        #expect(
            text == "2026-03-02T09:14:05.250Z warning hello there a=\"two words\" b=plain c=\"\" "
                + "d=\"x=y\"\n"
        )
    }

    @Test("No message makes a second line of its own")
    func oneLine() {
        let text = line(.text, "hello\n2026 error forged")
        #expect(text == "2026-03-02T09:14:05.250Z warning \"hello\\n2026 error forged\"\n")
    }

    @Test("An error that comes with the line is told", arguments: [true, false])
    func error(isJSON: Bool) throws {
        if isJSON {
            #expect(try object(line(.json, "hello", error: Fault()))["error"] == "it \"broke\"")
        } else {
            #expect(line(.text, "a", error: Fault()).hasSuffix(" a error=\"it \\\"broke\\\"\"\n"))
        }
    }

    @Test("The line's metadata wins over the provider's, and that over the handler's")
    func precedence() throws {
        let text = line(.json, "hello", ["c": "line"]) { handler in
            handler[metadataKey: "a"] = "handler"
            handler[metadataKey: "b"] = "handler"
            handler[metadataKey: "c"] = "handler"
            handler.metadataProvider = Logger.MetadataProvider {
                ["b": "provider", "c": "provider"]
            }
        }
        let fields = try object(text)
        #expect(fields["a"] == "handler")
        #expect(fields["b"] == "provider")
        #expect(fields["c"] == "line")
    }
}
