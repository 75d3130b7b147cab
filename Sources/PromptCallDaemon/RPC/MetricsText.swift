internal import CallEngine
internal import PromptCallCore
internal import SQLiteCallStore

/// The daemon's figures in Prometheus's text exposition format, version 0.0.4.
enum MetricsText {
    static func make(
        _ snapshot: EngineSnapshot,
        pause: PauseCause?,
        webhooks: WebhookCounts
    ) -> String {
        let counters = snapshot.counters
        var text = ""
        func family(_ name: String, _ type: String, _ help: String, _ rows: [(String, Int)]) {
            text += "# HELP promptcall_\(name) \(help)\n# TYPE promptcall_\(name) \(type)\n"
            for (labels, value) in rows { text += "promptcall_\(name)\(labels) \(value)\n" }
        }
        family(
            "calls",
            "gauge",
            "Calls that have not ended, by stage.",
            CallStage.allCases.filter { $0 != .ended }
                .map { ("{stage=\"\($0)\"}", counters.stages[$0, default: 0]) }
        )
        family(
            "calls_ended_total",
            "counter",
            "Calls that ended since the start, by status and reason.",
            CallReason.allCases.map { reason in
                (
                    "{status=\"\(reason.status.name)\",reason=\"\(reason.name)\"}",
                    counters.ended[reason, default: 0]
                )
            }
        )
        let single: [(String, String, String, Int)] = [
            ("calls_submitted_total", "counter", "Calls accepted.", counters.submitted),
            ("placements_total", "counter", "Requests to ring.", counters.placements),
            ("commits_total", "counter", "Batches made durable.", counters.commits),
            ("commits_failed_total", "counter", "Batches that failed.", counters.commitsFailed),
            ("stray_legs_total", "counter", "Given-up legs hung up.", counters.strayLegs),
            ("callbacks_waiting", "gauge", "Callbacks to deliver.", counters.callbacksWaiting),
            ("callbacks_delivered_total", "counter", "Delivered.", counters.callbacksDelivered),
            ("callbacks_abandoned_total", "counter", "Abandoned.", counters.callbacksAbandoned),
            ("subscribers", "gauge", "Open streams of events.", snapshot.subscribers),
            ("live_calls", "gauge", "Calls placed or being placed.", snapshot.liveCalls),
            ("cached_calls", "gauge", "Calls held in memory.", snapshot.cachedCalls),
            ("profiles_in_trouble", "gauge", "Stopped.", snapshot.profilesInTrouble.count),
        ]
        for (name, type, help, value) in single { family(name, type, help, [("", value)]) }
        let stops = PlacingStop.all(snapshot, pause: pause).map(\.reason)
        family(
            "placing_stopped",
            "gauge",
            "What keeps calls from being placed, by reason.",
            PlacingStop.reasons.map { reason in
                ("{reason=\"\(reason.lowercased())\"}", stops.count { $0 == reason })
            }
        )
        family(
            "profile_refused",
            "gauge",
            "Profiles that Nexmo refuses, by name and cause.",
            snapshot.profilesInTrouble.map { trouble in
                let cause = trouble.kind == .credit ? "credit" : "credentials"
                return ("{profile=\"\(trouble.profile)\",cause=\"\(cause)\"}", 1)
            }
        )
        family(
            "guard_refused_total",
            "counter",
            "Calls that the fraud guard did not take, by rule.",
            GuardRule.allCases.map { rule in
                ("{rule=\"\(rule.name.lowercased())\"}", snapshot.guardRefused[rule, default: 0])
            }
        )
        let money: [(String, String, Amount)] = [
            ("guard_spent_microeuros", "Spent within the last hour.", snapshot.spent),
            ("guard_reserved_microeuros", "What live calls may cost.", snapshot.reserved),
        ]
        for (name, help, amount) in money {
            family(name, "gauge", help, [("", Int(amount.units / 100))])
        }
        family(
            "webhooks_total",
            "counter",
            "Webhooks answered since the start, by HTTP status.",
            webhooks.statuses.sorted { $0.key < $1.key }.map { ("{status=\"\($0)\"}", $1) }
        )
        return text
    }
}
