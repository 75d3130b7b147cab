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
    let clock: any EngineClock
    let startedAt: Timestamp

    private static let graceDefault = Duration.seconds(150)
    private static let graceMax: Int64 = 24 * 3600

    func getStatus(
        _ request: Promptcall_V1_GetStatusRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_DaemonStatus {
        try self.callers.caller(context.peer).require(.admin)
        return try await self.status()
    }

    func getMetrics(
        _ request: Promptcall_V1_GetMetricsRequest,
        context: TTRPCContext
    ) async throws -> Promptcall_V1_Metrics {
        try self.callers.caller(context.peer).require(.admin)
        var metrics = Promptcall_V1_Metrics()
        metrics.text = MetricsText.make(self.engine.snapshot(), webhooks: self.judge.counts)
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
        return try await self.status()
    }

    private func status() async throws(RPCError) -> Promptcall_V1_DaemonStatus {
        let snapshot = self.engine.snapshot()
        var status = Promptcall_V1_DaemonStatus()
        status.version = DaemonVersion.text
        status.startedAt = Google_Protobuf_Timestamp(self.startedAt)
        status.draining = snapshot.isDraining
        status.paused = snapshot.isPaused
        status.calls = CallStage.allCases.filter { $0 != .ended }.compactMap { stage in
            let calls = snapshot.counters.stages[stage, default: 0]
            guard calls > 0 else { return nil }
            var count = Promptcall_V1_StageCount()
            count.stage = Promptcall_V1_Stage(stage)
            count.calls = UInt64(calls)
            return count
        }
        status.ended = CallReason.allCases.compactMap { reason in
            guard let calls = snapshot.counters.ended[reason] else { return nil }
            var count = Promptcall_V1_ReasonCount()
            count.reason = Promptcall_V1_Reason(reason)
            count.calls = UInt64(calls)
            return count
        }
        status.callbacksWaiting = UInt64(max(0, snapshot.counters.callbacksWaiting))
        status.subscribers = UInt64(snapshot.subscribers)
        status.store = "sqlite"
        status.expectedWait = Google_Protobuf_Duration(snapshot.expectedWait)
        do throws(EngineError) {
            if let oldest = try await self.engine.oldestQueued() {
                status.oldestQueued = Google_Protobuf_Duration(max(.zero, self.clock.now - oldest))
            }
        } catch {
            throw RPCError(error)
        }
        return status
    }
}
