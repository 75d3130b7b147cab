import PromptCallAPI
import SwiftProtobuf

/// Writes the answer to a submission for people.
enum SubmissionText {
    static func block(_ response: Promptcall_V1_SubmitResponse) -> String {
        var lines = ["tid: \(response.tid.printable)"]
        if response.existed { lines.append("existed: yes, request_id is that of an earlier call") }
        if response.expectedWait.seconds > 0 {
            lines.append("expected_wait: \(TimeText.duration(response.expectedWait))")
        }
        lines += response.warnings.map { "warning: \($0.printable)" }
        return lines.joined(separator: "\n")
    }
}
