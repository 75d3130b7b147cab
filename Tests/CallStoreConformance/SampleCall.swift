package import PromptCallCore

/// Describes a call to be submitted.
package struct SampleCall: Sendable {
    /// Seconds since the beginning of the samples' time.
    package var second: Int
    package var caller = "tester"
    package var requestID: String?
    package var priority = CallPriority.normal
    package var credentials = CredentialsSource.profile("default")
    package var labels: [CallLabel] = []
    package var notBefore: Timestamp?
    package var number: UInt64 = 4_930_123_456_789
    package var pin = "4831"
    package var text = "Please enter your number."

    /// At second zero.
    package static let epoch = Timestamp(milliseconds: 1_800_000_000_000)

    package init(second: Int) {
        self.second = second
    }

    /// The moment of a second.
    package static func time(_ second: Int) -> Timestamp {
        self.epoch + .seconds(second)
    }

    /// The identifier of the sample of a second.
    package static func id(_ second: Int) -> CallID {
        CallID(time: self.time(second), random: (UInt64(second), UInt64(second) &* 0x9E37_79B9))
    }

    package var id: CallID { Self.id(self.second) }

    /// The record as it is submitted.
    package var record: CallRecord {
        guard let number = PhoneNumber(value: self.number), let pin = DTMFDigits(self.pin) else {
            preconditionFailure("a sample has a number and digits")
        }
        let submittedAt = Self.time(self.second)
        var record = CallRecord(
            id: self.id,
            caller: self.caller,
            terms: CallTerms(
                to: number,
                from: number,
                prompt: .pin(length: pin.count),
                speech: SpeechLengths(text: .seconds(3)),
                credentials: self.credentials,
                requestID: self.requestID,
                notBefore: self.notBefore,
                expiresAt: submittedAt + .seconds(600),
                labels: self.labels,
                priority: self.priority
            ),
            expected: [pin],
            submittedAt: submittedAt
        )
        record.version = 1
        record.eventCount = 1
        record.timers[.expiry] = record.terms.expiresAt
        return record
    }

    package var script: CallScript {
        CallScript(text: self.text, byeText: "Thank you.")
    }

    /// The submission, with its first event.
    package var submission: Submission {
        let record = self.record
        return Submission(
            record: record,
            script: self.script,
            fingerprint: [UInt8](repeating: 7, count: 32),
            events: [record.event(.queued, at: self.second)]
        )
    }
}

extension CallRecord {
    /// Its latest event, as of now.
    package func event(_ kind: CallEvent.Kind, at second: Int) -> CallEvent {
        CallEvent(
            call: self.id,
            number: self.eventCount,
            kind: kind,
            time: SampleCall.time(second),
            progress: self.progress
        )
    }

    /// The transition to a stage, with an event where a kind is given.
    package func moved(
        to stage: CallStage,
        at second: Int,
        event kind: CallEvent.Kind? = nil,
        _ change: (inout CallRecord) -> Void = { _ in }
    ) -> Transition {
        var record = self
        record.version += 1
        record.progress.stage = stage
        record.timers.stopAll()
        if stage == .ended {
            record.progress.reason = .pinMatched
            record.progress.endedAt = SampleCall.time(second)
            record.expected = []
        }
        change(&record)
        guard let kind else { return Transition(record: record, events: []) }
        record.eventCount += 1
        return Transition(record: record, events: [record.event(kind, at: second)])
    }
}

extension CallStore {
    /// Submits calls in one batch.
    @discardableResult
    package func submit(_ samples: [SampleCall]) async throws(StoreError) -> CommitAnswer {
        var batch = CommitBatch()
        batch.submissions = samples.map(\.submission)
        return try await self.commit(batch)
    }

    /// Commits transitions in one batch.
    @discardableResult
    package func apply(_ transitions: [Transition]) async throws(StoreError) -> CommitAnswer {
        var batch = CommitBatch()
        batch.transitions = transitions
        return try await self.commit(batch)
    }

    /// Reads one record.
    package func load(_ id: CallID) async throws(StoreError) -> CallRecord? {
        try await self.load([id]).first ?? nil
    }
}
