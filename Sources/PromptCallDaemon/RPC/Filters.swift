internal import PromptCallAPI
internal import PromptCallCore
internal import SwiftProtobuf
internal import TTRPC

// Filters of the API as values of the core.

extension CallFilter {
    /// Most calls that a filter may name.
    private static let idsMax = 1000

    /// Reads a filter.
    ///
    /// - Throws: `RPCError` with code `invalidArgument` that names the field.
    init(_ message: Promptcall_V1_Filter) throws(RPCError) {
        self.init()
        guard message.tids.count <= Self.idsMax else {
            throw .invalid("filter.tids", "There may be at most \(Self.idsMax) tids.")
        }
        for text in message.tids {
            guard let id = CallID(text) else {
                throw .invalid("filter.tids", "A tid is the UUID that Submit returned.")
            }
            self.ids.append(id)
        }
        self.labels = message.labels.sorted { $0.key < $1.key }
            .map { CallLabel(name: $0.key, value: $0.value) }
        self.statuses = try Self.values(message.statuses, "filter.statuses")
        self.stages = try Self.values(message.stages, "filter.stages")
        self.reasons = try Self.values(message.reasons, "filter.reasons")
        if message.hasSubmittedAfter {
            self.submittedAfter = try message.submittedAfter.checked("filter.submitted_after")
        }
        if message.hasSubmittedBefore {
            self.submittedBefore = try message.submittedBefore.checked("filter.submitted_before")
        }
        if !message.to.isEmpty {
            guard let to = PhoneNumber(message.to) else {
                throw .invalid("filter.to", "It has 7 to 15 digits, the first 1 to 9.")
            }
            self.to = to
        }
        if !message.requestID.isEmpty { self.requestID = message.requestID }
        if !message.caller.isEmpty { self.caller = message.caller }
    }

    /// Values of a list, none of them unknown or unspecified.
    private static func values<Value: RawRepresentable<Int>>(
        _ messages: [some SwiftProtobuf.Enum],
        _ field: String
    ) throws(RPCError) -> [Value] {
        var values: [Value] = []
        for message in messages {
            guard let value = Value(rawValue: message.rawValue) else {
                throw .invalid(field, "It holds a value that is unknown or UNSPECIFIED.")
            }
            values.append(value)
        }
        return values
    }
}

extension EventFilter {
    /// Reads which events are meant: by default those of kind ENDED.
    ///
    /// - Throws: `RPCError` with code `invalidArgument` that names the field.
    init(_ start: Promptcall_V1_SubscribeStart) throws(RPCError) {
        self.init(calls: try CallFilter(start.filter))
        guard !start.kinds.isEmpty else { return }
        self.kinds = []
        for message in start.kinds {
            guard let kind = CallEvent.Kind(rawValue: message.rawValue) else {
                throw .invalid("kinds", "It holds a value that is unknown or UNSPECIFIED.")
            }
            if !self.kinds.contains(kind) { self.kinds.append(kind) }
        }
    }
}

extension Google_Protobuf_Timestamp {
    /// The years 1 to 9999, as the message's own definition has it.
    private static let secondsRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// The moment, cut to milliseconds.
    func checked(_ field: String) throws(RPCError) -> Timestamp {
        guard Self.secondsRange.contains(self.seconds), (0..<1_000_000_000).contains(self.nanos)
        else { throw .invalid(field, "It is not a point in time.") }
        return Timestamp(milliseconds: self.seconds * 1000 + Int64(self.nanos) / 1_000_000)
    }
}
