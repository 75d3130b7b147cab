internal import CallEngine
internal import PromptCallCore

/// A call as whoever wants it knows it: what was ordered, and what was promised.
struct SimulatedCall: Sendable {
    let index: Int
    let caller: String
    /// Its times count from the Submit on.
    let terms: CallTerms
    let lifetime: Duration
    /// How long it waits before it may be placed.
    let delay: Duration?
    let script: CallScript
    let callee: Callee
    /// Who answers a leg behind the first.
    let redialCallee: Callee
    /// It may be sent again under one name until it is answered; false for who gives up.
    let isPersistent: Bool
    let account: String
    var submits = 0
    var submittedAt: Timestamp?
    /// What was answered; of one `request_id` there must be one.
    var accepted: Set<CallID> = []
    var isRefused = false
    var cancelledAt: Timestamp?
    /// Faults that touched it in particular.
    var faults: Set<SimulationFault> = []

    var requestID: String { "request-\(self.index)" }

    /// Whether its submitter has nothing more to do.
    var isAnswered: Bool { !self.accepted.isEmpty || self.isRefused }

    /// By which the store tells a repetition from another request.
    var fingerprint: [UInt8] { Array(self.requestID.utf8) }

    /// An order for it, under a fresh identifier, as each Submit makes one.
    func order(
        at now: Timestamp,
        wallLead: Duration,
        random: inout SplitMix64
    ) -> SubmitOrder {
        var terms = self.terms
        terms.expiresAt = now + wallLead + self.lifetime
        terms.notBefore = self.delay.map { now + wallLead + $0 }
        let record = CallRecord(
            id: CallID(time: now, random: (random.next(), random.next())),
            caller: self.caller,
            terms: terms,
            expected: self.expected,
            submittedAt: now
        )
        var own: OwnCredentials?
        if self.terms.credentials == .ownCredentials {
            let token = "token \(self.index) \(self.submits)"
            own = OwnCredentials(credentials: .jwt(token), account: self.account)
        }
        return SubmitOrder(
            record: record,
            script: self.script,
            fingerprint: self.fingerprint,
            ownCredentials: own
        )
    }

    private var expected: [DTMFDigits] {
        guard case .pin = self.terms.prompt else { return [] }
        return [DTMFDigits(Callee.rightPIN)].compactMap(\.self)
    }
}

extension SimulatedCall {
    /// Draws a call.
    static func draw(
        _ index: Int,
        hasOwnCredentials: Bool,
        _ random: inout SplitMix64
    ) -> Self {
        let script = CallScript(
            text: "Please key in the code that you were given.",
            byeText: random.chance(0.7) ? "Thank you." : "",
            failedText: random.chance(0.5) ? "That was wrong." : "",
            machineText: random.chance(0.5) ? "Please call us back." : ""
        )
        let isOwn = hasOwnCredentials && random.chance(0.3)
        // Now and then two calls are for one number.
        let number = random.chance(0.15) ? index / 2 : index
        let terms = CallTerms(
            to: Self.number(number),
            from: Self.number(900_000),
            prompt: random.one(of: [
                .pin(length: 4), .pin(length: 4), .pin(length: 4), .digits(min: 2, max: 6),
                .announcement,
            ]),
            speech: SpeechLengths(of: script),
            callback: random.chance(0.8)
                ? CallbackTerms(
                    url: "https://receiver-\(random.number(0...2)).example/result",
                    method: .postJSON
                ) : nil,
            credentials: isOwn ? .ownCredentials : .profile("main"),
            requestID: "request-\(index)",
            attemptsMax: random.one(of: [3, 3, 3, 1, 2]),
            plays: random.one(of: [1, 1, 2]),
            inputTimeout: .seconds(random.number(2...10)),
            ringTimeout: .seconds(random.one(of: [30, 60])),
            maxDuration: .seconds(random.one(of: [120, 300])),
            expiresAt: Timestamp(milliseconds: 0),
            priority: random.one(of: [.urgent, .normal, .normal, .bulk]),
            unknownPlacement: random.chance(0.3) ? .ringAgain : .giveUp,
            redial: random.chance(0.3) ? Self.redial(&random) : nil,
            machine: random.chance(0.3) ? Self.machine(script, &random) : nil
        )
        return Self(
            index: index,
            caller: random.one(of: ["alice", "bob", "carol"]),
            terms: terms,
            lifetime: .seconds(random.one(of: [120, 600, 600, 3600])),
            delay: random.chance(0.1) ? .seconds(random.number(1...100)) : nil,
            script: script,
            callee: Callee.draw(&random),
            redialCallee: Callee.draw(&random),
            isPersistent: random.chance(0.8),
            account: isOwn ? "own-\(random.number(0...1))" : "main"
        )
    }

    private static func redial(_ random: inout SplitMix64) -> RedialTerms {
        let some = RedialTerms.possibleReasons.filter { _ in random.chance(0.6) }
        return RedialTerms(
            redialsMax: random.number(1...3),
            wait: .seconds(random.number(1...60)),
            reasons: random.chance(0.5) ? [.busy, .unanswered] : some
        )
    }

    private static func machine(
        _ script: CallScript,
        _ random: inout SplitMix64
    ) -> MachineTerms {
        MachineTerms(
            random.one(of: [.hangUp, .leaveMessage]),
            detection: random.one(of: [.advanced, .advanced, .standard]),
            speech: SpeechLengths.length(of: script.message ?? "")
        )
    }

    /// Who answers a leg.
    func callee(ofLeg number: Int) -> Callee { number > 1 ? self.redialCallee : self.callee }

    private static func number(_ index: Int) -> PhoneNumber {
        guard let number = PhoneNumber(value: 4_412_000_000 + UInt64(index)) else {
            preconditionFailure("The number of index \(index) is none.")
        }
        return number
    }
}
