import PromptCallAPI
import TTRPC

/// A daemon that answers what a test says; what it says nothing of is refused.
struct FakeDaemon: Sendable {
    typealias Requests = TTRPCMessages<Promptcall_V1_SubscribeRequest>
    typealias Responses = TTRPCResponseWriter<Promptcall_V1_SubscribeResponse>

    var onSubmit:
        @Sendable (Promptcall_V1_SubmitRequest) async throws -> Promptcall_V1_SubmitResponse = {
            _ in throw Self.unexpected
        }
    var onGet: @Sendable (String) async throws -> Promptcall_V1_Call = { _ in throw Self.unexpected
    }
    var onList: @Sendable (Promptcall_V1_ListRequest) async throws -> Promptcall_V1_ListResponse = {
        _ in throw Self.unexpected
    }
    var onCancel: @Sendable (String) async throws -> Promptcall_V1_Call = { _ in
        throw Self.unexpected
    }
    var onWait:
        @Sendable (Promptcall_V1_WaitRequest, TTRPCContext) async throws -> Promptcall_V1_Call = {
            _,
            _ in throw Self.unexpected
        }
    var onSubscribe: @Sendable (Requests, Responses) async throws -> Void = { _, _ in
        throw Self.unexpected
    }
    var onStatus: @Sendable () async throws -> Promptcall_V1_DaemonStatus = {
        throw Self.unexpected
    }
    var onMetrics: @Sendable () async throws -> Promptcall_V1_Metrics = { throw Self.unexpected }
    var onDrain: @Sendable (Promptcall_V1_DrainRequest) async throws -> Promptcall_V1_DaemonStatus =
        { _ in throw Self.unexpected }
    var onCancelMany:
        @Sendable (Promptcall_V1_CancelManyRequest) async throws ->
            Promptcall_V1_CancelManyResponse = { _ in throw Self.unexpected }
    var onPause: @Sendable () async throws -> Promptcall_V1_DaemonStatus = { throw Self.unexpected }
    var onResume: @Sendable () async throws -> Promptcall_V1_DaemonStatus = {
        throw Self.unexpected
    }
    var onBackup: @Sendable (String) async throws -> Void = { _ in throw Self.unexpected }

    var onGetGuard: @Sendable () async throws -> Promptcall_V1_GuardStatus = {
        throw Self.unexpected
    }
    var onResetGuard: @Sendable () async throws -> Promptcall_V1_GuardStatus = {
        throw Self.unexpected
    }

    private static var unexpected: RPCError { RPCError(.unimplemented, "Not in this test.") }
}

extension FakeDaemon: CallsService {
    func submit(
        _ request: Promptcall_V1_SubmitRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_SubmitResponse {
        try await self.onSubmit(request)
    }

    func submitBatch(
        _ request: Promptcall_V1_SubmitBatchRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_SubmitBatchResponse {
        throw Self.unexpected
    }

    func get(
        _ request: Promptcall_V1_GetRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_Call {
        try await self.onGet(request.tid)
    }

    func list(
        _ request: Promptcall_V1_ListRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_ListResponse {
        try await self.onList(request)
    }

    func cancel(
        _ request: Promptcall_V1_CancelRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_Call {
        try await self.onCancel(request.tid)
    }

    func wait(
        _ request: Promptcall_V1_WaitRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_Call {
        try await self.onWait(request, context)
    }

    func subscribe(
        _ requests: TTRPCMessages<Promptcall_V1_SubscribeRequest>,
        responses: TTRPCResponseWriter<Promptcall_V1_SubscribeResponse>,
        context: TTRPCContext
    ) async throws {
        try await self.onSubscribe(requests, responses)
    }
}

extension FakeDaemon: DaemonService {
    func getStatus(
        _ request: Promptcall_V1_GetStatusRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_DaemonStatus {
        try await self.onStatus()
    }

    func getMetrics(
        _ request: Promptcall_V1_GetMetricsRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_Metrics {
        try await self.onMetrics()
    }

    func drain(
        _ request: Promptcall_V1_DrainRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_DaemonStatus {
        try await self.onDrain(request)
    }
}

extension FakeDaemon: OperationsService {
    func pause(
        _ request: Promptcall_V1_PauseRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_DaemonStatus {
        try await self.onPause()
    }

    func cancelMany(
        _ request: Promptcall_V1_CancelManyRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_CancelManyResponse {
        try await self.onCancelMany(request)
    }

    func resume(
        _ request: Promptcall_V1_ResumeRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_DaemonStatus {
        try await self.onResume()
    }

    func getGuard(
        _ request: Promptcall_V1_GetGuardRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_GuardStatus {
        try await self.onGetGuard()
    }

    func resetGuard(
        _ request: Promptcall_V1_ResetGuardRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_GuardStatus {
        try await self.onResetGuard()
    }

    func backup(
        _ request: Promptcall_V1_BackupRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_BackupResponse {
        try await self.onBackup(request.directory)
        var response = Promptcall_V1_BackupResponse()
        response.directory = request.directory
        return response
    }
}
