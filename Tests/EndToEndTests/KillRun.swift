import Foundation
import NexmoSimulator
import PromptCallAPI
import TTRPC

/// A kill test from the first start to the evidence.
struct KillRun: Sendable {
    private let world: KillWorld
    private let receiver: CallbackReceiver
    private let subscribers: [KillSubscriber]

    /// Longest waits for what must come once nothing is killed any more: longer than all windows
    /// of a call whose webhooks were lost.
    private static let endsWithin = Duration.seconds(300)
    private static let callbacksWithin = Duration.seconds(200)
    private static let streamsWithin = Duration.seconds(60)
    /// Longest wait for traffic before a kill that wants some.
    private static let trafficWithin = Duration.seconds(2)
    /// Each of so many kills has its database looked at.
    private static let killsPerCopy = 5

    init(world: KillWorld, receiver: CallbackReceiver) {
        self.world = world
        self.receiver = receiver
        let all = KillSubscriber.allKinds
        let kinds: [(KillSubscriber.Memory, [Promptcall_V1_EventKind])] = [
            (.own, all), (.own, []), (.named("all"), all), (.named("ended"), []),
        ]
        self.subscribers = kinds.enumerated().map { number, wanted in
            KillSubscriber(number: number, memory: wanted.0, kinds: wanted.1, world: world)
        }
    }

    /// Kills the daemon as often as planned, lets everything end, and gathers what is known.
    func run() async throws -> KillEvidence {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for subscriber in self.subscribers {
                group.addTask {
                    await self.world.noting("subscriber \(subscriber.number)") {
                        try await subscriber.run()
                    }
                }
            }
            group.addTask {
                let renewer = KillRenewer(world: self.world)
                await self.world.noting("renewer") { try await renewer.run() }
            }
            let last = try await self.killAll()
            let evidence = try await self.gather(last)
            group.cancelAll()
            return evidence
        }
    }

    // MARK: - Killing

    /// Kills one daemon after the other while calls are submitted; returns the one that may live.
    private func killAll() async throws -> RunningProgram {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...KillPlan.submitters {
                group.addTask {
                    let submitter = KillSubmitter(number: number, world: self.world)
                    await self.world.noting("submitter \(number)") { try await submitter.run() }
                }
            }
            var random = SeededRandom(seed: self.world.plan.seed)
            // A guess, until the first was ready.
            var startTime = Duration.milliseconds(500)
            for number in 1...max(1, self.world.plan.kills) {
                let moment = KillMoment.random(startTime: startTime, using: &random)
                startTime = try await self.live(until: moment) ?? startTime
                if number.isMultiple(of: Self.killsPerCopy) { try self.checkCopy(after: number) }
            }
            let last = try self.world.lab.launch()
            try await last.logged("ready")
            self.world.lives.update { lives in
                lives.readies += 1
                lives.isLast = true
            }
            self.world.ledger.update { $0.isClosed = true }
            try await group.waitForAll()
            return last
        }
    }

    /// Starts a daemon and kills it at a moment; returns what it took to be ready, if it was.
    private func live(until moment: KillMoment) async throws -> Duration? {
        let daemon = try self.world.lab.launch()
        async let ready = self.readied(daemon)
        switch moment {
        case .afterStart(let delay):
            try await KillClock.pass(delay)
        case .afterReady(let delay):
            _ = await ready
            try await KillClock.pass(delay)
        case .afterRequests(let count, let delay):
            _ = await ready
            let before = self.world.ledger.read { $0.requests }
            _ = try await KillClock.isDone(within: Self.trafficWithin) {
                try await self.world.ledger.wait { $0.requests >= before + count }
            }
            try await KillClock.pass(delay)
        case .afterWebhooks(let count, let delay):
            _ = await ready
            let records = self.world.lab.simulator.records
            let before = records.read { $0.webhooks.count }
            _ = try await KillClock.isDone(within: Self.trafficWithin) {
                try await records.wait { $0.webhooks.count >= before + count }
            }
            try await KillClock.pass(delay)
        }
        self.world.lives.update { $0.kills += 1 }
        let code = try await daemon.end(SIGKILL)
        self.world.lives.update { $0.deaths += 1 }
        if code != -SIGKILL {
            let log = daemon.state.value.lines.suffix(3).joined(separator: "\n")
            self.world.ledger.update { $0.fault("a daemon ended by itself with \(code): \(log)") }
        }
        self.checkLog(of: daemon)
        return await ready
    }

    /// What a daemon takes to be ready; nil where it ends before.
    private func readied(_ daemon: RunningProgram) async -> Duration? {
        let start = ContinuousClock.now
        do {
            try await daemon.logged("ready")
        } catch {
            return nil
        }
        self.world.lives.update { $0.readies += 1 }
        return start.duration(to: .now)
    }

    private func checkCopy(after kill: Int) throws {
        // Killed before it had made one.
        let path = self.world.lab.data.appendingPathComponent("calls.db").path
        guard FileManager.default.fileExists(atPath: path) else { return }
        let database = try KillDatabase.readCopy(of: self.world.lab.data)
        guard database.integrity != "ok" || database.dangling > 0 else { return }
        self.world.ledger.update {
            $0.fault("the database after kill \(kill): \(database.integrity)")
        }
    }

    /// Looks for what may be in no log.
    private func checkLog(of daemon: RunningProgram) {
        let numbers = Set(self.world.ledger.read { $0.orders.values.map(\.number) })
        for line in daemon.state.value.lines {
            if line.contains(KillOrder.pin) {
                self.world.ledger.update { $0.fault("a PIN is in the log") }
            }
            // Nothing happens here that an operator would have to look at.
            if line.contains(#""level":"error""#) {
                self.world.ledger.update { $0.fault("an error is in the log: \(line)") }
            }
            for part in line.split(whereSeparator: { !$0.isNumber }) where part.count == 11 {
                guard numbers.contains(String(part)) else { continue }
                self.world.ledger.update { $0.fault("a number is in the log") }
            }
        }
    }

    // MARK: - The end

    /// Waits until everything has ended, and asks everybody.
    private func gather(_ last: RunningProgram) async throws -> KillEvidence {
        try await self.expect("every call ends", within: Self.endsWithin) {
            try await self.world.ledger.wait(until: \.isOver)
        }
        let wanted = self.world.ledger.read { $0.callbacksWanted }
        try await self.expect("every result is delivered", within: Self.callbacksWithin) {
            try await self.world.ledger.wait { $0.calledBack.isSuperset(of: wanted) }
        }
        try await self.expect("every leg ends", within: Self.callbacksWithin) {
            try await self.world.lab.simulator.settled()
        }
        // Nothing happens any more, so what is stored is all there is.
        let stored = try KillDatabase.read(in: self.world.lab.data)
        let (history, calls) = try await self.readAll(events: stored.events)
        let endings = history.count { $0.kind == .ended }
        for subscriber in self.subscribers {
            let count = subscriber.kinds.isEmpty ? endings : history.count
            let name = "subscriber \(subscriber.number) gets all"
            try await self.expect(name, within: Self.streamsWithin) {
                try await subscriber.trace.wait { $0.count >= count }
            }
        }
        let code = try await last.end(SIGTERM)
        if code != 0 { self.world.ledger.update { $0.fault("SIGTERM ended it with \(code)") } }
        self.checkLog(of: last)
        let simulator = self.world.lab.simulator
        return KillEvidence(
            ledger: self.world.ledger.value,
            history: history,
            calls: calls,
            placements: simulator.placements,
            webhooks: simulator.webhooks(),
            objections: Array(simulator.records.value.objections),
            callbacks: self.receiver.received.value,
            subscribers: self.subscribers,
            database: try KillDatabase.read(in: self.world.lab.data)
        )
    }

    /// Waits for what must come, and notes a fault where it does not.
    private func expect(
        _ what: String,
        within limit: Duration,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        if try await KillClock.isDone(within: limit, body) { return }
        self.world.ledger.update { $0.fault("not so within \(limit): \(what)") }
    }

    /// Reads the history, and each call as it is stored.
    private func readAll(
        events count: Int
    ) async throws -> ([Promptcall_V1_Event], [String: Promptcall_V1_Call]) {
        try await self.world.lab.withClient { calls in
            let history = try await calls.subscribe { requests, responses in
                var start = Promptcall_V1_SubscribeRequest()
                start.start.position = .earliest
                start.start.kinds = KillSubscriber.allKinds
                try await requests.send(start)
                var history: [Promptcall_V1_Event] = []
                while history.count < count, let response = try await responses.next() {
                    if case .event(let event) = response.kind { history.append(event) }
                }
                requests.finish()
                return history
            }
            var stored: [String: Promptcall_V1_Call] = [:]
            for tid in Set(history.map(\.call.tid)) {
                var request = Promptcall_V1_GetRequest()
                request.tid = tid
                stored[tid] = try await calls.get(request)
            }
            return (history, stored)
        }
    }
}
