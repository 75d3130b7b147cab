internal import PromptCallCore
internal import Testing

extension ConformanceCheck {
    private static func cut(calls: Int, events: Int) -> RetentionCut {
        RetentionCut(calls: SampleCall.time(calls), events: SampleCall.time(events))
    }

    static var ofRetention: [ConformanceCheck] {
        [
            ConformanceCheck("Old events go in steps, the newest stays, and cursors know") {
                store in
                try await store.submit((1...10).map { SampleCall(second: $0) })
                let before = try await store.eventRange()
                let some = try await store.prune(self.cut(calls: 0, events: 6), limit: 3)
                #expect(some == PruneCount(calls: 0, events: 3))
                let rest = try await store.prune(self.cut(calls: 0, events: 6), limit: 3)
                #expect(rest == PruneCount(calls: 0, events: 2))
                let after = try await store.eventRange()
                #expect(after.newest == before.newest)
                #expect(after.oldest.covers(before.oldest) && after.oldest != before.oldest)
                let filter = EventFilter(kinds: [.queued])
                await self.expectError(.cursorExpired) { () throws(StoreError) in
                    _ = try await store.events(after: before.oldest, matching: filter, limit: 1)
                }
                let page = try await store.events(after: after.oldest, matching: filter, limit: 100)
                #expect(page.events.map(\.record.id) == (6...10).map { SampleCall.id($0) })
                #expect(
                    try await store.prune(self.cut(calls: 0, events: 5000), limit: 100).events == 4
                )
                #expect(try await store.eventRange().newest == before.newest)
            },
            ConformanceCheck("Ended calls go with their requests, live ones stay") { store in
                var samples = (1...5).map { SampleCall(second: $0) }
                samples[0].requestID = "order-1"
                samples[0].labels = [CallLabel(name: "a", value: "1")]
                try await store.submit(samples)
                var waiting = CallbackProgress()
                var delivered = waiting
                delivered.state = .delivered
                waiting.state = .waiting
                try await store.apply([
                    samples[0].record.moved(to: .ended, at: 10, event: .ended),
                    samples[1].record.moved(to: .ended, at: 11, event: .ended) { record in
                        record.progress.callback = waiting
                    },
                    samples[2].record.moved(to: .ended, at: 12, event: .ended) { record in
                        record.progress.callback = delivered
                    },
                    samples[3].record.moved(to: .ended, at: 30, event: .ended),
                ])
                #expect(
                    try await store.prune(self.cut(calls: 20, events: 20), limit: 100)
                        == PruneCount(calls: 2, events: 8)
                )
                let left = try await store.load(samples.map(\.id)).map { $0 != nil }
                #expect(left == [false, true, false, true, true])
                var again = samples[0]
                again.second = 40
                let answer = try await store.submit([again])
                guard case .inserted = answer.submissions.first else {
                    Issue.record("the request of a deleted call still counts")
                    return
                }
                var filter = CallFilter()
                filter.labels = samples[0].labels
                let listed = try await store.list(ListPage(filter: filter, limit: 10))
                #expect(listed.map(\.id) == [again.id])
            },
            ConformanceCheck("Calls that are kept do not hold up those that ended after them") {
                store in
                let samples = (1...40).map { SampleCall(second: $0) }
                try await store.submit(samples)
                var waiting = CallbackProgress()
                waiting.state = .waiting
                try await store.apply(
                    samples.enumerated().map { index, sample in
                        sample.record.moved(to: .ended, at: 50 + index, event: .ended) { record in
                            if index < 20 { record.progress.callback = waiting }
                        }
                    }
                )
                try await store.submit([SampleCall(second: 200)])
                var deleted = PruneCount(calls: 0, events: 0)
                // More steps than it takes, whatever a step looks at first.
                for _ in 1...80 {
                    let count = try await store.prune(self.cut(calls: 100, events: 100), limit: 2)
                    #expect(count.calls <= 2 && count.events <= 2)
                    deleted.calls += count.calls
                    deleted.events += count.events
                }
                #expect(deleted == PruneCount(calls: 20, events: 80))
                let left = try await store.load(samples.map(\.id)).map { $0 != nil }
                #expect(left == (0..<40).map { $0 < 20 })
            },
            ConformanceCheck("A call stays as long as its events") { store in
                let sample = SampleCall(second: 1)
                try await store.submit([sample])
                try await store.apply([sample.record.moved(to: .ended, at: 2, event: .ended)])
                try await store.submit([SampleCall(second: 3)])
                let kept = try await store.prune(self.cut(calls: 100, events: 0), limit: 10)
                #expect(kept == PruneCount(calls: 0, events: 0))
                let gone = try await store.prune(self.cut(calls: 100, events: 100), limit: 10)
                #expect(gone == PruneCount(calls: 1, events: 2))
                #expect(try await store.load(sample.id) == nil)
            },
        ]
    }
}
