internal import CallEngine
internal import PromptCallAPI
internal import PromptCallCore
internal import SwiftProtobuf

/// Tells how the daemon is doing, as `DaemonStatus`.
struct StatusReport {
    let engine: CallEngine
    let pausing: PauseSwitch
    let clock: any EngineClock
    let startedAt: Timestamp

    func message() async -> Promptcall_V1_DaemonStatus {
        let pause = await self.pausing.cause
        let snapshot = self.engine.snapshot()
        var status = Promptcall_V1_DaemonStatus()
        status.version = DaemonVersion.text
        status.startedAt = Google_Protobuf_Timestamp(self.startedAt)
        status.draining = snapshot.isDraining
        status.paused = snapshot.isPaused
        status.stops = PlacingStop.all(snapshot, pause: pause).map(Promptcall_V1_PlacingStop.init)
        status.calls = Self.counts(snapshot.counters.stages)
        status.ended = Self.counts(snapshot.counters.ended)
        status.callbacksWaiting = UInt64(max(0, snapshot.counters.callbacksWaiting))
        status.subscribers = UInt64(snapshot.subscribers)
        status.store = "sqlite"
        status.expectedWait = Google_Protobuf_Duration(snapshot.expectedWait)
        status.waits = snapshot.waits.map(Promptcall_V1_ExpectedWait.init)
        // Where the store cannot be read the rest is wanted all the more.
        if let oldest = try? await self.engine.oldestQueued() {
            status.oldestQueued = Google_Protobuf_Duration(max(.zero, self.clock.now - oldest))
        }
        return status
    }

    private static func counts(_ stages: [CallStage: Int]) -> [Promptcall_V1_StageCount] {
        CallStage.allCases.filter { $0 != .ended }.compactMap { stage in
            let calls = stages[stage, default: 0]
            guard calls > 0 else { return nil }
            var count = Promptcall_V1_StageCount()
            count.stage = Promptcall_V1_Stage(stage)
            count.calls = UInt64(calls)
            return count
        }
    }

    private static func counts(_ reasons: [CallReason: Int]) -> [Promptcall_V1_ReasonCount] {
        CallReason.allCases.compactMap { reason in
            guard let calls = reasons[reason] else { return nil }
            var count = Promptcall_V1_ReasonCount()
            count.reason = Promptcall_V1_Reason(reason)
            count.calls = UInt64(calls)
            return count
        }
    }
}

extension Promptcall_V1_ExpectedWait {
    init(_ expected: ExpectedWait) {
        self.init()
        self.account = expected.account
        self.priority = Promptcall_V1_Priority(rawValue: expected.priority.rawValue) ?? .unspecified
        self.queued = UInt64(expected.queued)
        self.wait = Google_Protobuf_Duration(expected.wait)
    }
}

extension Promptcall_V1_PlacingStop {
    init(_ stop: PlacingStop) {
        self.init()
        self.reason = stop.reason
        self.message = stop.message
        if let since = stop.since { self.since = Google_Protobuf_Timestamp(since) }
    }
}
