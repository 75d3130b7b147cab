package import PromptCallCore

/// Makes records that hold anything a record can hold, sense aside.
package struct RandomRecords {
    private var generator: SeededGenerator

    package init(seed: UInt64) {
        self.generator = SeededGenerator(seed: seed)
    }

    package mutating func record() -> CallRecord {
        let submittedAt = self.time()
        var record = CallRecord(
            id: CallID(time: submittedAt, random: (self.generator.next(), self.generator.next())),
            caller: self.text(),
            terms: self.terms(),
            expected: self.list(max: 3) { $0.digits() },
            submittedAt: submittedAt
        )
        record.version = Int64(self.number(in: 1...1000))
        record.collected = self.maybe { $0.digits() }
        record.progress = self.progress(submittedAt: submittedAt)
        record.dialogue = self.dialogue()
        for timer in CallTimer.allCases {
            record.timers[timer] = self.maybe { $0.time() }
        }
        record.decided = self.maybe { $0.one(of: CallReason.allCases) }
        record.eventCount = self.number(in: 0...1000)
        return record
    }

    /// A record that a store can be given: of a caller, at its first version.
    package mutating func record(caller: String) -> CallRecord {
        let made = self.record()
        var record = CallRecord(
            id: made.id,
            caller: caller,
            terms: made.terms,
            expected: made.expected,
            submittedAt: made.progress.submittedAt
        )
        record.version = 1
        self.change(&record)
        return record
    }

    /// Another state of a record.
    package mutating func another(_ record: CallRecord) -> CallRecord {
        var changed = record
        self.change(&changed)
        return changed
    }

    private mutating func change(_ record: inout CallRecord) {
        let made = self.record()
        let submittedAt = record.progress.submittedAt
        record.expected = made.expected
        record.collected = made.collected
        record.progress = made.progress
        record.progress.submittedAt = submittedAt
        record.dialogue = made.dialogue
        record.timers = made.timers
        record.decided = made.decided
        record.eventCount = made.eventCount
    }

    package mutating func script() -> CallScript {
        CallScript(
            text: self.text(),
            byeText: self.text(),
            failedText: self.text(),
            machineText: self.text()
        )
    }

    package mutating func terms() -> CallTerms {
        CallTerms(
            to: self.phoneNumber(),
            from: self.phoneNumber(),
            prompt: self.prompt(),
            speech: SpeechLengths(
                text: self.duration(),
                byeText: self.duration(),
                failedText: self.duration()
            ),
            voice: Voice(
                language: self.text(),
                style: self.number(in: 0...20),
                premium: self.flag()
            ),
            callback: self.maybe {
                CallbackTerms(url: $0.text(), method: $0.one(of: CallbackMethod.allCases))
            },
            credentials: self.flag() ? .profile(self.text()) : .ownCredentials,
            requestID: self.maybe { $0.text() },
            attemptsMax: self.number(in: 0...10),
            plays: self.number(in: 0...10),
            inputTimeout: self.duration(),
            hashIsDigit: self.flag(),
            ringTimeout: self.duration(),
            maxDuration: self.duration(),
            notBefore: self.maybe { $0.time() },
            expiresAt: self.time(),
            labels: self.labels(),
            priority: self.one(of: CallPriority.allCases),
            unknownPlacement: self.one(of: UnknownPlacement.allCases),
            redial: self.maybe { random in
                RedialTerms(
                    redialsMax: random.number(in: 1...10),
                    wait: random.duration(),
                    reasons: random.list(max: 3) { $0.one(of: RedialTerms.possibleReasons) }
                )
            },
            machine: self.maybe { random in
                MachineTerms(
                    random.one(of: MachineTerms.Action.allCases),
                    detection: random.one(of: MachineDetection.allCases),
                    speech: random.duration()
                )
            }
        )
    }

    package mutating func progress(submittedAt: Timestamp) -> CallProgress {
        var progress = CallProgress(submittedAt: submittedAt)
        progress.stage = self.one(of: CallStage.allCases)
        progress.reason = self.maybe { $0.one(of: CallReason.allCases) }
        progress.detail = self.text()
        progress.attempts = self.number(in: 0...30)
        progress.redials = self.number(in: 0...3)
        progress.messageLeft = self.flag()
        progress.verifiedAt = self.maybe { $0.time() }
        progress.endedAt = self.maybe { $0.time() }
        progress.legs = self.list(max: 4) { $0.leg() }
        progress.callback = self.maybe { $0.callback() }
        return progress
    }

    private mutating func leg() -> CallLeg {
        var leg = CallLeg(number: self.number(in: 1...10), placingAt: self.time())
        leg.placement = self.one(of: [.asking, .unknown, .placed, .gaveUp])
        leg.uuid = self.maybe { $0.text() }
        leg.conversationUUID = self.maybe { $0.text() }
        leg.placedAt = self.maybe { $0.time() }
        leg.ringingAt = self.maybe { $0.time() }
        leg.answeredAt = self.maybe { $0.time() }
        leg.endedAt = self.maybe { $0.time() }
        leg.duration = self.maybe { $0.duration() }
        leg.price = self.maybe { Amount(units: Int64($0.number(in: 0...10_000_000))) }
        leg.rate = self.maybe { Amount(units: Int64($0.number(in: 0...10_000_000))) }
        leg.network = self.maybe { $0.text() }
        leg.reason = self.maybe { $0.one(of: CallReason.allCases) }
        leg.completed = self.flag()
        leg.disconnectedBy = self.maybe { $0.one(of: [.platform, .user]) }
        leg.webhookSeen = self.flag()
        leg.fault = self.maybe { $0.one(of: [.outage, .instructions]) }
        leg.endFetched = self.flag()
        leg.seenAliveAt = self.maybe { $0.time() }
        leg.hangUpAsked = self.flag()
        leg.callee = self.maybe { $0.one(of: [.machine, .human]) }
        return leg
    }

    private mutating func callback() -> CallbackProgress {
        var callback = CallbackProgress()
        callback.state = self.one(of: [.waiting, .delivered, .abandoned])
        callback.attempts = self.number(in: 0...10)
        callback.lastHTTPStatus = self.number(in: 0...599)
        callback.lastError = self.text()
        callback.nextAttemptAt = self.maybe { $0.time() }
        return callback
    }

    private mutating func dialogue() -> Dialogue {
        var dialogue = Dialogue()
        dialogue.turn = self.number(in: 0...10)
        dialogue.directive = self.maybe { $0.directive() }
        dialogue.openedAt = self.maybe { $0.time() }
        dialogue.entries = self.list(max: 5) {
            JudgedEntry(
                verdict: $0.one(of: JudgedEntry.Verdict.allCases),
                answer: $0.directive()
            )
        }
        dialogue.rounds = self.number(in: 0...10)
        dialogue.graces = self.number(in: 0...2)
        dialogue.played = self.number(in: 0...10)
        dialogue.message = self.maybe { $0.one(of: [.asked, .playing, .played]) }
        dialogue.messagesAsked = self.number(in: 0...5)
        return dialogue
    }

    private mutating func directive() -> Directive {
        switch self.number(in: 0...3) {
        case 0:
            .ask(
                self.maybe { $0.one(of: Spoken.allCases) },
                turn: self.number(in: 0...20),
                plays: self.number(in: 0...10),
                bargeIn: self.flag()
            )
        case 1: .announce
        case 2: .say(self.one(of: Spoken.allCases))
        default: .silence
        }
    }

    private mutating func prompt() -> PromptKind {
        switch self.number(in: 0...2) {
        case 0: .pin(length: self.number(in: 0...20))
        case 1: .digits(min: self.number(in: 0...20), max: self.number(in: 0...20))
        default: .announcement
        }
    }

    private mutating func labels() -> [CallLabel] {
        let values = self.list(max: 4) { $0.text() }
        return values.enumerated().map { CallLabel(name: "label\($0)", value: $1) }
    }

    private mutating func phoneNumber() -> PhoneNumber {
        let value = UInt64.random(in: 1_000_000...999_999_999_999_999, using: &self.generator)
        guard let number = PhoneNumber(value: value) else {
            preconditionFailure("seven to fifteen digits are a number")
        }
        return number
    }

    private mutating func digits() -> DTMFDigits {
        let keys = self.list(max: 20) { $0.one(of: Array("0123456789*#")) }
        guard let digits = DTMFDigits(String(keys)) else {
            preconditionFailure("keys are digits")
        }
        return digits
    }

    /// Empty, short, or long enough for a length of two bytes.
    private mutating func text() -> String {
        let characters = Array("abcdefghijklmnop-._0123456789 äß漢字🙂")
        return String(self.list(max: self.flag() ? 8 : 200) { $0.one(of: characters) })
    }

    private mutating func time() -> Timestamp {
        Timestamp(milliseconds: Int64.random(in: -1000...4_000_000_000_000, using: &self.generator))
    }

    private mutating func duration() -> Duration {
        .milliseconds(Int64(self.number(in: 0...10_000_000)))
    }

    private mutating func flag() -> Bool {
        Bool.random(using: &self.generator)
    }

    private mutating func number(in range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self.generator)
    }

    private mutating func one<Value>(of values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &self.generator)]
    }

    private mutating func maybe<Value>(_ make: (inout Self) -> Value) -> Value? {
        self.flag() ? make(&self) : nil
    }

    private mutating func list<Value>(max: Int, _ make: (inout Self) -> Value) -> [Value] {
        let count = self.number(in: 0...max)
        return (0..<count).map { _ in make(&self) }
    }
}
