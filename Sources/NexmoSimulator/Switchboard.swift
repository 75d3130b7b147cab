import DequeModule
import Synchronization

/// Knows all legs and plans, and decides on requests to place calls.
final class Switchboard: Sendable {
    /// Most legs remembered; ended ones are forgotten, oldest first, to make room.
    static let legsMax = 20_000

    private struct State {
        var legs: [String: Leg] = [:]
        var order: Deque<Leg> = []
        var plans: [String: CalleePlan] = [:]
        /// Creation faults of a number that are used up.
        var faultsUsed: [String: Int] = [:]
        var rate: RateWindow?
    }

    let configuration: SimulatorConfiguration
    let time: SimulatedTime
    let wallClock: WallClock
    let random: SharedRandom
    let dice: FaultDice
    let records: Watched<Records>
    let recorder: RequestRecorder?
    /// Legs that want a player.
    let arrivals: AsyncStream<Leg>
    private let arrived: AsyncStream<Leg>.Continuation
    private let state: Mutex<State>

    init(configuration: SimulatorConfiguration, time: SimulatedTime, wallClock: WallClock) {
        self.configuration = configuration
        self.time = time
        self.wallClock = wallClock
        self.random = SharedRandom(seed: configuration.seed)
        self.dice = FaultDice(shares: configuration.faults, seed: configuration.seed)
        self.records = Watched(Records())
        self.recorder = configuration.recordPath.flatMap { RequestRecorder(path: $0) }
        // Bounded by the legs there can be.
        (self.arrivals, self.arrived) = AsyncStream.makeStream(
            of: Leg.self,
            bufferingPolicy: .bufferingOldest(Self.legsMax)
        )
        var state = State()
        state.rate = configuration.callsPerSecond.map { RateWindow(limit: $0) }
        self.state = Mutex(state)
    }

    /// Lets the player of arrivals end.
    func close() { self.arrived.finish() }

    func setPlan(_ plan: CalleePlan, for number: String) {
        self.state.withLock { state in
            state.plans[number] = plan
            state.faultsUsed[number] = nil
        }
    }

    /// Whether the rate allows one more call now.
    func admitsCall() -> Bool {
        let now = self.time.unscaled
        return self.state.withLock { $0.rate?.admits(at: now) ?? true }
    }

    /// The plan of a number and the fault that befalls this request: that of the plan, which is
    /// used up by it, else one by chance.
    func plan(for number: String) -> (plan: CalleePlan, fault: CreationFault?) {
        let (plan, fault) = self.state.withLock { state -> (CalleePlan, CreationFault?) in
            let plan = state.plans[number] ?? CalleePlan.callee(ofNumber: number)
            let used = state.faultsUsed[number, default: 0]
            guard used < plan.creations.count else { return (plan, nil) }
            state.faultsUsed[number] = used + 1
            return (plan, plan.creations[used])
        }
        return (plan, fault ?? self.dice.creation())
    }

    /// Places a call; nil where there are too many live ones.
    func place(_ request: CallRequest, plan: CalleePlan) -> LegFacts? {
        let facts = LegFacts(
            uuid: self.random.uuid(),
            conversationUUID: "CON-" + self.random.uuid(),
            from: request.from,
            to: request.to,
            placedAt: self.wallClock.now
        )
        let leg = Leg(
            facts: facts,
            request: request,
            plan: plan,
            placedAt: self.time.now,
            faults: self.configuration.faults,
            random: self.random.branch()
        )
        let isPlaced = self.state.withLock { state in
            while state.order.count >= Self.legsMax {
                guard let oldest = state.order.first, oldest.hasEnded else { return false }
                state.order.removeFirst()
                state.legs[oldest.uuid] = nil
            }
            state.legs[leg.uuid] = leg
            state.order.append(leg)
            return true
        }
        guard isPlaced else { return nil }
        let placement = Placement(
            uuid: facts.uuid,
            conversationUUID: facts.conversationUUID,
            number: request.to,
            from: request.from,
            eventURL: request.events?.url,
            at: facts.placedAt,
            elapsed: self.time.unscaled
        )
        self.records.update { records in
            records.legsAtWork += 1
            records.add(placement)
            if request.events == nil { records.object("\(facts.uuid): The call has no event_url.") }
        }
        self.arrived.yield(leg)
        return facts
    }

    func leg(_ uuid: String) -> Leg? { self.state.withLock { $0.legs[uuid] } }

    /// All legs that are remembered, in the order they were placed.
    var legs: [Leg] { self.state.withLock { Array($0.order) } }
}
