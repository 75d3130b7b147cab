internal import CallEngine
internal import Cryptography
internal import DaemonConfiguration
internal import PromptCallAPI
internal import PromptCallCore
internal import SwiftProtobuf
internal import TTRPC

/// `promptcall.v1.Calls`: each method turns the message into values or refuses it, asks the engine
/// one thing, and turns the answer back.
struct CallsHandler: CallsService {
    let engine: CallEngine
    let callers: Callers
    let key: SealingKey
    let voices: VoiceNotices
    let now: @Sendable () -> Timestamp
    let makeCallID: @Sendable () -> CallID

    private static let batchMax = 1000
    /// How long a `request_id` counts at least (calls.proto).
    private static let requestLifetime = Duration.seconds(24 * 3600)
    private static let pageDefault = 50
    private static let pageMax = 1000
    /// Bytes of calls in a page, well below what a message may have.
    private static let pageBytesMax = 3 << 20

    func submit(
        _ request: Promptcall_V1_SubmitRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_SubmitResponse {
        let caller = try self.callers.caller(context.peer)
        try caller.require(.submit)
        let order = try await self.order(request, of: caller)
        let result = await self.engine.submit(order)
        switch try await self.retaken(result, order, of: caller) {
        case .success(let submitted):
            var response = Promptcall_V1_SubmitResponse(submitted)
            response.warnings = self.voices.warnings(of: order)
            return response
        case .failure(let error): throw RPCError(error)
        }
    }

    func submitBatch(
        _ request: Promptcall_V1_SubmitBatchRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_SubmitBatchResponse {
        let caller = try self.callers.caller(context.peer)
        try caller.require(.submit)
        guard request.calls.count <= Self.batchMax else {
            throw RPCError.invalid("calls", "There may be at most \(Self.batchMax) calls.")
        }
        var response = Promptcall_V1_SubmitBatchResponse()
        response.entries = Array(repeating: .init(), count: request.calls.count)
        var orders: [SubmitOrder] = []
        var indices: [Int] = []
        for (index, call) in request.calls.enumerated() {
            do throws(RPCError) {
                orders.append(try await self.order(call, of: caller, behind: orders))
                indices.append(index)
            } catch {
                response.entries[index].rejected = error.info
            }
        }
        let results = await self.engine.submit(orders)
        for (position, index) in indices.enumerated() {
            do throws(RPCError) {
                switch try await self.retaken(results[position], orders[position], of: caller) {
                case .success(let submitted):
                    var accepted = Promptcall_V1_SubmitResponse(submitted)
                    accepted.warnings = self.voices.warnings(of: orders[position])
                    response.entries[index].accepted = accepted
                case .failure(let error):
                    response.entries[index].rejected = RPCError(error).info
                }
            } catch {
                response.entries[index].rejected = error.info
            }
        }
        return response
    }

    func get(
        _ request: Promptcall_V1_GetRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_Call {
        let caller = try self.callers.caller(context.peer)
        try caller.require(.read)
        return self.message(try await self.visible(request.tid, to: caller), for: caller)
    }

    func list(
        _ request: Promptcall_V1_ListRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_ListResponse {
        let caller = try self.callers.caller(context.peer)
        try caller.require(.read)
        var filter = try CallFilter(request.filter)
        try self.confine(&filter, to: caller)
        guard request.pageSize <= Self.pageMax else {
            throw RPCError.invalid("page_size", "It must be at most \(Self.pageMax).")
        }
        let after = try self.pageToken(request.pageToken)
        let limit = request.pageSize == 0 ? Self.pageDefault : Int(request.pageSize)
        let records = try await self.read { () throws(EngineError) in
            try await self.engine.list(ListPage(filter: filter, after: after, limit: limit))
        }
        return try self.page(of: records, limit: limit, for: caller)
    }

    func cancel(
        _ request: Promptcall_V1_CancelRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_Call {
        let caller = try self.callers.caller(context.peer)
        try caller.require(.submit)
        let record = try await self.visible(request.tid, to: caller)
        // Who may only read another's call may not end it.
        guard record.caller == caller.name || caller.may(.admin) else {
            throw RPCError.notPermitted(Permission.admin.rawValue)
        }
        let cancelled = try await self.read { () throws(EngineError) in
            try await self.engine.cancel(record.id)
        }
        return self.message(cancelled, for: caller)
    }

    func wait(
        _ request: Promptcall_V1_WaitRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_Call {
        let caller = try self.callers.caller(context.peer)
        try caller.require(.read)
        let stage: CallStage
        switch request.until {
        case .unspecified: stage = .ended
        case .UNRECOGNIZED: throw RPCError.invalid("until", "It is not a known value.")
        default:
            // The raw values are the same, and every known one was named.
            stage = CallStage(rawValue: request.until.rawValue) ?? .ended
        }
        let record = try await self.visible(request.tid, to: caller)
        do {
            let reached = try await self.engine.wait(for: record.id, until: stage)
            return self.message(reached, for: caller)
        } catch let error as EngineError {
            throw RPCError(error)
        }
    }

    func subscribe(
        _ requests: TTRPCMessages<Promptcall_V1_SubscribeRequest>,
        responses: TTRPCResponseWriter<Promptcall_V1_SubscribeResponse>,
        context: TTRPCContext
    ) async throws {
        let caller = try self.callers.caller(context.peer)
        try caller.require(.read)
        guard let first = try await requests.next() else { return }
        guard case .start(let start) = first.kind else {
            throw RPCError.invalid("start", "The first message of a stream must start it.")
        }
        let subscriber = try Subscriber(start, caller: caller) { filter throws(RPCError) in
            try self.confine(&filter, to: caller)
        }
        try await subscriber.run(self.engine, requests: requests, responses: responses)
    }

    // MARK: - Private

    /// Reads a request; `behind` are the calls of the same batch that are not queued yet.
    private func order(
        _ request: Promptcall_V1_SubmitRequest,
        of caller: Caller,
        behind: [SubmitOrder] = []
    ) async throws(RPCError) -> SubmitOrder {
        let now = self.now()
        let wallLead = self.engine.wallLead
        let loaded = self.callers.loaded
        var reader = SubmitReader(
            request: request,
            caller: caller,
            loaded: loaded,
            now: now + wallLead
        )
        let isFull = self.isQueueFull(of: caller, behind: behind.count)
        // What is true of a new call need not be of one that was taken before.
        if isFull || reader.hasExpired {
            reader.isRepeat = try await self.isRepeat(request, of: caller, behind, at: now)
        }
        let read = try reader.read()
        try self.admit(caller)
        if isFull, !reader.isRepeat { throw self.queueFull }
        var record = CallRecord(
            id: self.makeCallID(),
            caller: caller.name,
            terms: read.terms,
            expected: read.expected,
            submittedAt: now
        )
        if let opensAt = Self.opening(for: read.terms, loaded.settings, at: now + wallLead) {
            record.timers[.ready] = opensAt - wallLead
            if !reader.isRepeat, opensAt >= read.terms.expiresAt {
                // One that was taken before is answered all the same.
                guard try await self.isRepeat(request, of: caller, behind, at: now) else {
                    throw Self.outsideWindow(opensIn: opensAt - now - wallLead)
                }
            }
        }
        return SubmitOrder(
            record: record,
            script: read.script,
            fingerprint: RequestFingerprint.make(
                read,
                statesFrom: !request.fromNumber.isEmpty,
                statesExpiry: request.hasExpiresAt,
                key: self.key
            ),
            ownCredentials: read.ownCredentials,
            isRepeat: reader.isRepeat
        )
    }

    /// When a new call's turn can come first by its profile's calling window, by the wall clock;
    /// nil where it can as soon as it may be placed at all.
    private static func opening(
        for terms: CallTerms,
        _ configuration: DaemonConfiguration,
        at now: Timestamp
    ) -> Timestamp? {
        guard terms.priority != .urgent, case .profile(let name) = terms.credentials else {
            return nil
        }
        let window = configuration.profile(named: name)?.callingWindow
        return window?.opening(at: max(terms.notBefore ?? now, now))
    }

    private static func outsideWindow(opensIn wait: Duration) -> RPCError {
        RPCError(
            .failedPrecondition,
            "OUTSIDE_CALLING_WINDOW",
            "The profile's calling window opens only after expires_at. State a later expires_at, or "
                + "the priority URGENT.",
            field: "expires_at",
            retryAfter: wait
        )
    }

    /// What is refused for what speaks against new calls may have been taken before; then it is
    /// not judged as a new one.
    private func retaken(
        _ result: Result<CallEngine.Submitted, EngineError>,
        _ order: SubmitOrder,
        of caller: Caller
    ) async throws(RPCError) -> Result<CallEngine.Submitted, EngineError> {
        guard case .failure(let error) = result, error.code.isOfNewCalls, !order.isRepeat,
            let requestID = order.record.terms.requestID
        else { return result }
        let submittedAt = order.record.progress.submittedAt
        guard try await self.isTaken(requestID, of: caller, at: submittedAt) else { return result }
        return await self.engine.submit(order.asRepeat)
    }

    private func admit(_ caller: Caller) throws(RPCError) {
        guard !self.callers.admit(caller) else { return }
        throw RPCError(
            .resourceExhausted,
            "SUBMIT_RATE",
            "This caller submits faster than its submits-per-second.",
            retryAfter: .seconds(1)
        )
    }

    private func isQueueFull(of caller: Caller, behind: Int) -> Bool {
        guard let most = caller.configuration.queuedMax else { return false }
        return self.engine.queuedCalls(of: caller.name) + behind >= most
    }

    private var queueFull: RPCError {
        RPCError(
            .resourceExhausted,
            "QUEUE_FULL",
            "This caller has as many calls queued as its queued-max allows.",
            retryAfter: max(.seconds(1), self.engine.expectedWait)
        )
    }

    /// Whether a request names a call that there is already, so that it adds none to the queue.
    ///
    /// The store has the last word on that; its answer may be ALREADY_EXISTS.
    private func isRepeat(
        _ request: Promptcall_V1_SubmitRequest,
        of caller: Caller,
        _ behind: [SubmitOrder],
        at now: Timestamp
    ) async throws(RPCError) -> Bool {
        guard !request.requestID.isEmpty else { return false }
        if behind.contains(where: { $0.record.terms.requestID == request.requestID }) {
            return true
        }
        return try await self.isTaken(request.requestID, of: caller, at: now)
    }

    /// Whether a caller has a call under a `request_id` that counts.
    private func isTaken(
        _ requestID: String,
        of caller: Caller,
        at now: Timestamp
    ) async throws(RPCError) -> Bool {
        var filter = CallFilter()
        filter.caller = caller.name
        filter.requestID = requestID
        let page = ListPage(filter: filter, limit: 1)
        let found = try await self.read { () throws(EngineError) in
            try await self.engine.list(page)
        }
        return found.first.map { earlier in
            earlier.stage < .ended || now - earlier.progress.submittedAt < Self.requestLifetime
        } ?? false
    }

    /// The call of a tid, where it is the caller's to see.
    private func visible(_ tid: String, to caller: Caller) async throws(RPCError) -> CallRecord {
        guard let id = CallID(tid) else {
            throw tid.isEmpty ? .invalid("tid", "It is missing.") : .noSuchCall
        }
        let record = try await self.read { () throws(EngineError) in
            try await self.engine.call(id)
        }
        guard let record, record.caller == caller.name || caller.may(.readAll) else {
            throw .noSuchCall
        }
        return record
    }

    /// Shows a caller its own calls alone, unless it may see all.
    private func confine(_ filter: inout CallFilter, to caller: Caller) throws(RPCError) {
        if caller.may(.readAll) { return }
        if let named = filter.caller, named != caller.name {
            throw .notPermitted(Permission.readAll.rawValue)
        }
        filter.caller = caller.name
    }

    private func message(_ record: CallRecord, for caller: Caller) -> Promptcall_V1_Call {
        Promptcall_V1_Call(record, at: record.progress, showsDigits: caller.may(.digits))
    }

    /// As many calls as fit; the token names the last of them.
    private func page(
        of records: [CallRecord],
        limit: Int,
        for caller: Caller
    ) throws -> Promptcall_V1_ListResponse {
        var response = Promptcall_V1_ListResponse()
        var bytes = 0
        for record in records {
            let call = self.message(record, for: caller)
            bytes += try (call.serializedBytes() as [UInt8]).count
            if bytes > Self.pageBytesMax, !response.calls.isEmpty { break }
            response.calls.append(call)
        }
        let isCut = response.calls.count < records.count
        if isCut || records.count == limit {
            response.nextPageToken = response.calls.last?.tid ?? ""
        }
        return response
    }

    private func pageToken(_ text: String) throws(RPCError) -> CallID? {
        if text.isEmpty { return nil }
        guard let id = CallID(text) else {
            throw .invalid("page_token", "It is not a token that List returned.")
        }
        return id
    }

    private func read<Value>(
        _ body: () async throws(EngineError) -> Value
    ) async throws(RPCError) -> Value {
        do throws(EngineError) {
            return try await body()
        } catch {
            throw RPCError(error)
        }
    }
}

extension Promptcall_V1_SubmitResponse {
    init(_ submitted: CallEngine.Submitted) {
        self.init()
        self.tid = submitted.id.description
        self.existed = submitted.existed
        self.expectedWait = Google_Protobuf_Duration(submitted.expectedWait)
    }
}
