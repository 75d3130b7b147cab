package import PromptCallCore

/// Notices that webhooks do not reach this daemon.
///
/// Nexmo tells every answer by a webhook. So legs that it shows as answered when asked, and of
/// which no webhook ever came, speak against the way here: its proxy, its certificate, its URL.
/// After a few of them in a row the way is taken for dead, until the first webhook of any leg.
/// All profiles share one way. What was placed before this process began proves nothing, for its
/// webhooks may have come while nobody listened.
package struct WebhookWatch: Equatable, Sendable {
    private let startedAt: Timestamp
    private var state = State.heard(unheard: [])

    private enum State: Equatable {
        /// Webhooks come, as far as is known; these legs were answered without one since the last.
        /// Next: `silent`.
        case heard(unheard: [LegName])
        /// None comes. Next: `heard`.
        case silent(since: Timestamp)
    }

    /// Which leg of which call.
    private struct LegName: Equatable {
        var call: CallID
        var number: Int
    }

    /// What an answered leg without webhooks says.
    package enum OnUnheard: Equatable, Sendable {
        /// Stop placing, but for probes: the way has just died.
        case stop
        /// Nothing to do.
        case ignore
    }

    /// What a webhook says.
    package enum OnWebhook: Equatable, Sendable {
        /// Go on placing: the way was dead and is alive again.
        case goOn
        /// Nothing to do.
        case ignore
    }

    /// A watch over the legs that are placed from a moment on.
    package init(from start: Timestamp) {
        self.startedAt = start
    }

    /// Since when no webhook comes; nil where they do, as far as is known.
    package var silentSince: Timestamp? {
        switch self.state {
        case .heard: nil
        case .silent(let since): since
        }
    }

    /// A webhook of any leg came.
    package mutating func webhookCame() -> OnWebhook {
        defer { self.state = .heard(unheard: []) }
        switch self.state {
        case .heard: return .ignore
        case .silent: return .goOn
        }
    }

    /// Nexmo, when asked, showed a leg as answered of which no webhook has come.
    ///
    /// The same leg counts once, however often it is asked about.
    package mutating func answeredUnheard(
        _ leg: CallLeg,
        of call: CallID,
        at now: Timestamp
    ) -> OnUnheard {
        guard leg.placingAt >= self.startedAt, case .heard(var unheard) = self.state else {
            return .ignore
        }
        let name = LegName(call: call, number: leg.number)
        guard !unheard.contains(name) else { return .ignore }
        unheard.append(name)
        let isDead = unheard.count >= EngineLimits.unheardLegsMax
        self.state = isDead ? .silent(since: now) : .heard(unheard: unheard)
        return isDead ? .stop : .ignore
    }
}
