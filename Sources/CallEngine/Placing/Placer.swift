internal import DequeModule
package import PromptCallCore

/// Decides which queued call is placed next.
///
/// URGENT goes before NORMAL before BULK; within a priority callers take turns, each in the order
/// of its calls. No number has two live calls, no account more placings a second than it allows,
/// and whatever is in trouble only its probes. Of a long queue it holds the first calls of each
/// lane and asks the store for the rest as their turn comes.
package struct Placer: Sendable {
    private var lanes: [QueueLane: Lane] = [:]
    /// The lanes of each priority, the next to be served first.
    private var turns: [CallPriority: Deque<QueueLane>] = [:]
    /// Calls in a lane, or picked and not yet live.
    private var known: Set<CallID> = []
    private var picked: [CallID: Picked] = [:]
    private var liveNumbers: [PhoneNumber: CallID] = [:]
    /// The lanes that have calls parked for a number.
    private var parkedNumbers: [PhoneNumber: Set<QueueLane>] = [:]
    private var windows: [String: RateWindow] = [:]
    /// A pick found nothing, and until then finds nothing unless something changes.
    private var stalledUntil: Timestamp?
    /// Nothing is placed before.
    private var opensAt = Timestamp(milliseconds: .min)
    private var nextSweep = Timestamp(milliseconds: .min)
    /// When the guard may let through a call that the last pick left behind.
    private var guardOpensAt: Timestamp?
    /// What is in trouble, and when its next probe may be placed.
    private var troubles: [Trouble: Timestamp] = [:]
    /// What is known of the profiles that Nexmo refuses.
    private var refusals: [String: ProfileTrouble] = [:]
    private var profiles: [String: EngineConfiguration.ProfileSettings]
    private let callsPerSecond: Int
    private let liveCallsMax: Int

    /// Accounts whose windows are kept although nothing was placed of late.
    private static let windowsMax = 1024

    private struct Lane {
        var waiting: Deque<QueuedCall> = []
        /// The store may hold calls behind this place.
        var hasMore = false
        var claimedThrough: QueuePosition?
        var isClaiming = false
        /// What came while a page was being read was too much for memory: all behind this was left
        /// to the store.
        var trimmedTo: QueuePosition?
        /// Calls that something of their own keeps back, out of the way of those behind them.
        var parked: [Block: Deque<QueuedCall>] = [:]
        var parkedCount = 0
        /// Too many calls were kept back for memory: they are in the store alone, before
        /// `claimedThrough`.
        var mustRewind = false

        /// Puts a call where it stands in the order.
        mutating func insert(_ call: QueuedCall) {
            let index = self.waiting.lastIndex { $0.position < call.position }.map { $0 + 1 } ?? 0
            self.waiting.insert(call, at: index)
        }

        /// Drops a call that was kept back.
        mutating func removeParked(_ id: CallID) {
            for (block, calls) in self.parked {
                guard let index = calls.firstIndex(where: { $0.id == id }) else { continue }
                self.parked[block]?.remove(at: index)
                if calls.count == 1 { self.parked[block] = nil }
                self.parkedCount -= 1
                return
            }
        }
    }

    /// What keeps a call back and none of those behind it.
    private enum Block: Hashable {
        /// Its number has a live call.
        case number(PhoneNumber)
        /// Its profile is in trouble, or does not exist.
        case profile(String)
    }

    /// What lets only a probe a minute be placed of the calls that it concerns.
    private enum Trouble: Hashable {
        /// Nexmo refuses the profile's key or account. It concerns the calls of the profile.
        case profile(String)
        /// No webhook comes. It concerns all calls.
        case webhooks
    }

    private struct Picked {
        var account: String
        var to: PhoneNumber
        var isWritten = false
    }

    package init(_ configuration: EngineConfiguration) {
        self.profiles = configuration.profiles
        self.callsPerSecond = configuration.callsPerSecond
        self.liveCallsMax = configuration.liveCallsMax
    }

    /// How many calls are live or about to be.
    package var liveCalls: Int { self.liveNumbers.count }

    /// Profiles that Nexmo refuses, in order of their names.
    package var profilesInTrouble: [ProfileTrouble] {
        self.refusals.isEmpty ? [] : self.refusals.values.sorted { $0.profile < $1.profile }
    }

    /// Queued calls held in memory, for the measure of it.
    package var heldCalls: Int {
        self.lanes.values.reduce(0) { $0 + $1.waiting.count + $1.parkedCount }
    }

    /// Calls an account may place in a second.
    package func rate(ofProfile name: String?) -> Int {
        name.flatMap { self.profiles[$0]?.callsPerSecond } ?? self.callsPerSecond
    }

    /// Profiles were read anew: their troubles may be over.
    package mutating func reconfigure(_ profiles: [String: EngineConfiguration.ProfileSettings]) {
        self.profiles = profiles
        self.troubles = self.troubles.filter { $0.key == .webhooks }
        self.refusals = [:]
        self.stalledUntil = nil
        self.unpark { block in
            if case .profile = block { true } else { false }
        }
    }

    /// Places nothing before a moment: what a process before this one placed within the last
    /// second is known to Nexmo alone.
    package mutating func hold(until moment: Timestamp) {
        self.opensAt = moment
    }

    // MARK: - The queue

    /// A lane of the store, of which nothing is held yet.
    package mutating func addLane(_ lane: QueueLane) {
        self.withLane(lane) { $0.hasMore = true }
    }

    /// A call waits to be placed; known ones are left where they are.
    package mutating func enqueue(_ call: QueuedCall, lane: QueueLane) {
        guard !self.known.contains(call.id) else { return }
        let isBehind = self.lanes[lane].map { held in
            held.hasMore && !held.isClaiming
                && (held.claimedThrough.map { call.position > $0 } ?? true)
        }
        // The store will hand it over when the lane has come so far.
        if isBehind ?? false { return }
        self.known.insert(call.id)
        self.withLane(lane) { $0.insert(call) }
        self.trim(lane)
    }

    /// Lanes of which the next page is wanted, in order; they are marked as being claimed.
    package mutating func claims(at now: Timestamp, lease: StoreLease) -> [QueueClaim] {
        self.rewind()
        let lanes = self.lanes.filter { _, held in
            held.hasMore && !held.isClaiming && held.waiting.count < EngineLimits.laneMin
        }
        return lanes.keys.sorted().map { lane in
            self.withLane(lane) { $0.isClaiming = true }
            return QueueClaim(
                lane: lane,
                now: now,
                after: self.lanes[lane]?.claimedThrough,
                limit: EngineLimits.laneMax,
                lease: lease
            )
        }
    }

    /// The store handed over the next page of a lane.
    package mutating func claimed(_ calls: [QueuedCall], lane: QueueLane) {
        for call in calls { self.enqueue(call, lane: lane) }
        self.withLane(lane) { held in
            let end = calls.count >= EngineLimits.laneMax ? calls.last?.position : nil
            let gap = [end, held.trimmedTo].compactMap(\.self).min()
            held.isClaiming = false
            held.trimmedTo = nil
            held.hasMore = gap != nil
            held.claimedThrough = gap ?? held.claimedThrough
        }
        self.dropBehindGap(lane)
    }

    /// The store could not hand over a page; it is asked again.
    package mutating func claimFailed(lane: QueueLane) {
        self.withLane(lane) { $0.isClaiming = false }
    }

    // MARK: - Picking

    /// Takes the calls out of the queue that may be placed now, in the order to place them.
    ///
    /// `ownAccount` gives the account of a call with credentials of its own; nil where they are
    /// not in memory, and the call is given back as one that lacks them.
    package mutating func pick(
        at now: Timestamp,
        guardedBy fraudGuard: inout FraudGuard,
        ownAccount: (CallID) -> String?
    ) -> (place: [CallID], lackCredentials: [CallID]) {
        var place: [CallID] = []
        var lackCredentials: [CallID] = []
        // Most steps are about live calls, and need not look through what waits.
        if let until = self.stalledUntil, now < until { return (place, lackCredentials) }
        guard now >= self.opensAt else { return (place, lackCredentials) }
        self.guardOpensAt = nil
        self.unparkProbes(at: now)
        for priority in CallPriority.allCases {
            var misses = 0
            while let lane = self.turns[priority]?.first, self.liveCalls < self.liveCallsMax,
                misses < self.turns[priority]?.count ?? 0
            {
                self.turns[priority]?.append(lane)
                self.turns[priority]?.removeFirst()
                let found = self.pickOne(
                    lane,
                    at: now,
                    guardedBy: &fraudGuard,
                    ownAccount: ownAccount,
                    lackCredentials: &lackCredentials
                )
                if let found {
                    place.append(found)
                    misses = 0
                } else {
                    misses += 1
                }
            }
        }
        let hasFound = !place.isEmpty || !lackCredentials.isEmpty
        self.stalledUntil = hasFound ? nil : self.nextPick(after: now) ?? .distantFuture
        return (place, lackCredentials)
    }

    /// When a window has room again for calls that wait; nil where nothing waits for one.
    package func nextPick(after now: Timestamp) -> Timestamp? {
        let isWaiting = self.lanes.values.contains { !$0.waiting.isEmpty || $0.parkedCount > 0 }
        guard isWaiting else { return nil }
        let windows = self.windows.values.compactMap { $0.nextRoom() }
        let probes = self.troubles.values
        let opening = [self.opensAt, self.guardOpensAt].compactMap(\.self)
        return (opening + windows + probes).filter { $0 > now }.min()
    }

    // MARK: - What became of a pick

    /// The first byte of a picked call's request was written.
    package mutating func sent(_ id: CallID, at now: Timestamp) {
        guard let pick = self.picked[id], !pick.isWritten else { return }
        self.picked[id]?.isWritten = true
        self.stalledUntil = nil
        self.windows[pick.account]?.wrote(at: now)
    }

    /// Nexmo answered a picked call's request, or none was made.
    package mutating func answered(_ id: CallID, throttled: Bool, at now: Timestamp) {
        guard let pick = self.picked[id] else { return }
        self.stalledUntil = nil
        if !pick.isWritten { self.windows[pick.account]?.release() }
        if throttled { self.windows[pick.account]?.throttled(at: now) }
        self.picked[id] = nil
        self.dropIdleWindows(at: now)
    }

    /// Nexmo refuses a profile's key or account: only one probe a minute is placed with it.
    package mutating func profileRefused(
        _ name: String,
        _ kind: PlacementAnswer.Refusal.Kind = .credentials,
        at now: Timestamp
    ) {
        let since = self.refusals[name]?.since ?? now
        self.refusals[name] = ProfileTrouble(profile: name, kind: kind, since: since)
        self.troubles[.profile(name)] = now + EngineLimits.probe
        // What was refused did not ring, so it was no probe of the webhooks.
        if self.troubles[.webhooks] != nil { self.troubles[.webhooks] = now }
        self.stalledUntil = nil
    }

    /// Nexmo took a call of a profile.
    package mutating func profileAccepted(_ name: String) {
        self.troubles[.profile(name)] = nil
        guard self.refusals.removeValue(forKey: name) != nil else { return }
        self.stalledUntil = nil
        self.unpark { $0 == .profile(name) }
    }

    /// The fraud guard goes by other rules, or was reset.
    package mutating func guardChanged() {
        self.stalledUntil = nil
    }

    /// No webhook comes: only one probe a minute is placed, whoever's it is.
    package mutating func webhooksStopped(at now: Timestamp) {
        self.troubles[.webhooks] = now + EngineLimits.probe
    }

    /// A webhook came.
    package mutating func webhooksCame() {
        self.troubles[.webhooks] = nil
        self.stalledUntil = nil
    }

    /// A call is live, as one that was before a restart.
    package mutating func becameLive(_ id: CallID, to: PhoneNumber) {
        self.known.remove(id)
        self.liveNumbers[to] = id
    }

    /// A call is no longer live, or its pick came to nothing.
    package mutating func left(_ id: CallID, to: PhoneNumber, at now: Timestamp) {
        self.known.remove(id)
        self.stalledUntil = nil
        if self.liveNumbers[to] == id {
            self.liveNumbers[to] = nil
            self.unparkFirst(.number(to))
        }
        if self.picked[id] != nil { self.answered(id, throttled: false, at: now) }
    }

    /// A call that waited has ended, so its turn need not come.
    package mutating func withdraw(_ id: CallID, lane: QueueLane) {
        guard self.known.contains(id), self.picked[id] == nil else { return }
        self.known.remove(id)
        self.withLane(lane) { held in
            if let index = held.waiting.firstIndex(where: { $0.id == id }) {
                held.waiting.remove(at: index)
            } else {
                held.removeParked(id)
            }
        }
    }

    /// Takes calls out of the lanes of some callers, which are to end; at most so many.
    package mutating func withdraw(upTo limit: Int, of isMeant: (QueueLane) -> Bool) -> [CallID] {
        var withdrawn: [CallID] = []
        let lanes = self.lanes.keys.filter(isMeant).sorted()
        self.unpark(of: lanes) { _ in true }
        for lane in lanes {
            let waiting = self.lanes[lane]?.waiting ?? []
            let calls = waiting.prefix(limit - withdrawn.count)
            guard !calls.isEmpty else { continue }
            // They stay known, so that none comes back before it has ended.
            withdrawn += calls.map(\.id)
            self.withLane(lane) { $0.waiting.removeFirst(calls.count) }
        }
        return withdrawn
    }

    /// A picked call does not exist any more.
    package mutating func forget(_ id: CallID, at now: Timestamp) {
        if let pick = self.picked[id] { self.left(id, to: pick.to, at: now) }
    }

    // MARK: - Private

    private mutating func pickOne(
        _ lane: QueueLane,
        at now: Timestamp,
        guardedBy fraudGuard: inout FraudGuard,
        ownAccount: (CallID) -> String?,
        lackCredentials: inout [CallID]
    ) -> CallID? {
        var index = 0
        while let call = self.lanes[lane]?.waiting.dropFirst(index).first,
            index < EngineLimits.laneScanMax, self.isNext(call, of: lane)
        {
            guard let account = self.account(of: call, ownAccount) else {
                self.lanes[lane]?.waiting.remove(at: index)
                self.known.remove(call.id)
                lackCredentials.append(call.id)
                continue
            }
            if let block = self.block(of: call, at: now),
                self.park(call, at: index, of: lane, for: block)
            {
                continue
            }
            if self.liveNumbers[call.to] == nil, self.isTrusted(call.credentials, at: now),
                self.hasRoom(account, profile: call.credentials, at: now),
                self.isAllowed(call, of: lane, by: &fraudGuard, at: now)
            {
                self.lanes[lane]?.waiting.remove(at: index)
                self.take(call, account: account, at: now)
                return call.id
            }
            index += 1
        }
        return nil
    }

    /// Whether the guard lets a call be placed; where not, when it may is noted.
    private mutating func isAllowed(
        _ call: QueuedCall,
        of lane: QueueLane,
        by fraudGuard: inout FraudGuard,
        at now: Timestamp
    ) -> Bool {
        switch fraudGuard.verdict(on: call.to, by: lane.caller, at: now) {
        case .may:
            return true
        case .waits(let until):
            self.guardOpensAt = [self.guardOpensAt, until].compactMap(\.self).min()
            return false
        }
    }

    /// Whether no call in front of it can be in the store alone, as where its page is being read.
    private func isNext(_ call: QueuedCall, of lane: QueueLane) -> Bool {
        guard let held = self.lanes[lane], held.hasMore else { return true }
        return held.claimedThrough.map { call.position <= $0 } ?? false
    }

    private mutating func take(_ call: QueuedCall, account: String, at now: Timestamp) {
        self.windows[account]?.reserve()
        self.liveNumbers[call.to] = call.id
        self.picked[call.id] = Picked(account: account, to: call.to)
        // The next probe of what is in trouble waits for its minute.
        if self.troubles.isEmpty { return }
        for trouble in self.concerns(of: call.credentials) where self.troubles[trouble] != nil {
            self.troubles[trouble] = now + EngineLimits.probe
        }
    }

    private func account(of call: QueuedCall, _ ownAccount: (CallID) -> String?) -> String? {
        guard let profile = call.credentials else { return ownAccount(call.id) }
        return self.profiles[profile]?.account ?? profile
    }

    /// Whether a call's profile exists, and nothing stops the call unless it may be a probe.
    private func isTrusted(_ profile: QueuedCredentials, at now: Timestamp) -> Bool {
        guard profile.map({ self.profiles[$0] != nil }) ?? true else { return false }
        if self.troubles.isEmpty { return true }
        return self.concerns(of: profile).allSatisfy { trouble in
            self.troubles[trouble].map { $0 <= now } ?? true
        }
    }

    /// The troubles that would concern a call.
    private func concerns(of profile: QueuedCredentials) -> [Trouble] {
        profile.map { [.webhooks, .profile($0)] } ?? [.webhooks]
    }

    private mutating func hasRoom(
        _ account: String,
        profile: QueuedCredentials,
        at now: Timestamp
    ) -> Bool {
        let limit = self.rate(ofProfile: profile)
        var window = self.windows.removeValue(forKey: account) ?? RateWindow(limit: limit)
        window.setLimit(limit)
        let hasRoom = window.room(at: now) > 0
        self.windows[account] = window
        return hasRoom
    }

    /// Forgets accounts of which nothing was placed of late: those of callers' own keys come and
    /// go.
    private mutating func dropIdleWindows(at now: Timestamp) {
        guard self.windows.count > Self.windowsMax, self.nextSweep <= now else { return }
        self.nextSweep = now + RateWindow.length
        self.windows = self.windows.compactMapValues { window in
            var window = window
            return window.isIdle(at: now) ? nil : window
        }
    }

    private mutating func withLane(_ lane: QueueLane, _ change: (inout Lane) -> Void) {
        self.stalledUntil = nil
        if self.lanes[lane] == nil {
            self.lanes[lane] = Lane()
            self.turns[lane.priority, default: []].append(lane)
        }
        if var held = self.lanes.removeValue(forKey: lane) {
            change(&held)
            self.lanes[lane] = held
        }
    }

    // MARK: - Parking

    /// What keeps a call back and none of those behind it; nil where nothing does.
    private func block(of call: QueuedCall, at now: Timestamp) -> Block? {
        if self.liveNumbers[call.to] != nil { return .number(call.to) }
        guard let profile = call.credentials else { return nil }
        if self.profiles[profile] == nil { return .profile(profile) }
        if self.troubles.isEmpty { return nil }
        let probe = self.troubles[.profile(profile)]
        return probe.map { $0 > now } ?? false ? .profile(profile) : nil
    }

    /// Takes a call that is kept back out of the way of those behind it; false where it must stay.
    ///
    /// Of a profile's calls those that are too many for memory are left to the store until it is
    /// out of trouble.
    private mutating func park(
        _ call: QueuedCall,
        at index: Int,
        of lane: QueueLane,
        for block: Block
    ) -> Bool {
        let isFull = (self.lanes[lane]?.parkedCount ?? 0) >= EngineLimits.parkedMax
        switch block {
        case .number(let number):
            if isFull { return false }
            self.parkedNumbers[number, default: []].insert(lane)
        case .profile:
            if isFull { self.known.remove(call.id) }
        }
        self.lanes[lane]?.waiting.remove(at: index)
        if isFull {
            self.lanes[lane]?.mustRewind = true
        } else {
            self.lanes[lane]?.parked[block, default: []].append(call)
            self.lanes[lane]?.parkedCount += 1
        }
        return true
    }

    /// What kept a call back of each lane does so no more: the first of them may go.
    private mutating func unparkFirst(_ block: Block) {
        var lanes = Set(self.lanes.keys)
        if case .number(let number) = block {
            guard let known = self.parkedNumbers.removeValue(forKey: number) else { return }
            lanes = known
        }
        for lane in lanes {
            guard let call = self.lanes[lane]?.parked[block]?.popFirst() else { continue }
            self.lanes[lane]?.parkedCount -= 1
            if self.lanes[lane]?.parked[block]?.isEmpty ?? false {
                self.lanes[lane]?.parked[block] = nil
            } else if case .number(let number) = block {
                self.parkedNumbers[number, default: []].insert(lane)
            }
            self.withLane(lane) { $0.insert(call) }
        }
    }

    /// Lets a probe of each profile go whose minute is over.
    private mutating func unparkProbes(at now: Timestamp) {
        for (trouble, at) in self.troubles where at <= now {
            if case .profile(let name) = trouble { self.unparkFirst(.profile(name)) }
        }
    }

    /// Lets all calls go that something kept back, of all lanes or of some.
    private mutating func unpark(
        of lanes: [QueueLane]? = nil,
        _ isOver: (Block) -> Bool
    ) {
        for lane in lanes ?? Array(self.lanes.keys) where self.lanes[lane]?.parkedCount ?? 0 > 0 {
            self.withLane(lane) { held in
                for block in held.parked.keys.filter(isOver) {
                    let calls = held.parked.removeValue(forKey: block) ?? []
                    held.parkedCount -= calls.count
                    for call in calls { held.insert(call) }
                }
            }
            self.trim(lane)
        }
    }

    /// Begins again with lanes whose calls were left to the store while their profile was in
    /// trouble.
    private mutating func rewind() {
        for (lane, held) in self.lanes where held.mustRewind && !held.isClaiming {
            let isBlocked = held.parked.keys.contains { block in
                if case .profile = block { true } else { false }
            }
            guard !isBlocked else { continue }
            self.withLane(lane) { held in
                held.mustRewind = false
                held.hasMore = true
                held.claimedThrough = nil
            }
        }
    }

    /// Leaves what is too much for memory to the store.
    private mutating func trim(_ lane: QueueLane) {
        guard let held = self.lanes[lane], held.waiting.count > 2 * EngineLimits.laneMax else {
            return
        }
        for call in held.waiting.dropFirst(EngineLimits.laneMax) { self.known.remove(call.id) }
        self.withLane(lane) { held in
            held.waiting.removeLast(held.waiting.count - EngineLimits.laneMax)
            guard let end = held.waiting.last?.position else { return }
            if held.isClaiming {
                held.trimmedTo = min(held.trimmedTo ?? end, end)
            } else {
                held.hasMore = true
                held.claimedThrough = end
            }
        }
    }

    /// Leaves to the store what came while a page was read and stands behind its end.
    private mutating func dropBehindGap(_ lane: QueueLane) {
        guard let held = self.lanes[lane], held.hasMore, let end = held.claimedThrough else {
            return
        }
        for call in held.waiting where call.position > end { self.known.remove(call.id) }
        self.withLane(lane) { held in held.waiting.removeAll { $0.position > end } }
    }
}

extension Timestamp {
    /// Later than all that happens.
    fileprivate static let distantFuture = Self(milliseconds: .max)
}
