internal import PromptCallCore

/// The statement that lists the calls of a filter, newest first.
///
/// What the filter says of identifiers is not in it: those are read one by one.
struct ListQuery {
    let query: SQLQuery
    let values: [SQLiteValue]

    /// By how much the time in an identifier may differ from that of the submission.
    private static let identifierSlack = Duration.seconds(60)

    init(_ page: ListPage) {
        let filter = page.filter
        var conditions: [String] = []
        var values: [SQLiteValue] = []
        func add(_ condition: String, _ value: SQLiteValue...) {
            conditions.append(condition)
            values += value
        }
        // A label's rows are in the order of the calls, so the first label leads.
        var source = "calls AS c"
        var id = "c.id"
        for (index, label) in filter.labels.enumerated() {
            let text = [SQLiteValue.text(label.name), .text(label.value)]
            if index == 0 {
                source = "labels AS l CROSS JOIN calls AS c ON c.id = l.call"
                id = "l.call"
                add("l.name = ? AND l.value = ?", text[0], text[1])
            } else {
                add(
                    "EXISTS (SELECT 1 FROM labels WHERE call = c.id AND name = ? AND value = ?)",
                    text[0],
                    text[1]
                )
            }
        }
        if let caller = filter.caller { add("c.caller = ?", .text(caller)) }
        if let to = filter.to { add("c.to_number = ?", .integer(Int64(clamping: to.value))) }
        if let requestID = filter.requestID { add("c.request_id = ?", .text(requestID)) }
        let stages = Set(filter.stages.map(\.rawValue)).sorted()
        if !stages.isEmpty { add("c.stage IN (\(Self.list(stages)))") }
        if !stages.isEmpty, filter.stages.allSatisfy({ $0 > .queued && $0 < .ended }) {
            // Word for word what the index of live calls is limited to.
            add("c.stage > 1 AND c.stage < 7")
        }
        if !filter.reasons.isEmpty {
            add("c.reason IN (\(Self.list(Set(filter.reasons.map(\.rawValue)).sorted())))")
        }
        if !filter.statuses.isEmpty {
            let reasons = CallReason.allCases.filter { filter.statuses.contains($0.status) }
            add("c.reason IN (\(Self.list(reasons.map(\.rawValue))))")
        }
        if let after = filter.submittedAfter {
            let first = CallID(time: after - Self.identifierSlack, random: (0, 0))
            add("c.submitted_at > ?", .integer(after.milliseconds))
            add("\(id) >= ?", .bytes(first.bytes))
        }
        if let before = filter.submittedBefore {
            let last = CallID(time: before + Self.identifierSlack, random: (.max, .max))
            add("c.submitted_at < ?", .integer(before.milliseconds))
            add("\(id) <= ?", .bytes(last.bytes))
        }
        if let after = page.after { add("\(id) < ?", .bytes(after.bytes)) }
        let condition =
            conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND ")) "
        self.query = SQLQuery(
            "list calls",
            "SELECT \(CallRow.columns) FROM \(source) \(condition)ORDER BY \(id) DESC LIMIT ?"
        )
        self.values = values + [.integer(Int64(page.limit))]
    }

    private static func list(_ numbers: [Int]) -> String {
        numbers.map(String.init).joined(separator: ", ")
    }
}
