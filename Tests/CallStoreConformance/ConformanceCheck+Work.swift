internal import PromptCallCore
internal import Testing

extension ConformanceCheck {
    private static let lease = StoreLease(incarnation: 1, duration: .seconds(30))

    private static func claim(
        _ caller: String = "tester",
        _ priority: CallPriority = .normal,
        now second: Int = 1000,
        after: QueuePosition? = nil,
        limit: Int = 100
    ) -> QueueClaim {
        QueueClaim(
            lane: QueueLane(priority: priority, caller: caller),
            now: SampleCall.time(second),
            after: after,
            limit: limit,
            lease: self.lease
        )
    }

    static var ofWork: [ConformanceCheck] {
        [
            ConformanceCheck("Queued calls are handed out lane by lane, in the order they wait") {
                store in
                var later = SampleCall(second: 1)
                later.notBefore = SampleCall.time(20)
                var own = SampleCall(second: 3)
                own.credentials = .ownCredentials
                var other = SampleCall(second: 4)
                other.caller = "other"
                var urgent = SampleCall(second: 5)
                urgent.priority = .urgent
                try await store.submit([later, own, other, urgent, SampleCall(second: 2)])

                let early = try await store.claimQueued(self.claim(now: 19))
                #expect(early.map(\.id) == [2, 3].map { SampleCall.id($0) })
                #expect(early.map(\.credentials) == ["default", nil])
                #expect(early.first?.to.value == later.number)
                #expect(early.first?.readyAt == SampleCall.time(2))
                #expect(early.first?.expiresAt == SampleCall.time(602))
                let all = try await store.claimQueued(self.claim(now: 20))
                #expect(all.map(\.id) == [2, 3, 1].map { SampleCall.id($0) })
                let rest = try await store.claimQueued(self.claim(after: all[0].position, limit: 1))
                #expect(rest.map(\.id) == [SampleCall.id(3)])
                let others = try await store.claimQueued(self.claim("other"))
                #expect(others.map(\.id) == [other.id])
                #expect(try await store.claimQueued(self.claim("other", .urgent)).isEmpty)
                let lanes = [
                    QueueLane(priority: .urgent, caller: "tester"),
                    QueueLane(priority: .normal, caller: "other"),
                    QueueLane(priority: .normal, caller: "tester"),
                ]
                #expect(try await store.lanes() == lanes)
            },
            ConformanceCheck("A call leaves the queue when it is placed, and may come back") {
                store in
                let sample = SampleCall(second: 1)
                try await store.submit([sample])
                let placing = sample.record.moved(to: .placing, at: 2)
                try await store.apply([placing])
                #expect(try await store.claimQueued(self.claim()).isEmpty)
                #expect(try await store.lanes().isEmpty)
                let again = placing.record.moved(to: .queued, at: 3) { record in
                    record.timers[.ready] = SampleCall.time(30)
                }
                try await store.apply([again])
                #expect(try await store.claimQueued(self.claim(now: 29)).isEmpty)
                let queued = try await store.claimQueued(self.claim(now: 30))
                #expect(queued.map(\.readyAt) == [SampleCall.time(30)])
            },
            ConformanceCheck("Timers are handed out in their order, each call once") { store in
                let samples = (1...4).map { SampleCall(second: $0) }
                try await store.submit(samples)
                let due: (Int, DueCall?, Int) -> DueClaim = { second, after, limit in
                    DueClaim(
                        through: SampleCall.time(second),
                        after: after,
                        limit: limit,
                        lease: self.lease
                    )
                }
                #expect(try await store.claimDue(due(600, nil, 10)).isEmpty)
                let changes = [(0, 50), (1, 40), (3, 40)].map { index, second in
                    samples[index].record.moved(to: .placing, at: 5) { record in
                        record.timers[.lost] = SampleCall.time(900)
                        record.timers[.watch] = SampleCall.time(second)
                    }
                }
                try await store.apply(changes)
                let first = try await store.claimDue(due(603, nil, 3))
                #expect(first.map(\.id) == [2, 4, 1].map { SampleCall.id($0) })
                #expect(first.map(\.at) == [40, 40, 50].map { SampleCall.time($0) })
                let behind = try await store.claimDue(due(603, first[0], 10))
                #expect(behind.map(\.id) == [4, 1, 3].map { SampleCall.id($0) })
                #expect(try await store.claimDue(due(49, first[1], 10)).isEmpty)
                try await store.apply([changes[1].record.moved(to: .ended, at: 41)])
                let rest = try await store.claimDue(due(45, nil, 10))
                #expect(rest.map(\.id) == [SampleCall.id(4)])
            },
            ConformanceCheck("Live calls are handed out page by page") { store in
                let samples = (1...7).map { SampleCall(second: $0) }
                try await store.submit(samples)
                let stages = [CallStage.placing, .started, .ringing, .answered, .verified, .ended]
                let moved = zip(samples, stages).map { sample, stage in
                    sample.record.moved(to: stage, at: 8)
                }
                try await store.apply(moved)
                var live: [CallRecord] = []
                while true {
                    let page = try await store.claimLive(
                        after: live.last?.id,
                        limit: 2,
                        lease: self.lease
                    )
                    live += page
                    if page.count < 2 { break }
                }
                #expect(live == moved.prefix(5).map(\.record))
            },
            ConformanceCheck("Calls are counted by stage, caller and callback") { store in
                #expect(try await store.counts() == StoreCounts())
                var other = SampleCall(second: 3)
                other.caller = "other"
                other.priority = .urgent
                let samples = [SampleCall(second: 2), other, SampleCall(second: 4)]
                try await store.submit(samples + [SampleCall(second: 5), SampleCall(second: 6)])
                try await store.apply([
                    SampleCall(second: 4).record.moved(to: .ringing, at: 7),
                    SampleCall(second: 5).record.moved(to: .ended, at: 7) { record in
                        record.progress.callback = CallbackProgress()
                    },
                ])
                let counts = try await store.counts()
                #expect(counts.stages == [.queued: 3, .ringing: 1])
                #expect(counts.queued == ["tester": 2, "other": 1])
                #expect(counts.callbacksWaiting == 1)
                #expect(counts.oldestQueued == SampleCall.time(2))
            },
        ]
    }
}
