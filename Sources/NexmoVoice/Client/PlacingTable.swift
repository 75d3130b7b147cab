/// What the HTTP status of Nexmo's answer means for an order to ring (design, "Placing"). The table
/// in `docs/nexmo.md` is made from it.
package enum PlacingTable {
    enum Meaning: Sendable {
        case placed
        /// Surely not placed, and the account's rate is too high.
        case throttled
        /// Surely not placed, through no fault of the call.
        case notPlaced
        /// The token, also a fresh one.
        case credentials
        /// The account has no credit.
        case credit
        /// The body tells the account's fault from the call's.
        case creditOrCall
        /// Something about this call.
        case call
        /// The phone may or may not ring.
        case unknown
    }

    /// The first row that fits counts (reference, 1.3).
    private static let rows: [(statuses: ClosedRange<Int>, meaning: Meaning)] = [
        (200...299, .placed), (401...401, .credentials), (402...402, .credit),
        (403...403, .creditOrCall), (408...408, .notPlaced), (429...429, .throttled),
        (400...499, .call),
    ]

    static func meaning(of status: Int) -> Meaning {
        self.rows.first { $0.statuses.contains(status) }?.meaning ?? .unknown
    }

    /// The table as it stands in `docs/nexmo.md`, without a newline at its end.
    package static var markdown: String {
        let head = ["| Nexmo's answer to a placing | taken as |", "|---|---|"]
        let failed = [
            "| no connection, no TLS, or failed before anything of the request was written "
                + "| surely not placed: again after 5 s |"
        ]
        let answered = self.rows.flatMap { row in
            self.words(of: row.meaning).map { kind, taken in
                "| \(self.name(of: row.statuses))\(kind) | \(taken) |"
            }
        }
        let unknown = self.words(of: .unknown).map { "| \($0) | \($1) |" }
        return (head + failed + answered + unknown).joined(separator: "\n")
    }

    private static func name(of statuses: ClosedRange<Int>) -> String {
        switch (statuses.lowerBound, statuses.count) {
        case (let status, 1): "\(status)"
        case (200, _): "2xx"
        case (let first, _): "any other \(first / 100)xx"
        }
    }

    /// What stands behind the status in the table, and what it is taken as.
    private static func words(of meaning: Meaning) -> [(kind: String, taken: String)] {
        switch meaning {
        case .placed:
            [(" with a `uuid`", "placed")]
        case .credentials:
            [
                (
                    ", profile",
                    "the profile is stopped, with one probe a minute; the call waits until `expires_at`"
                ), (", own credentials", "CREDENTIALS_REFUSED"),
            ]
        case .credit:
            [(", profile", "as 401 of a profile"), (", own credentials", "REFUSED_BY_NEXMO")]
        case .creditOrCall:
            [
                (" whose body speaks of credit or balance", "as 402"),
                (" whose body broke off without such a word", "as 408"),
                (" else", "REFUSED_BY_NEXMO"),
            ]
        case .notPlaced:
            [("", "surely not placed: again after 5 s")]
        case .throttled:
            [
                (
                    "",
                    "surely not placed: again after `Retry-After` (seconds, at most 60) or 1 s; the "
                        + "account's rate is halved and grows back"
                )
            ]
        case .call:
            [("", "REFUSED_BY_NEXMO")]
        case .unknown:
            [
                (
                    "a timeout, a reset, 5xx, anything else, or 2xx that cannot be read",
                    "unknown"
                )
            ]
        }
    }
}
