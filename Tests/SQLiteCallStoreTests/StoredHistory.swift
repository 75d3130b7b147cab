import CallStoreConformance
import PromptCallCore

/// Calls, events and subscriptions as the fixtures of all schemas hold them.
///
/// A fixture is made by ``write(to:)`` on the code of its time, and read with that of today: so a
/// value that is added here is added to the fixtures of later schemas alone, under a new name.
struct StoredHistory {
    /// The calls, in the order of their submission.
    let samples: [SampleCall]
    /// What happened to them, in order.
    let transitions: [Transition]
    let subscriptions: [SubscriptionRecord]
    /// Events from before this are gone.
    let pruned: Timestamp

    /// Which store the fixtures are of.
    static let store: UInt64 = 0xFEDC_BA98_7654_3210

    /// Stores it in an empty store.
    func write(to store: some CallStore) async throws(StoreError) {
        try await store.submit(self.samples)
        for transition in self.transitions {
            try await store.apply([transition])
        }
        var batch = CommitBatch()
        batch.subscriptions = self.subscriptions
        _ = try await store.commit(batch)
        _ = try await store.prune(
            RetentionCut(calls: self.pruned, events: self.pruned),
            limit: 100
        )
    }

    /// The records as they are at the end.
    var records: [CallRecord] {
        self.samples.map { sample in
            self.transitions.last { $0.record.id == sample.id }?.record ?? sample.record
        }
    }

    /// The events that are kept, oldest first.
    var events: [CallEvent] {
        (self.samples.map(\.submission.events) + self.transitions.map(\.events))
            .flatMap(\.self)
            .filter { $0.time >= self.pruned }
    }
}

extension StoredHistory {
    /// What there is to store since the first schema.
    static var first: StoredHistory {
        var samples = (0...6).map { SampleCall(second: $0) }
        samples[1].requestID = "order-1"
        samples[1].labels = [
            CallLabel(name: "shop", value: "north"), CallLabel(name: "a", value: "1"),
        ]
        samples[1].notBefore = SampleCall.time(100)
        samples[2].credentials = .ownCredentials
        samples[2].priority = .urgent
        samples[2].caller = "pager"
        samples[3].labels = [CallLabel(name: "shop", value: "north")]
        samples[4].text = "Bitte geben Sie die Nummer ein: äöüß 漢字."
        samples[5].requestID = "order-5"
        let records = samples.map(\.record)
        let placing = records[3].moved(to: .placing, at: 10) { record in
            record.progress.legs = [CallLeg(number: 1, placingAt: SampleCall.time(10))]
            record.timers[.placement] = SampleCall.time(40)
        }
        let prompting = records[4].moved(to: .answered, at: 11, event: .answered) { record in
            record.progress.legs = [Self.leg]
            record.progress.attempts = 1
            record.dialogue.turn = 1
            record.dialogue.directive = .ask(.text, turn: 1, plays: 1, bargeIn: true)
            record.dialogue.openedAt = SampleCall.time(11)
            record.timers[.length] = SampleCall.time(300)
            record.collected = DTMFDigits("2468")
        }
        let ended = records[5].moved(to: .ended, at: 12, event: .ended) { record in
            record.progress.detail = "Right at once."
            record.progress.attempts = 1
            record.progress.verifiedAt = SampleCall.time(12)
            record.progress.legs = [Self.leg]
            record.collected = DTMFDigits("4831")
            var callback = CallbackProgress()
            callback.attempts = 2
            callback.lastHTTPStatus = 503
            callback.nextAttemptAt = SampleCall.time(60)
            record.progress.callback = callback
            record.timers[.callback] = SampleCall.time(60)
        }
        return StoredHistory(
            samples: samples,
            transitions: [
                placing, prompting, ended, records[6].moved(to: .ended, at: 13, event: .ended),
            ],
            subscriptions: [
                SubscriptionRecord(
                    key: SubscriptionKey(caller: "tester", name: "billing"),
                    acknowledged: EventCursor(store: Self.store, positions: [8]),
                    handedOut: [
                        EventCursor(store: Self.store, positions: [9]),
                        EventCursor(store: Self.store, positions: [10]),
                    ],
                    usedAt: SampleCall.time(20)
                ),
                SubscriptionRecord(
                    key: SubscriptionKey(caller: "pager", name: "night"),
                    acknowledged: EventCursor(store: Self.store, positions: [0]),
                    usedAt: SampleCall.time(21)
                ),
            ],
            pruned: SampleCall.time(2)
        )
    }

    private static var leg: CallLeg {
        var leg = CallLeg(number: 1, placingAt: SampleCall.time(9))
        leg.placement = .placed
        leg.uuid = "63f61863-4a51-4f6b-86e1-46edebcf9356"
        leg.placedAt = SampleCall.time(10)
        leg.answeredAt = SampleCall.time(11)
        leg.network = "26201"
        return leg
    }
}
