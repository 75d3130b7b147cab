package import PromptCallCore

/// Nexmo's statuses of a leg, and what each is taken for (design, "One table maps Nexmo's
/// statuses"). The table in `docs/nexmo.md` is made from it.
package enum StatusTable {
    package struct Row: Sendable {
        /// As Nexmo writes the status, all of which mean the same.
        package var names: [String]
        /// The `detail`, or the `sub_state` where there is none; empty for any other.
        package var details: [String]
        package var status: LegReport.Status

        init(_ names: String..., details: [String] = [], status: LegReport.Status) {
            self.names = names
            self.details = details
            self.status = status
        }
    }

    /// The first row that fits counts (reference, 5.3).
    package static let rows: [Row] = [
        Row("started", status: .started),
        Row("ringing", status: .ringing),
        Row("answered", status: .answered),
        Row("human", status: .human),
        Row("machine", details: ["beep_start", "beep_timeout"], status: .beep),
        Row("machine", status: .machine),
        Row("completed", status: .completed),
        Row("busy", status: .busy),
        Row("unanswered", "timeout", status: .unanswered),
        Row("cancelled", "canceled", status: .cancelled),
        Row("rejected", details: ["invalid_number"], status: .rejected(.invalidNumber)),
        Row("rejected", details: ["restricted"], status: .rejected(.restricted)),
        Row("rejected", status: .rejected(.declined)),
        Row("failed", details: ["internal_error"], status: .failed(.internalError)),
        Row("failed", status: .failed(.unreachable)),
    ]

    /// What a status means; nil for one that is not known.
    static func status(_ name: String, detail: String?) -> LegReport.Status? {
        self.rows.first { row in
            row.names.contains(name)
                && (row.details.isEmpty || detail.map(row.details.contains) ?? false)
        }?.status
    }

    /// The table as it stands in `docs/nexmo.md`, without a newline at its end.
    package static var markdown: String {
        var lines = ["| status | detail | reason of the leg |", "|---|---|---|"]
        for row in self.rows {
            let isSplit =
                row.details.isEmpty
                && self.rows.contains { other in
                    other.names == row.names && !other.details.isEmpty
                }
            let details = isSplit ? "any other" : self.quoted(row.details)
            lines.append(
                "| \(self.quoted(row.names)) | \(details) | \(self.reason(of: row.status)) |"
            )
        }
        lines.append("| anything else | | ignored, answered 204 |")
        return lines.map { $0.replacing("|  |", with: "| |") }.joined(separator: "\n")
    }

    private static func reason(of status: LegReport.Status) -> String {
        let report = LegReport(status)
        guard let reason = report.reason else {
            return report.isFinal ? "none of its own" : "none: the leg goes on"
        }
        let name = reason.name.uppercased()
        return status == .cancelled ? "\(name), unless we cancelled: CANCELLED" : name
    }

    private static func quoted(_ words: [String]) -> String {
        words.map { "`\($0)`" }.joined(separator: ", ")
    }
}
