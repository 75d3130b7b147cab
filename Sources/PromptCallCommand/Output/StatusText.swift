import PromptCallAPI

/// Writes the daemon's state for people.
enum StatusText {
    static func block(_ status: Promptcall_V1_DaemonStatus) -> String {
        var block = FieldBlock()
        block.add("version", status.version)
        block.add("started_at", time: status.hasStartedAt ? status.startedAt : nil)
        block.add("store", status.store)
        block.add("draining", status.draining ? "yes" : "no")
        block.add("paused", status.paused ? "yes" : "no")
        block.add(
            "calls",
            Self.counts(status.calls.map { ($0.stage.name, $0.calls) })
        )
        block.add(
            "ended",
            Self.counts(status.ended.map { ($0.reason.name, $0.calls) })
        )
        block.add("oldest_queued", duration: status.hasOldestQueued ? status.oldestQueued : nil)
        block.add("expected_wait", duration: status.hasExpectedWait ? status.expectedWait : nil)
        block.add("callbacks_waiting", "\(status.callbacksWaiting)")
        block.add("subscribers", "\(status.subscribers)")
        for wait in status.waits where wait.queued > 0 {
            let queue = "\(wait.account) \(wait.priority.name)"
            block.add("wait", "\(queue): \(TimeText.duration(wait.wait)) (\(wait.queued) queued)")
        }
        for stop in status.stops {
            let since = stop.hasSince ? " since \(TimeText.time(stop.since))" : ""
            block.add("stopped", "\(stop.reason)\(since): \(stop.message)")
        }
        return block.text()
    }

    private static func counts(_ counts: [(name: String, count: UInt64)]) -> String {
        let stated = counts.filter { $0.count > 0 }
        return stated.isEmpty
            ? "none" : stated.map { "\($0.name)=\($0.count)" }.joined(separator: " ")
    }
}
