internal import CallEngine
internal import DaemonConfiguration
internal import PromptCallAPI
internal import PromptCallCore
internal import SwiftProtobuf
internal import TTRPC

/// One stream of `Subscribe`: what was asked for, and the two directions of it.
struct Subscriber {
    private let position: CallEngine.StreamPosition
    private let key: SubscriptionKey?
    private let filter: EventFilter
    private let unackedMax: Int?
    private let showsDigits: Bool

    private static let unackedRange = 1...10_000
    private static let unackedDefault = 256

    /// Reads the first message.
    ///
    /// - Throws: `RPCError` with code `invalidArgument` or `permissionDenied`.
    init(
        _ start: Promptcall_V1_SubscribeStart,
        caller: Caller,
        confine: (inout CallFilter) throws(RPCError) -> Void
    ) throws(RPCError) {
        var filter = try EventFilter(start)
        try confine(&filter.calls)
        self.filter = filter
        self.showsDigits = caller.may(.digits)
        self.position = try Self.position(start.from)
        if start.name.isEmpty {
            self.key = nil
        } else {
            guard FieldName.isValid(start.name) else {
                throw .invalid("name", "It must be 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'.")
            }
            self.key = SubscriptionKey(caller: caller.name, name: start.name)
        }
        guard start.maxUnacked != 0 else {
            self.unackedMax = self.key == nil ? nil : Self.unackedDefault
            return
        }
        guard Self.unackedRange.contains(Int(start.maxUnacked)) else {
            throw .invalid("max_unacked", "It must be at most \(Self.unackedRange.upperBound).")
        }
        self.unackedMax = Int(start.maxUnacked)
    }

    /// Sends events and takes acknowledgements until the peer half-closes.
    func run(
        _ engine: CallEngine,
        requests: TTRPCMessages<Promptcall_V1_SubscribeRequest>,
        responses: TTRPCResponseWriter<Promptcall_V1_SubscribeResponse>
    ) async throws {
        let stream: EventStream
        do throws(EngineError) {
            stream = try await engine.subscribe(
                from: self.position,
                durable: self.key,
                filter: self.filter,
                unackedMax: self.unackedMax
            )
        } catch {
            throw RPCError(error)
        }
        defer { stream.close() }
        do {
            // Whichever direction ends first ends the stream.
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.send(stream, to: responses) }
                group.addTask { try await Self.acknowledge(requests, on: stream) }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch let error as EngineError {
            throw await Self.status(of: error, engine)
        }
    }

    private func send(
        _ stream: EventStream,
        to responses: TTRPCResponseWriter<Promptcall_V1_SubscribeResponse>
    ) async throws {
        while true {
            var response = Promptcall_V1_SubscribeResponse()
            switch try await stream.next() {
            case .heartbeat(let cursor):
                response.heartbeat.cursor = cursor.description
                try await responses.send(response)
            case .events(let events):
                for event in events {
                    response.event = Promptcall_V1_Event(
                        event,
                        isDurable: self.key != nil,
                        showsDigits: self.showsDigits
                    )
                    try await responses.send(response)
                }
            }
        }
    }

    private static func acknowledge(
        _ requests: TTRPCMessages<Promptcall_V1_SubscribeRequest>,
        on stream: EventStream
    ) async throws {
        while let request = try await requests.next() {
            guard case .ack(let ack) = request.kind else {
                throw RPCError.invalid("start", "A stream is started once, by its first message.")
            }
            guard let cursor = EventCursor(ack.cursor) else {
                throw RPCError.invalid("ack.cursor", "It is not a cursor of this stream.")
            }
            stream.acknowledge(cursor)
        }
    }

    private static func position(
        _ from: Promptcall_V1_SubscribeStart.OneOf_From?
    ) throws(RPCError) -> CallEngine.StreamPosition {
        switch from {
        case nil, .position(.unspecified), .position(.latest):
            return .latest
        case .position(.earliest):
            return .earliest
        case .position(.UNRECOGNIZED):
            throw .invalid("position", "It is not a known value.")
        case .after(let text):
            guard let cursor = EventCursor(text) else {
                throw .invalid("after", "It is not a cursor that an event or heartbeat carried.")
            }
            return .after(cursor)
        }
    }

    /// An expired cursor comes with where to go on.
    private static func status(of error: EngineError, _ engine: CallEngine) async -> RPCError {
        guard error.code == .cursorExpired else { return RPCError(error) }
        var error = error
        do throws(EngineError) {
            error.oldest = try await engine.oldestCursor()
        } catch let reading {
            return RPCError(reading)
        }
        return RPCError(error)
    }
}
