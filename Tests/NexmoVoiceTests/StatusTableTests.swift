import Foundation
import NexmoVoice
import PromptCallCore
import Testing

@Suite("Tables of statuses")
struct StatusTableTests {
    /// The page; tests run from the package's own folder.
    private static var page: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/nexmo.md")
    }

    @Test("The page has the tables; with PROMPTCALL_WRITE_DOCS set, they are written there")
    func page() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        var written = text
        for (name, table) in [
            ("placing", PlacingTable.markdown), ("statuses", StatusTable.markdown),
        ] {
            let mark = "<!-- made by StatusTableTests, \(name): begin -->\n"
            let begin = try #require(written.range(of: mark)).upperBound
            let rest = begin..<written.endIndex
            let end = try #require(written.range(of: "\n<!-- end -->", range: rest)).lowerBound
            written.replaceSubrange(begin..<end, with: table)
        }
        if ProcessInfo.processInfo.environment["PROMPTCALL_WRITE_DOCS"] != nil {
            try Data(written.utf8).write(to: Self.page)
        } else {
            #expect(
                text == written,
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
