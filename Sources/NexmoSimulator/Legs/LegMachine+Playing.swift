/// What the callee hears, keys in, and what replies change.
extension LegMachine {
    /// Replaces all that was to come.
    mutating func play(
        _ actions: [NCCOAction],
        at now: Duration,
        _ events: inout [LegEvent]
    ) {
        self.rest = actions
        self.playNext(at: now, &events)
    }

    /// Goes on with the first action that is left.
    mutating func playNext(at now: Duration, _ events: inout [LegEvent]) {
        while !self.rest.isEmpty {
            switch self.rest.removeFirst() {
            case .talk(let talk):
                self.pinHeard = self.pinHeard ?? SpokenText.pin(in: talk.words)
                let once = SpokenText.duration(of: talk.words)
                if self.plan.hangUp == .duringPrompt, self.hangsUpAt == nil {
                    self.hangsUpAt = now + once / 2
                }
                if self.speak(for: once, loop: talk.loop, bargeIn: talk.bargeIn, at: now) { return }
            case .stream(let stream):
                let once = Self.streamLength
                if self.speak(for: once, loop: stream.loop, bargeIn: stream.bargeIn, at: now) {
                    return
                }
            case .input(let input):
                return self.listen(to: input, at: now)
            case .notify(let notify):
                self.state = .asking(.notify(notify))
                return
            case .wait(let duration):
                self.keysLeft = ""
                self.state = .playing(until: now + duration, nil)
                return
            case .record(let record):
                guard let length = record.length else { continue }
                self.keysLeft = ""
                self.state = .playing(until: now + length, record)
                return
            case .unsupported(let name):
                events.append(.error(reason: "The action is not supported: \(name)"))
                return self.end(by: .platform, at: now, &events)
            }
        }
        self.end(by: .platform, at: now, &events)
    }

    /// Starts speech; true where it has to be heard to its end first.
    private mutating func speak(
        for once: Duration,
        loop: Int,
        bargeIn: Bool,
        at now: Duration
    ) -> Bool {
        // Speech for ever ends with the call, whose longest length is known.
        let loops = Double(loop)
        let duration =
            loop == 0
            ? self.request.lengthTimer
            : min(
                once * loops,
                self.request.lengthTimer
            )
        self.isBargeInSticky = self.isBargeInSticky || bargeIn
        if self.isBargeInSticky, self.inputFollows {
            let start = self.speech?.start ?? now
            self.speech = Speech(start: start, end: (self.speech?.end ?? now) + duration)
            return false
        }
        self.keysLeft = ""
        self.state = .playing(until: now + duration, nil)
        return true
    }

    /// Whether an input comes before anything else but speech.
    private var inputFollows: Bool {
        for action in self.rest {
            switch action {
            case .talk, .stream: continue
            case .input: return true
            case .notify, .wait, .record, .unsupported: return false
            }
        }
        return false
    }

    /// Settles what the callee keys in and when the entry ends (reference, section 4.5).
    private mutating func listen(to input: NCCOAction.Input, at now: Duration) {
        let speechEnd = max(now, self.speech?.end ?? now)
        // Silence counts from here, then from each key.
        var last = self.bargeInTimer == .promptEnd ? speechEnd : now
        var presses =
            input.takesKeys
            ? self.presses(for: input, at: now, speechEnd: speechEnd, silenceFrom: last) : []
        self.keysLeft = ""
        var digits = ""
        var end: (at: Duration, timedOut: Bool)?
        while end == nil, let press = presses.first, press.at <= last + input.timeOut {
            presses.removeFirst()
            last = press.at
            if press.key == "#", input.submitOnHash {
                end = (press.at, false)
            } else {
                digits.append(press.key)
                if digits.count == input.maxDigits { end = (press.at, false) }
            }
        }
        if end != nil {
            self.keysLeft = String(presses.map(\.key))
        } else {
            self.lateKeys = presses
        }
        self.isBargeInSticky = false
        self.speech = nil
        self.state = .listening(
            until: end?.at ?? last + input.timeOut,
            input,
            digits: digits,
            timedOut: end?.timedOut ?? true
        )
    }

    /// The keys that an input may hear.
    private mutating func presses(
        for input: NCCOAction.Input,
        at now: Duration,
        speechEnd: Duration,
        silenceFrom: Duration
    ) -> [KeyPress] {
        // Those that nobody listened to are gone.
        let late = self.lateKeys.filter { $0.at > now }
        self.lateKeys = []
        guard late.isEmpty || !self.keysLeft.isEmpty else { return late }
        let entry = self.nextEntry(for: input)
        let first: Duration =
            switch entry.timing?.start {
            case nil: min(now + self.plan.patience, speechEnd) + Self.keyPress
            case .promptBegan: now
            case .promptEnded: speechEnd
            case .timedOut: silenceFrom + input.timeOut
            }
        let start = first + (entry.timing?.after ?? .zero)
        let between = entry.timing?.between ?? Self.keyPress
        return entry.keys.enumerated().map { index, key in
            KeyPress(key: key, at: start + between * index)
        }
    }

    /// An entry is complete or its time is over.
    mutating func entryMade(_ digits: String, at now: Duration) {
        guard !digits.isEmpty else { return }
        self.entriesMade += 1
        if self.plan.hangUp == .afterEntry(self.entriesMade) {
            self.hangsUpAt = now + Self.hangsUpBehindEntry
        }
    }

    private mutating func nextEntry(
        for input: NCCOAction.Input
    ) -> (keys: String, timing: KeyTiming?) {
        guard self.keysLeft.isEmpty else { return (self.keysLeft, nil) }
        let entries = self.plan.entries
        let entry: CalleePlan.Entry =
            if self.inputs < entries.count {
                entries[self.inputs]
            } else if self.plan.repeatsLastEntry, let last = entries.last {
                last
            } else {
                .silence
            }
        self.inputs += 1
        guard case .timed(let inner, let timing) = entry else {
            return (self.keys(of: entry, for: input), nil)
        }
        return (self.keys(of: inner, for: input), timing)
    }

    private func keys(of entry: CalleePlan.Entry, for input: NCCOAction.Input) -> String {
        let pin = self.pinHeard ?? self.plan.pin
        let hash = input.submitOnHash && pin.count < input.maxDigits ? "#" : ""
        switch entry {
        case .pin: return pin + hash
        case .wrongPIN: return Self.wrong(pin) + hash
        case .keys(let keys): return keys
        case .silence: return ""
        case .timed(let inner, _): return self.keys(of: inner, for: input)
        }
    }

    /// The same number of digits, each one higher.
    private static func wrong(_ pin: String) -> String {
        String(pin.map { $0.wholeNumberValue.map { Character(String(($0 + 1) % 10)) } ?? "0" })
    }

    /// Goes on as a reply wants it (reference, sections 4.2 and 5.6).
    mutating func take(
        _ reply: LegReply,
        to question: LegQuestion,
        at now: Duration,
        _ events: inout [LegEvent]
    ) {
        switch (reply, question) {
        case (.ncco(let actions), _):
            self.keysLeft = actions.isEmpty ? "" : self.keysLeft
            self.play(actions, at: now, &events)
        case (.nothing, .input), (.nothing, .notify):
            self.playNext(at: now, &events)
        case (.nothing, .answer), (.nothing, .transfer):
            events.append(.error(reason: "The webhook returned no NCCO."))
            self.end(by: .platform, at: now, &events)
        case (.unusable(let reason), _):
            events.append(.error(reason: reason))
            self.end(by: .platform, at: now, &events)
        case (.undelivered(let reason), .input), (.undelivered(let reason), .notify):
            if let reason { events.append(.error(reason: reason)) }
            self.playNext(at: now, &events)
        case (.undelivered(let reason), .answer), (.undelivered(let reason), .transfer):
            events.append(.error(reason: reason ?? "The webhook could not be delivered."))
            self.end(by: .platform, at: now, &events)
        }
    }
}
