internal import PromptCallAPI
internal import PromptCallCore
internal import SwiftProtobuf
internal import TTRPC

/// The times of a SubmitRequest, each within its range.
struct SubmitTimes {
    let request: Promptcall_V1_SubmitRequest
    let now: Timestamp
    /// The call was taken before, so `expires_at` may be over by now.
    let mayHavePassed: Bool

    /// How far ahead a call may be ordered.
    private static let aheadMax = Duration.seconds(30 * 24 * 3600)

    func inputTimeout() throws(RPCError) -> Duration {
        guard self.request.hasInputTimeout else { return .seconds(5) }
        return try Self.seconds(self.request.inputTimeout, "input_timeout", 1...10)
    }

    func ringTimeout() throws(RPCError) -> Duration {
        guard self.request.hasRingTimeout else { return .seconds(60) }
        return try Self.seconds(self.request.ringTimeout, "ring_timeout", 1...120)
    }

    func maxDuration() throws(RPCError) -> Duration {
        guard self.request.hasMaxDuration else { return .seconds(300) }
        return try Self.seconds(self.request.maxDuration, "max_duration", 10...7200)
    }

    func notBefore() throws(RPCError) -> Timestamp? {
        guard self.request.hasNotBefore else { return nil }
        let moment = try self.request.notBefore.checked("not_before")
        guard moment <= self.now + Self.aheadMax else {
            throw .invalid("not_before", "It must be at most 30 days ahead.")
        }
        return moment
    }

    func expiresAt(
        notBefore: Timestamp?,
        default: Duration
    ) throws(RPCError) -> Timestamp {
        let start = max(self.now, notBefore ?? self.now)
        guard self.request.hasExpiresAt else { return start + `default` }
        let moment = try self.request.expiresAt.checked("expires_at")
        guard moment > start || self.mayHavePassed else {
            throw .invalid("expires_at", "It must be after now and after not_before.")
        }
        return moment
    }

    private static func seconds(
        _ duration: Google_Protobuf_Duration,
        _ field: String,
        _ range: ClosedRange<Int64>
    ) throws(RPCError) -> Duration {
        guard duration.nanos == 0, range.contains(duration.seconds) else {
            throw .invalid(
                field,
                "It must be \(range.lowerBound) to \(range.upperBound) whole seconds."
            )
        }
        return .seconds(duration.seconds)
    }
}
