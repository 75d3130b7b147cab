internal import FoundationEssentials

/// Where the test run keeps what Nexmo was asked and told, if it does (`make test`).
package enum RecordedRequests {
    /// Names the folder, which is there.
    package static let variable = "PROMPTCALL_REQUESTS_DIR"

    /// The file of this process for a part of the tests; nil where nothing is kept.
    package static func path(_ part: String, in environment: [String: String]) -> String? {
        guard let folder = environment[self.variable], !folder.isEmpty else { return nil }
        return "\(folder)/\(part)-\(ProcessInfo.processInfo.processIdentifier).jsonl"
    }
}
