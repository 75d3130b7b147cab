import PromptCallAPI
import SwiftProtobuf
import TTRPC

let tid = "019c12f0-8c00-7000-8000-000000000001"

/// The time so many seconds after 2026-01-31T09:00:00Z.
func time(_ seconds: Int64) -> Google_Protobuf_Timestamp {
    .with { $0.seconds = 1_769_850_000 + seconds }
}

func call(
    _ status: Promptcall_V1_Status,
    _ reason: Promptcall_V1_Reason
) -> Promptcall_V1_Call {
    .with {
        $0.tid = tid
        $0.to = "14155550100"
        $0.fromNumber = "14155550101"
        $0.stage = .ended
        $0.status = status
        $0.reason = reason
        $0.submittedAt = time(0)
    }
}

func refusal(_ code: RPCError.Code, _ info: Promptcall_V1_ErrorInfo) throws -> RPCError {
    RPCError(code, "As the status says.", details: [try Google_Protobuf_Any(message: info)])
}
