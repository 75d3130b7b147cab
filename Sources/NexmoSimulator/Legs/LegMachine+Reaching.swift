/// From dialling to the answer, and the ends on the way.
extension LegMachine {
    /// The call has come to the callee's network.
    mutating func reachCallee(at now: Duration, _ events: inout [LegEvent]) {
        switch self.plan.outcome {
        case .rejected: self.endUnreached(.rejected, "declined", &events)
        case .failed: self.endUnreached(.failed, "number_out_of_service", &events)
        case .busy:
            events.append(.ringing)
            self.endUnreached(.busy, nil, &events)
        case .timeout:
            events.append(.ringing)
            self.state = .ringing(until: now + self.request.ringingTimer)
        case .answers, .machine, .unanswered, .cancelled:
            events.append(.ringing)
            self.state = .ringing(
                until: now + min(self.plan.ringsFor, self.request.ringingTimer)
            )
        }
    }

    /// The callee answers, or nobody does.
    mutating func endRinging(at now: Duration, _ events: inout [LegEvent]) {
        let isTooLong = self.plan.ringsFor >= self.request.ringingTimer
        switch self.plan.outcome {
        case .timeout:
            self.endUnreached(.timeout, detail: nil, sipCode: nil, &events)
        case .unanswered where isTooLong, .answers where isTooLong, .machine where isTooLong,
            .cancelled where isTooLong:
            self.endUnreached(.timeout, detail: nil, sipCode: nil, &events)
        case .unanswered: self.endUnreached(.unanswered, "timeout", &events)
        case .cancelled: self.endUnreached(.cancelled, nil, &events)
        case .answers, .machine:
            self.answer(at: now, &events)
        case .busy, .rejected, .failed:
            preconditionFailure("\(self.plan.outcome) does not ring")
        }
    }

    private mutating func answer(at now: Duration, _ events: inout [LegEvent]) {
        self.answeredAt = now
        events.append(.answered)
        if case .after(let duration) = self.plan.hangUp { self.hangsUpAt = now + duration }
        guard self.plan.vanishes != .afterAnswer else {
            self.isSilenced = true
            self.state = .stalled
            return
        }
        guard let detection = self.request.detection else { return self.begin(at: now, &events) }
        self.detections = self.verdicts(for: detection, answeredAt: now)
        switch detection.mode {
        case .meanwhile: self.begin(at: now, &events)
        case .waitsForVerdict, .waitsForBeep:
            self.state = .detecting(until: self.detections.last?.at ?? now + Self.verdictAfter)
        }
    }

    private func verdicts(
        for detection: MachineDetection,
        answeredAt now: Duration
    ) -> [Detection] {
        let verdictAt = now + Self.verdictAfter
        let isMachine = self.plan.outcome == .machine
        switch self.plan.detectedAs ?? (isMachine ? .machine : .human) {
        case .nothing: return []
        case .human: return [Detection(at: verdictAt, event: .human)]
        case .machine: break
        }
        let verdict = Detection(at: verdictAt, event: .machine(subState: nil))
        guard detection.mode != .waitsForVerdict, !detection.hangsUp else { return [verdict] }
        if isMachine, let beepsAfter = self.plan.beepsAfter, beepsAfter < detection.beepTimeout {
            let beepAt = max(verdictAt, now + beepsAfter)
            return [verdict, Detection(at: beepAt, event: .machine(subState: "beep_start"))]
        }
        let timeoutAt = now + detection.beepTimeout
        return [verdict, Detection(at: timeoutAt, event: .machine(subState: "beep_timeout"))]
    }

    /// The callee is about to hear something.
    mutating func begin(at now: Duration, _ events: inout [LegEvent]) {
        switch self.request.beginning {
        case .ncco(let actions): self.play(actions, at: now, &events)
        case .answerWebhook(let address): self.state = .asking(.answer(address))
        }
    }

    /// The plan ends the leg, for its own reason or the usual one.
    private mutating func endUnreached(
        _ status: CallStatus,
        _ usual: String?,
        _ events: inout [LegEvent]
    ) {
        let detail = self.plan.detail ?? usual
        let sipCode = self.plan.sipCode ?? Self.sipCode(of: status, detail: detail)
        self.endUnreached(status, detail: detail, sipCode: sipCode, &events)
    }

    /// The code that a status comes with; nil where none has been seen.
    private static func sipCode(of status: CallStatus, detail: String?) -> Int? {
        switch status {
        case .busy: 486
        case .cancelled: 487
        case .unanswered: 480
        case .rejected: detail == "invalid_number" ? 404 : 603
        case .failed: detail == "internal_error" ? nil : 404
        case .started, .ringing, .answered, .human, .machine, .timeout, .completed: nil
        }
    }

    mutating func endUnreached(
        _ status: CallStatus,
        detail: String?,
        sipCode: Int?,
        _ events: inout [LegEvent]
    ) {
        events.append(.unreached(status, detail: detail, sipCode: sipCode))
        // No `completed` follows `rejected` (reference, section 5.3).
        if status != .rejected {
            events.append(.completed(duration: 0, by: .platform, sipCode: sipCode ?? 480))
        }
        self.state = .ended
    }

    mutating func end(by party: LegEvent.Party, at now: Duration, _ events: inout [LegEvent]) {
        guard let answeredAt = self.answeredAt else {
            preconditionFailure("only an answered leg is completed so; \(self.state)")
        }
        // Whole seconds, rounded up, one at least.
        let length = (now - answeredAt).components
        let seconds = Int(length.seconds) + (length.attoseconds > 0 ? 1 : 0)
        events.append(.completed(duration: max(1, seconds), by: party, sipCode: 200))
        self.state = .ended
    }
}
