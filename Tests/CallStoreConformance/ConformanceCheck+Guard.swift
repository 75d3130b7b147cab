internal import PromptCallCore
internal import Testing

extension ConformanceCheck {
    /// What the fraud guard keeps and looks up.
    static var ofGuard: [ConformanceCheck] {
        [
            ConformanceCheck("What the guard keeps is read as it was last written") { store in
                let query = GuardQuery(
                    submittedSince: SampleCall.epoch,
                    rungSince: SampleCall.epoch,
                    limit: 10
                )
                #expect(try await store.guardHistory(query) == GuardHistory())
                let records = [
                    GuardRecord(openedAt: SampleCall.time(1)),
                    GuardRecord(openedAt: SampleCall.time(3), resetAt: SampleCall.time(2)),
                    GuardRecord(resetAt: SampleCall.time(4)),
                ]
                for record in records {
                    var batch = CommitBatch()
                    batch.guarding = record
                    let answer = try await store.commit(batch)
                    #expect(answer == CommitAnswer(submissions: [], transitions: []))
                    #expect(try await store.guardHistory(query).record == record)
                }
            },
            ConformanceCheck("The guard finds what was submitted and rung of late") { store in
                var samples = (1...6).map { SampleCall(second: $0) }
                for index in samples.indices { samples[index].number += UInt64(index) }
                try await store.submit(samples)
                func leg(_ number: Int, at second: Int) -> CallLeg {
                    var leg = CallLeg(number: number, placingAt: SampleCall.time(second))
                    leg.endedAt = SampleCall.time(second + 1)
                    leg.price = Amount(units: Int64(second))
                    return leg
                }
                try await store.apply([
                    samples[0].record.moved(to: .ended, at: 20) { record in
                        record.progress.legs = [leg(1, at: 10)]
                    },
                    samples[1].record.moved(to: .ended, at: 40) { record in
                        record.progress.legs = [leg(1, at: 30), leg(2, at: 35)]
                    },
                    // It ended without having been rung.
                    samples[2].record.moved(to: .ended, at: 41),
                    // It is about to be rung again.
                    samples[3].record.moved(to: .queued, at: 42) { record in
                        record.progress.legs = [leg(1, at: 31)]
                    },
                    samples[4].record.moved(to: .ringing, at: 43) { record in
                        record.progress.legs = [leg(1, at: 42)]
                    },
                ])
                let history = try await store.guardHistory(
                    GuardQuery(
                        submittedSince: SampleCall.time(3),
                        rungSince: SampleCall.time(30),
                        limit: 10
                    )
                )
                let orders = history.orders.sorted { $0.at < $1.at }
                #expect(orders.map(\.at) == (3...6).map { SampleCall.time($0) })
                #expect(orders.map(\.to) == samples[2...].map(\.record.terms.to))
                let rung = history.rung.sorted { $0.to.value < $1.to.value }
                #expect(rung.map(\.to) == [samples[1], samples[3]].map(\.record.terms.to))
                let legs = [[leg(1, at: 30), leg(2, at: 35)], [leg(1, at: 31)]]
                #expect(rung.map(\.legs) == legs)
                let latest = try await store.guardHistory(
                    GuardQuery(
                        submittedSince: SampleCall.epoch,
                        rungSince: SampleCall.epoch,
                        limit: 2
                    )
                )
                let times = latest.orders.map(\.at).sorted()
                #expect(times == [5, 6].map { SampleCall.time($0) })
            },
            ConformanceCheck("Calls that wait for nothing but their turn are counted") { store in
                var own = SampleCall(second: 3)
                own.credentials = .ownCredentials
                var later = SampleCall(second: 4)
                later.notBefore = SampleCall.time(400)
                var urgent = SampleCall(second: 5)
                urgent.priority = .urgent
                let samples = [SampleCall(second: 1), SampleCall(second: 2), own, urgent]
                try await store.submit(samples)
                var batch = CommitBatch()
                var waiting = later.submission
                waiting.record.timers[.ready] = SampleCall.time(400)
                batch.submissions = [waiting]
                _ = try await store.commit(batch)
                try await store.apply([samples[0].record.moved(to: .ringing, at: 9)])
                let ready = try await store.counts().ready.sorted { left, right in
                    (left.lane, left.credentials ?? "") < (right.lane, right.credentials ?? "")
                }
                let normal = QueueLane(priority: .normal, caller: "tester")
                let first = QueueLane(priority: .urgent, caller: "tester")
                #expect(
                    ready == [
                        ReadyCount(lane: first, credentials: "default", calls: 1),
                        ReadyCount(lane: normal, credentials: nil, calls: 1),
                        ReadyCount(lane: normal, credentials: "default", calls: 1),
                    ]
                )
            },
        ]
    }
}
