package import PromptCallCore

/// How many calls wait for nothing but their turn, and how long a further one would.
///
/// It counts those that are in the store alone as well, so it is told of every change.
package struct Backlog: Sendable {
    private var profiles: [String: Waiting] = [:]
    /// The profiles of each profile's account, itself included.
    private var siblings: [String: [String]] = [:]
    private var rates: [String: Int] = [:]
    /// Some profiles share an account.
    private var isShared = false
    /// A profile of each account, by account.
    private var accounts: [String: String] = [:]
    private let standardRate: Int

    /// What waits with the credentials of one profile.
    private struct Waiting {
        var lanes: [QueueLane: Int] = [:]
        var urgent = 0
        var normal = 0
        var bulk = 0

        mutating func add(_ calls: Int, to lane: QueueLane) {
            let before = self.lanes[lane, default: 0]
            let after = max(0, before + calls)
            self.lanes[lane] = after > 0 ? after : nil
            switch lane.priority {
            case .urgent: self.urgent += after - before
            case .normal: self.normal += after - before
            case .bulk: self.bulk += after - before
            }
        }

        /// Calls of a priority.
        func count(_ priority: CallPriority) -> Int {
            switch priority {
            case .urgent: self.urgent
            case .normal: self.normal
            case .bulk: self.bulk
            }
        }

        /// Calls that go before all of a priority.
        func count(before priority: CallPriority) -> Int {
            switch priority {
            case .urgent: 0
            case .normal: self.urgent
            case .bulk: self.urgent + self.normal
            }
        }
    }

    /// The name under which credentials of callers' own are counted together; no profile has it.
    private static let own = ""

    package init(_ configuration: EngineConfiguration) {
        self.standardRate = configuration.callsPerSecond
        self.setProfiles(configuration.profiles)
    }

    /// Goes by other profiles from now on.
    package mutating func setProfiles(_ profiles: [String: EngineConfiguration.ProfileSettings]) {
        var names: [String: [String]] = [:]
        for (name, profile) in profiles { names[profile.account, default: []].append(name) }
        self.siblings = profiles.mapValues { names[$0.account, default: []].sorted() }
        self.rates = profiles.mapValues(\.callsPerSecond)
        self.isShared = names.values.contains { $0.count > 1 }
        self.accounts = names.compactMapValues { $0.min() }
    }

    /// So many calls more wait, or fewer where it is negative.
    package mutating func add(_ calls: Int, to lane: QueueLane, profile: QueuedCredentials) {
        self.profiles[profile ?? Self.own, default: Waiting()].add(calls, to: lane)
    }

    /// A call changed.
    mutating func changed(from old: CallRecord, to new: CallRecord) {
        guard old.awaitsTurn != new.awaitsTurn else { return }
        self.add(new.awaitsTurn ? 1 : -1, to: new.lane, profile: new.profile)
    }

    /// The wait of every configured account and priority, in order.
    package var waits: [ExpectedWait] {
        self.accounts.sorted { $0.key < $1.key }.flatMap { account, profile in
            CallPriority.allCases.map { priority in
                ExpectedWait(
                    account: account,
                    priority: priority,
                    queued: self.sum(profile) { $0.count(priority) },
                    wait: self.wait(priority, profile: profile)
                )
            }
        }
    }

    /// How long a further call would wait, as the queue stands and at the account's whole rate.
    ///
    /// Within a priority callers take turns, so of another caller's calls no more go before it than
    /// its own caller has waiting, and one. `counted` says how many of the lane's calls are the one
    /// that is asked about: 0 or 1.
    package func wait(
        in lane: QueueLane,
        profile: QueuedCredentials,
        counted: Int = 0
    ) -> Duration {
        let profile = profile ?? Self.own
        if !self.isShared {
            guard let waiting = self.profiles[profile] else { return .zero }
            // Whoever waits alone, or in an empty queue, is the usual case.
            let all = waiting.count(lane.priority) - counted
            if all == 0 || waiting.lanes.count == 1 && waiting.lanes[lane] != nil {
                return self.time(for: waiting.count(before: lane.priority) + all, profile: profile)
            }
        }
        let all = self.sum(profile) { $0.count(lane.priority) } - counted
        let own = self.sum(profile) { $0.lanes[lane, default: 0] } - counted
        var ahead = self.sum(profile) { $0.count(before: lane.priority) }
        if all == own {
            ahead += own
        } else {
            ahead += self.sum(profile) { waiting in
                waiting.lanes.reduce(0) { sum, held in
                    guard held.key.priority == lane.priority else { return sum }
                    return sum + min(held.value, held.key == lane ? own : own + 1)
                }
            }
        }
        return self.time(for: ahead, profile: profile)
    }

    /// How long a further call would wait of a caller about whom nothing is known: behind all of
    /// its priority.
    package func wait(_ priority: CallPriority, profile: String) -> Duration {
        let ahead = self.sum(profile) { $0.count(before: priority) + $0.count(priority) }
        return self.time(for: ahead, profile: profile)
    }

    /// The longest such wait of all profiles.
    package func longestWait(_ priority: CallPriority) -> Duration {
        let own = self.wait(priority, profile: Self.own)
        return self.siblings.keys.reduce(own) { max($0, self.wait(priority, profile: $1)) }
    }

    private func time(for calls: Int, profile: String) -> Duration {
        let rate = max(1, self.rates[profile] ?? self.standardRate)
        return .milliseconds(Int64(calls) * 1000 / Int64(rate))
    }

    private func sum(_ profile: String, _ count: (Waiting) -> Int) -> Int {
        guard let siblings = self.siblings[profile], siblings.count > 1 else {
            return self.profiles[profile].map(count) ?? 0
        }
        return siblings.reduce(0) { $0 + (self.profiles[$1].map(count) ?? 0) }
    }
}

extension CallRecord {
    /// Whether it is queued and waits for nothing but its turn.
    var awaitsTurn: Bool {
        self.stage == .queued && self.timers[.ready] == nil && self.timers[.credentials] == nil
    }
}
