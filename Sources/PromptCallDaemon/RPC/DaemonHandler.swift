internal import CallEngine
internal import DaemonConfiguration
internal import PromptCallAPI
internal import PromptCallCore
internal import SwiftProtobuf
internal import TTRPC

/// `promptcall.v1.Daemon`: what operators ask.
struct DaemonHandler: DaemonService {
    let engine: CallEngine
    let callers: Callers
    let judge: WebhookJudge
    let pausing: PauseSwitch
    let status: StatusReport

    private static let graceDefault = Duration.seconds(150)
    private static let graceMax: Int64 = 24 * 3600

    func getStatus(
        _ request: Promptcall_V1_GetStatusRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_DaemonStatus {
        try self.callers.caller(context.peer).require(.admin)
        return await self.status.message()
    }

    func getMetrics(
        _ request: Promptcall_V1_GetMetricsRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_Metrics {
        try self.callers.caller(context.peer).require(.admin)
        var metrics = Promptcall_V1_Metrics()
        metrics.text = MetricsText.make(
            self.engine.snapshot(),
            pause: await self.pausing.cause,
            webhooks: self.judge.counts
        )
        return metrics
    }

    func drain(
        _ request: Promptcall_V1_DrainRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_DaemonStatus {
        try self.callers.caller(context.peer).require(.admin)
        var grace = Self.graceDefault
        if request.hasGrace {
            guard (0...Self.graceMax).contains(request.grace.seconds), request.grace.nanos >= 0
            else { throw RPCError.invalid("grace", "It must be 0 to \(Self.graceMax) seconds.") }
            grace = .seconds(request.grace.seconds)
        }
        await self.engine.drain(grace: grace)
        return await self.status.message()
    }
}
