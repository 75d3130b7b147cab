/// Settings of the engine.
package struct EngineConfiguration: Sendable {
    /// What is known of the profiles, by name.
    package var profiles: [String: ProfileSettings]
    /// Calls placed in any rolling second, for accounts that state no rate of their own.
    package var callsPerSecond: Int
    /// Most calls live at once.
    package var liveCallsMax: Int
    /// What the fraud guard goes by; nil where everything is allowed.
    package var guardRules: GuardRules?
    /// Names this process among those that claim work.
    package var incarnation: UInt64
    /// Seeds the jitter of callbacks.
    package var seed: UInt64

    package init(
        profiles: [String: ProfileSettings],
        callsPerSecond: Int,
        liveCallsMax: Int,
        guardRules: GuardRules? = nil,
        incarnation: UInt64,
        seed: UInt64
    ) {
        self.profiles = profiles
        self.callsPerSecond = callsPerSecond
        self.liveCallsMax = liveCallsMax
        self.guardRules = guardRules
        self.incarnation = incarnation
        self.seed = seed
    }

    /// The account whose rate a profile shares, that rate, and when its calls may be placed.
    package struct ProfileSettings: Sendable {
        package var account: String
        package var callsPerSecond: Int
        /// Nil where they may at any time.
        package var hours: (any CallingHours)?

        package init(
            account: String,
            callsPerSecond: Int,
            hours: (any CallingHours)? = nil
        ) {
            self.account = account
            self.callsPerSecond = callsPerSecond
            self.hours = hours
        }
    }
}

/// The bounds of the engine's queues, and the times it goes by.
package enum EngineLimits {
    /// Inputs from outside that may wait; the next is refused.
    package static let inboxMax = 16_384
    /// Inputs judged for one commit.
    package static let batchMax = 512
    /// Records kept although they are not live: just submitted, just ended, or just read. More than
    /// are submitted, read and ended between two commits, so none is gone before it is judged.
    package static let warmRecordsMax = 2048
    /// Records read at once.
    package static let loadsMax = 256
    /// Inputs that may wait while more work is claimed from the store.
    package static let backlogMax = 2048
    /// Waits for calls that may be open; the next is refused.
    package static let waitersMax = 65_536
    /// Streams of events that may be open; the next is refused.
    package static let subscriptionsMax = 4096
    /// Calls with credentials of their own that may be queued or live.
    package static let ownCredentialsMax = 20_000
    /// Ended calls whose credentials are kept for a leg that may yet show signs of life.
    package static let lateCredentialsMax = 256
    /// Queued calls held in memory for a lane, and how few call for the next page.
    package static let laneMax = 1000
    package static let laneMin = 200
    /// Calls of a lane that are kept back in memory, out of the way of those behind them.
    package static let parkedMax = 2000
    /// Calls looked at in a lane for one that may be placed.
    package static let laneScanMax = 64
    /// Timers claimed at once, and how far ahead.
    package static let duePage = 2000
    package static let dueHorizon = Duration.seconds(60)
    /// How long before the end of what was claimed the next page is.
    package static let dueMargin = Duration.seconds(10)
    /// Requests to Nexmo besides placings, in any rolling second (reference, 1.4).
    package static let requestsPerSecond = 15
    /// Deliveries of callbacks under way, and to one host.
    package static let deliveriesMax = 256
    package static let deliveriesPerHostMax = 16
    /// Events kept for readers who are at the tail.
    package static let tailMax = 4096
    /// Events sent to a subscriber at once.
    package static let pageMax = 256
    /// Silence on a subscription after which a heartbeat is sent.
    package static let heartbeat = Duration.seconds(15)
    /// How long acknowledgements may wait for a commit that comes anyway.
    package static let acknowledgementDelay = Duration.milliseconds(500)
    /// From a failed commit to the next.
    package static let storeRetry = Duration.milliseconds(500)
    /// How long work is claimed for.
    package static let lease = Duration.seconds(60)
    /// From one probe to the next, of a profile in trouble and of webhooks that do not come.
    package static let probe = Duration.seconds(60)
    /// Legs in a row that are answered without a webhook, after which none is taken to come.
    package static let unheardLegsMax = 5
}
