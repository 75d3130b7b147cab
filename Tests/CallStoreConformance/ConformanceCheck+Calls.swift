internal import PromptCallCore
internal import Testing

extension ConformanceCheck {
    static var ofCalls: [ConformanceCheck] {
        [
            ConformanceCheck("A submitted call is read back, and one never submitted is nil") {
                store in
                try await store.submit([SampleCall(second: 1), SampleCall(second: 2)])
                let ids = [SampleCall.id(2), SampleCall.id(9), SampleCall.id(1)]
                let records = try await store.load(ids)
                #expect(
                    records == [SampleCall(second: 2).record, nil, SampleCall(second: 1).record]
                )
                #expect(try await store.script(of: ids[0]) == SampleCall(second: 2).script)
                #expect(try await store.script(of: ids[1]) == nil)
            },
            ConformanceCheck("Anything that a record can hold is read back") { store in
                for seed in UInt64(1)...60 {
                    var random = RandomRecords(seed: seed)
                    let made = random.record(caller: "caller\(seed)")
                    let script = random.script()
                    var batch = CommitBatch()
                    batch.submissions = [
                        Submission(record: made, script: script, fingerprint: [1], events: [])
                    ]
                    guard case .inserted = try await store.commit(batch).submissions.first else {
                        Issue.record("a submission was not taken")
                        continue
                    }
                    let hasEnded = made.stage == .ended
                    var expected = made
                    if hasEnded { expected.expected = [] }
                    #expect(try await store.load(made.id) == expected)
                    #expect(try await store.script(of: made.id) == (hasEnded ? nil : script))

                    var next = random.another(made)
                    next.version = made.version + 1
                    let answer = try await store.apply([Transition(record: next, events: [])])
                    #expect(answer.transitions == [.applied(first: nil)])
                    if next.stage == .ended { next.expected = [] }
                    #expect(try await store.load(made.id) == next)
                }
            },
            ConformanceCheck("A transition from another version changes nothing") { store in
                let sample = SampleCall(second: 1)
                try await store.submit([sample])
                let placing = sample.record.moved(to: .placing, at: 2, event: .placed)
                let rival = sample.record.moved(to: .ended, at: 2, event: .ended)
                let answer = try await store.apply([placing, rival])
                #expect(answer.transitions.count == 2)
                #expect(answer.transitions.last == .conflict)
                #expect(try await store.load(sample.id) == placing.record)
                #expect(try await store.script(of: sample.id) != nil)
                let unknown = SampleCall(second: 5).record.moved(
                    to: .placing,
                    at: 6,
                    event: .placed
                )
                #expect(try await store.apply([unknown]).transitions == [.conflict])
                let range = try await store.eventRange()
                let kinds = CallEvent.Kind.allCases
                let page = try await store.events(
                    after: range.oldest,
                    matching: EventFilter(kinds: kinds),
                    limit: 10
                )
                #expect(page.events.map(\.event.kind) == [.queued, .placed])
            },
            ConformanceCheck("The end of a call erases its secrets, but for collected digits") {
                store in
                let sample = SampleCall(second: 1)
                try await store.submit([sample])
                let ended = sample.record.moved(to: .ended, at: 2, event: .ended) { record in
                    record.collected = DTMFDigits("77")
                    // The store does not rely on it being emptied.
                    record.expected = sample.record.expected
                }
                try await store.apply([ended])
                let record = try await store.load(sample.id)
                #expect(record?.expected == [])
                #expect(record?.collected == DTMFDigits("77"))
                #expect(try await store.script(of: sample.id) == nil)
            },
            ConformanceCheck("Commits made at once all take effect, in the order they were begun") {
                store in
                let sample = SampleCall(second: 1)
                try await store.submit([sample])
                var transitions: [Transition] = []
                var record = sample.record
                for second in 2...60 {
                    let transition = record.moved(to: .answered, at: second, event: .digits)
                    transitions.append(transition)
                    record = transition.record
                }
                try await withThrowingTaskGroup { group in
                    for second in 100...160 {
                        group.addTask { _ = try await store.submit([SampleCall(second: second)]) }
                    }
                    for transition in transitions {
                        try await store.apply([transition])
                    }
                    try await group.waitForAll()
                }
                #expect(try await store.load(sample.id) == record)
                #expect(try await store.counts().stages == [.queued: 61, .answered: 1])
            },
            ConformanceCheck("A subscription is kept, replaced and its caller's own") { store in
                let range = try await store.eventRange()
                let key = SubscriptionKey(caller: "tester", name: "billing")
                #expect(try await store.subscription(key) == nil)
                var record = SubscriptionRecord(
                    key: key,
                    acknowledged: range.oldest,
                    usedAt: SampleCall.time(1)
                )
                for handedOut in [[], [range.oldest], [range.oldest, range.newest]] {
                    record.handedOut = handedOut
                    record.usedAt = record.usedAt + .seconds(1)
                    var batch = CommitBatch()
                    batch.subscriptions = [record]
                    _ = try await store.commit(batch)
                    #expect(try await store.subscription(key) == record)
                }
                let other = SubscriptionKey(caller: "other", name: "billing")
                #expect(try await store.subscription(other) == nil)
            },
        ]
    }
}
