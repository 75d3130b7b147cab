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

    /// When the call is placed again; nil where it never is.
    func redial() throws(RPCError) -> RedialTerms? {
        let redial = self.request.redial
        guard redial.maxRedials <= Self.redialsMax else {
            throw .invalid("redial.max_redials", "It must be 0 to \(Self.redialsMax).")
        }
        var terms = RedialTerms(redialsMax: Int(redial.maxRedials))
        if redial.hasWait {
            let seconds = RedialTerms.waitMax.components.seconds
            terms.wait = try Self.seconds(redial.wait, "redial.wait", 1...seconds)
        }
        if !redial.on.isEmpty { terms.reasons = try Self.reasons(redial.on) }
        return redial.maxRedials > 0 ? terms : nil
    }

    /// Sorted, each once.
    private static func reasons(
        _ reasons: [Promptcall_V1_Reason]
    ) throws(RPCError) -> [CallReason] {
        let possible = RedialTerms.possibleReasons
        let read = reasons.compactMap { CallReason(rawValue: $0.rawValue) }
        guard read.count == reasons.count, read.allSatisfy(possible.contains) else {
            let names = possible.map { $0.name.uppercased() }.joined(separator: ", ")
            throw .invalid("redial.on", "Each must be one of \(names).")
        }
        return Set(read).sorted { $0.rawValue < $1.rawValue }
    }

    private static let redialsMax: UInt32 = 10

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
