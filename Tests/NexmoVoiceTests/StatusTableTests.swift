import Foundation
import NexmoVoice
import PromptCallCore
import Testing

@Suite("StatusTable")
struct StatusTableTests {
    /// Where `docs/nexmo.md` has what is made from the table.
    private static let marks = ("<!-- made by StatusTableTests: begin -->\n", "\n<!-- end -->")

    /// The page; tests run from the package's own folder.
    private static var page: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/nexmo.md")
    }

    @Test("The page has the table; with PROMPTCALL_WRITE_DOCS set, it is written there")
    func page() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let begin = try #require(text.range(of: Self.marks.0))
        let end = try #require(
            text.range(of: Self.marks.1, range: begin.upperBound..<text.endIndex)
        )
        let table = begin.upperBound..<end.lowerBound
        if ProcessInfo.processInfo.environment["PROMPTCALL_WRITE_DOCS"] != nil {
            let written = text.replacingCharacters(in: table, with: StatusTable.markdown)
            try Data(written.utf8).write(to: Self.page)
        } else {
            #expect(
                text[table] == StatusTable.markdown,
                "docs/nexmo.md differs; write it anew with PROMPTCALL_WRITE_DOCS=1 swift test"
            )
        }
    }

    @Test("Every row is reached by what it names, and by nothing before it")
    func reached() throws {
        for row in StatusTable.rows {
            for name in row.names {
                for detail in row.details.isEmpty ? [nil, "else"] : row.details.map(Optional.some) {
                    var body = #"{"status":"\#(name)"}"#
                    if let detail { body = #"{"status":"\#(name)","detail":"\#(detail)"}"# }
                    let decoded = try WebhookDecoder.decode(Array(body.utf8), at: nil)
                    guard case .report(let report) = decoded.event else {
                        Issue.record("\(name) \(detail ?? ""): \(decoded.event)")
                        continue
                    }
                    #expect(report.status == row.status, "\(name) \(detail ?? "")")
                }
            }
        }
    }

    @Test("Every status of the reference has a row")
    func complete() {
        let names = Set(StatusTable.rows.flatMap(\.names))
        #expect(
            names.isSuperset(of: [
                "started", "ringing", "answered", "human", "machine", "busy", "cancelled",
                "unanswered", "timeout", "rejected", "failed", "completed",
            ])
        )
    }
}
