internal import CallEngine
internal import PromptCallCore
internal import SQLiteCallStore

// What goes wrong, when, and whom it touches.
extension Simulation {
    /// Plans what the world does by itself.
    func planWorld() {
        let callsTime = self.random.one(of: [Duration.seconds(5), .seconds(120), .seconds(900)])
        for index in 0..<self.options.calls {
            let after = self.random.duration(.zero...callsTime)
            self.pending.plan(.submit(index), at: Self.epoch + after)
            if self.random.chance(self.faults[.cancels] / 2) {
                let later = self.random.duration(.zero...(.seconds(90)))
                self.pending.plan(.cancel(index), at: Self.epoch + after + later)
            }
        }
        let hasOwn = self.random.chance(0.3)
        self.calls = (0..<self.options.calls).map { index in
            SimulatedCall.draw(index, hasOwnCredentials: hasOwn, &self.random)
        }
        self.planSubscribers()
        self.pending.plan(.rest, at: Self.epoch + Self.restlessTime)
        self.planFault(.crash, every: 60) { .crash(powerCut: false) }
        self.planFault(.powerCut, every: 120) { .crash(powerCut: true) }
        self.planFault(.fullDisk, every: 200) { .diskFills(self.drawn(1...120)) }
        self.planFault(.slowDisk, every: 100) { .diskSlows(self.drawn(1...60)) }
        self.planFault(.webhooksForged, every: 5) { .forgery }
        self.planFault(.clockSteps, every: 300) { .wallClock(self.drawn(-900...900)) }
        if self.random.chance(0.25) {
            self.hours = SimulatedHours(period: self.drawn(120...900), length: self.drawn(60...120))
        }
        var at = Self.epoch
        while at < Self.epoch + Self.restlessTime {
            at = at + self.random.duration(.seconds(5)...(.seconds(120)))
            self.pending.plan(.housekeeping, at: at)
        }
    }

    private func drawn(_ seconds: ClosedRange<Int>) -> Duration {
        .seconds(self.random.number(seconds))
    }

    /// Plans a fault again and again, at random, more often where its share is higher.
    private func planFault(
        _ fault: SimulationFault,
        every seconds: Double,
        _ event: () -> Event
    ) {
        let share = self.faults[fault]
        guard share > 0 else { return }
        var at = Self.epoch
        while true {
            let mean = seconds / share
            let wait = Double.random(in: 0...(2 * mean), using: &self.random)
            at = at + .milliseconds(Int64(wait * 1000))
            guard at < Self.epoch + Self.restlessTime else { return }
            self.pending.plan(event(), at: at)
        }
    }

    // MARK: - The disk

    /// Lets the commit that comes fail, if it is its turn.
    func armWriting() {
        if self.time >= self.diskFullUntil { self.disk.isFull = false }
        guard self.isRestless else { return }
        let within = self.random.number(0...12)
        if self.random.chance(self.faults[.failingDisk] / 10) {
            self.disk.fault = self.random.one(of: [
                .writeFails(after: within), .fillsUp(after: within),
            ])
        } else if self.random.chance(self.faults[.unknownCommit] / 10) {
            // Who dies before it has made up for that leaves it to the next one.
            let dies = self.random.chance(self.faults[.crash] / 2)
            self.disk.fault = dies ? .syncFailsAtDeath(after: 0) : .syncFails(after: 0)
        } else if self.random.chance(self.faults[.powerCut] / 200) {
            self.disk.fault = .powerCut(after: within)
        }
        if let fault = self.disk.fault {
            self.note("the disk: \(fault)")
            self.outages.append(self.time...(self.time + .seconds(15)))
        }
    }

    /// Lets the reading that comes fail, if it is its turn.
    func armReading() {
        guard self.isRestless, self.random.chance(self.faults[.failingReads] / 20) else { return }
        self.disk.fault = .readFails(after: self.random.number(0...3))
        self.outages.append(self.time...(self.time + .seconds(15)))
    }

    /// What the daemon does beside its calls.
    func keepHouse() {
        guard let store = self.store, self.core != nil else { return }
        self.armWriting()
        store.checkpoint(byWriter: self.random.chance(0.5))
        self.disk.fault = nil
    }

    // MARK: - The clock

    func setWallClock(_ lead: Duration) {
        guard self.core != nil else { return }
        self.wallLead = lead
        self.model.clockWasSet = true
        self.feed([.wallClock(lead: lead)], [])
    }

    // MARK: - Webhooks

    /// Sends webhooks of what never was, and old ones again.
    func forge() {
        guard self.core != nil, let digits = DTMFDigits(Callee.rightPIN) else { return }
        let event: LegEvent = self.random.one(of: [
            .report(LegReport(.completed)), .played, .messagePlayed, .opening(uuid: nil), .other,
            .entry(
                LegEvent.Entry(
                    turn: self.random.number(0...9),
                    digits: digits,
                    timedOut: false
                )
            ),
        ])
        let ids = self.indices.keys.sorted()
        let isKnown = !ids.isEmpty && self.random.chance(0.7)
        let id = isKnown ? self.random.one(of: ids) : CallID(high: 1, low: self.random.next())
        // Of a leg that never was, for of one that is it would not be known to be forged.
        let legs = self.stored(id)?.progress.legs.count ?? 0
        let leg = self.random.one(of: [legs + 7, 0, -1])
        self.lastReply += 1
        self.waiting[self.lastReply] = .forger
        self.feed([.legEvent(event, call: id, leg: leg, reply: self.lastReply)], [])
    }

    // MARK: - Whom it touches

    /// A fault touched a call in particular.
    func touched(_ id: CallID, by fault: SimulationFault) {
        guard let index = self.indices[id] else { return }
        self.calls[index].faults.insert(fault)
    }

    /// An input of a kind is about to meet a call.
    func met(_ input: SimulationCoverage.Input, _ id: CallID) {
        guard let record = self.stored(id) else { return }
        var faults = self.indices[id].map { self.calls[$0].faults } ?? []
        if self.hadOutage(from: self.time - .seconds(30), to: self.time) {
            faults.formUnion(self.machineFaults)
        }
        self.result.coverage.met(input, record, faults: faults)
    }

    /// Those that touch all calls alike.
    private var machineFaults: Set<SimulationFault> {
        let all: [SimulationFault] = [
            .crash, .powerCut, .slowDisk, .failingDisk, .unknownCommit, .fullDisk, .failingReads,
            .clockSteps,
        ]
        return Set(all.filter(self.faults.has))
    }

    /// The record of a call as it is stored; nil where it is not, or cannot be read.
    func stored(_ id: CallID) -> CallRecord? {
        guard let store = self.store else { return nil }
        let records = try? store.load([id])
        return records?.first ?? nil
    }
}
