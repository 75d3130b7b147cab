import PromptCallCore
import Testing

/// Whatever happens, in whatever order: the driver checks each step against
/// ``CallInvariants``, and these tests what becomes of the call.
@Suite("CallMachine: walks")
struct CallMachineWalkTests {
    private static let ringAgain = Samples.terms { $0.unknownPlacement = .ringAgain }

    /// Calls in every state that the machine tells apart.
    private static var states: [CallDriver] {
        var waiting = CallDriver()
        waiting.turnCame()
        waiting.placement(.notPlaced(.init(throttled: false, detail: "")))
        var poor = CallDriver(Samples.terms { $0.credentials = .ownCredentials })
        poor.restart(hasCredentials: false)
        var placing = CallDriver()
        placing.turnCame()
        var ringing = CallDriver.placed()
        ringing.report(.ringing)
        var nameless = CallDriver()
        nameless.turnCame()
        nameless.report(Samples.report(.started, uuid: nil))
        var held = CallDriver.answered()
        held.report(.completed)
        var verified = CallDriver.answered()
        verified.enter(Samples.right, turn: 1)
        let live = [
            placing, CallDriver.unknown(), CallDriver.placed(), ringing, nameless,
            CallDriver.answered(), held,
        ]
        let cancelled = live.map { call in
            var call = call
            call.cancel()
            return call
        }
        let announced = CallDriver.answered(Samples.terms(.announcement) { $0.plays = 2 })
        let collecting = CallDriver.answered(Samples.terms(.digits(min: 1, max: 4)))
        return live + cancelled + Self.endings + [
            CallDriver(), waiting, poor, CallDriver.unknown(Self.ringAgain),
            CallDriver.rungAgain(), verified, announced, collecting,
        ]
    }

    private static var endings: [CallDriver] {
        var queued = CallDriver(
            Samples.terms { $0.callback = CallbackTerms(url: "http://a.example", method: .get) }
        )
        queued.cancel()
        var unavailable = CallDriver.unknown()
        unavailable.pass(.seconds(75))
        var lost = CallDriver.placed()
        lost.pass(.seconds(465))
        var busy = CallDriver.placed()
        busy.report(.busy)
        busy.pass(.seconds(2))
        return [queued, unavailable, lost, busy]
    }

    @Test("Every state takes every two inputs")
    func everyStateEveryInput() {
        for state in Self.states {
            let leg = max(1, state.record.progress.legs.count)
            let inputs = CallInputs.all(leg: leg, turn: 1)
            for first in inputs {
                var once = state
                first.feed(to: &once)
                // What changed nothing is tried as the second input.
                if once.record == state.record { continue }
                for second in inputs {
                    var twice = once
                    second.feed(to: &twice)
                }
            }
        }
    }

    @Test("Every state takes every input for another leg and another turn")
    func everyStateEveryLeg() {
        for state in Self.states {
            for leg in [Int.min, 0, 1, 2, 3, Int.max] {
                for input in CallInputs.all(leg: leg, turn: leg == 3 ? 7 : 2) {
                    var call = state
                    input.feed(to: &call)
                }
            }
        }
    }

    @Test("A random walk keeps every promise", arguments: 0..<20)
    func walk(block: UInt64) {
        for seed in block * 150..<(block + 1) * 150 {
            var walk = Walk(seed: seed)
            walk.run()
            if let broken = walk.broken {
                Issue.record("seed \(seed): \(broken), by \(walk.call.kinds)")
                return
            }
        }
    }

    /// One random walk and what it must keep.
    private struct Walk {
        var call: CallDriver
        private var generator: SplitMix64
        private var wasCancelled = false
        private var wasVerified = false
        /// What the entry of each turn was answered first.
        private var answers: [Asked: LegAnswer] = [:]
        private(set) var broken: String?

        private struct Asked: Hashable {
            var leg: Int
            var turn: Int
        }

        private static let steps = 40

        init(seed: UInt64) {
            var generator = SplitMix64(seed: seed)
            let prompts: [PromptKind] = [
                .pin(length: 4), .pin(length: 4), .digits(min: 2, max: 4), .announcement,
            ]
            let terms = Samples.terms(prompts.randomElement(using: &generator) ?? .announcement) {
                $0.attemptsMax = Int.random(in: 1...3, using: &generator)
                $0.plays = Int.random(in: 1...2, using: &generator)
                $0.maxDuration = .seconds(Int64.random(in: 10...300, using: &generator))
                $0.ringTimeout = .seconds(Int64.random(in: 1...60, using: &generator))
                if Bool.random(using: &generator) { $0.unknownPlacement = .ringAgain }
                if Bool.random(using: &generator) { $0.credentials = .ownCredentials }
                if Bool.random(using: &generator) { $0.speech.byeText = .zero }
                if Bool.random(using: &generator) {
                    $0.redial = RedialTerms(redialsMax: 2, reasons: RedialTerms.possibleReasons)
                }
                if Bool.random(using: &generator) {
                    $0.machine = MachineTerms(
                        Bool.random(using: &generator) ? .hangUp : .leaveMessage,
                        detection: .advanced,
                        speech: .seconds(8)
                    )
                }
                if Bool.random(using: &generator) {
                    $0.callback = CallbackTerms(url: "http://a.example", method: .get)
                }
            }
            self.call = CallDriver(terms)
            self.generator = generator
        }

        mutating func run() {
            for _ in 0..<Self.steps where self.broken == nil { self.step() }
            if self.broken == nil { self.finish() }
        }

        private mutating func step() {
            let legs = self.call.record.progress.legs.count
            let isAimed = Int.random(in: 0..<8, using: &self.generator) > 0
            let leg = isAimed ? legs : Int.random(in: 0...legs + 1, using: &self.generator)
            let open = self.call.record.dialogue.turn
            let turn = isAimed ? open : Int.random(in: 0...open + 1, using: &self.generator)
            let before = self.call.record
            switch Int.random(in: 0..<5, using: &self.generator) {
            case 0:
                self.enter(turn: turn, leg: leg)
            case 1:
                self.call.pass(.milliseconds(Int64.random(in: 0...9000, using: &self.generator)))
            case 2 where before.stage == .queued:
                self.call.pass(CallWindows.placeAgain)
                self.call.turnCame()
            default:
                CallInputs.all(leg: leg, turn: turn).randomElement(using: &self.generator)?
                    .feed(to: &self.call)
            }
            let after = self.call.record
            if before.decided == nil, after.decided == .cancelled { self.wasCancelled = true }
            if after.progress.verifiedAt != nil { self.wasVerified = true }
        }

        /// Enters something, and checks that a repeated entry gets the same answer.
        private mutating func enter(turn: Int, leg: Int) {
            let entries = [Samples.right, Samples.wrong, Samples.none, Samples.hash]
            let digits = entries.randomElement(using: &self.generator) ?? Samples.none
            let timedOut = Bool.random(using: &self.generator)
            let wasLive = self.call.record.isLive
            let answer = self.call.enter(digits, turn: turn, timedOut: timedOut, leg: leg)
            guard wasLive, leg == self.call.record.progress.legs.count, answer != .unknown else {
                return
            }
            let first = self.answers.updateValue(answer, forKey: Asked(leg: leg, turn: turn))
            if let first, first != answer { self.broken = "a repeated entry got another answer" }
        }

        /// Lets time alone go on: the call must end within its windows.
        private mutating func finish() {
            self.call.fetchAnswer = .notFound
            self.call.hangUpAnswer = .failed
            if self.call.record.leg?.placement == .asking, self.call.record.stage == .placing {
                let leg = self.call.record.progress.legs.count
                self.call.placement(.unknown(detail: ""), leg: leg)
            }
            let terms = self.call.record.terms
            let windows =
                CallWindows.setup + terms.ringTimeout + CallWindows.slack + terms.maxDuration
                + CallWindows.lost
            let expiry = max(.zero, terms.expiresAt - self.call.now)
            let isQueued = self.call.record.stage == .queued
            self.call.pass(isQueued ? expiry : windows + .seconds(120))
            // It waits for another leg.
            let rest = max(.zero, terms.expiresAt - self.call.now)
            if self.call.record.stage == .queued { self.call.pass(rest) }
            self.broken = self.brokenPromise
        }

        private var brokenPromise: String? {
            let record = self.call.record
            guard record.stage == .ended, let reason = record.progress.reason else {
                return "it never ended"
            }
            if self.wasCancelled, reason != .cancelled { return "a cancel was overruled" }
            if self.wasVerified, reason.status != .ok { return "a right PIN was overruled" }
            if record.progress.price != nil, record.progress.legs.allSatisfy({ $0.price == nil }) {
                return "a price from nowhere"
            }
            return reason.status == .failed && !self.isProven(reason)
                ? "FAILED without evidence: \(reason.name)" : nil
        }

        private func isProven(_ reason: CallReason) -> Bool {
            let record = self.call.record
            // As of the end, for more may have been told of the leg since.
            let ended = self.call.events.first { $0.kind == .ended }
            guard let leg = ended?.progress.legs.last, leg.answeredAt != nil else { return false }
            if reason == .attemptsExhausted || reason == .noInput {
                return record.dialogue.rounds == record.terms.attemptsMax
                    && (record.progress.attempts > 0) == (reason == .attemptsExhausted)
            }
            if reason == .machine { return leg.callee == .machine && record.terms.machine != nil }
            return reason == .hungUp && leg.completed && leg.fault == nil && !leg.hangUpAsked
                && leg.disconnectedBy != .platform
                && (leg.disconnectedBy == .user || !leg.endFetched)
        }
    }
}
