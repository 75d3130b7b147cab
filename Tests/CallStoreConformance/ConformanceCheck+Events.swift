internal import PromptCallCore
internal import Testing

extension ConformanceCheck {
    static var ofEvents: [ConformanceCheck] {
        [
            ConformanceCheck("Events are read in the order of their commits, page by page") {
                store in
                let first = try await store.eventRange()
                #expect(first.oldest == first.newest)
                let sample = SampleCall(second: 1)
                let answer = try await store.submit([sample, SampleCall(second: 2)])
                let placed = sample.record.moved(to: .started, at: 3, event: .placed)
                var ringing = placed.record.moved(to: .ringing, at: 4, event: .ringing)
                ringing.record.eventCount += 1
                ringing.events.append(ringing.record.event(.answered, at: 4))
                let moved = try await store.apply([placed, ringing])

                let filter = EventFilter(kinds: CallEvent.Kind.allCases)
                var read: [StoredEvent] = []
                var cursor = first.oldest
                var isLast = false
                while !isLast {
                    let page = try await store.events(after: cursor, matching: filter, limit: 2)
                    #expect(page.events.count <= 2)
                    #expect(page.cursor.covers(cursor))
                    read += page.events
                    cursor = page.cursor
                    isLast = page.isLast
                }
                #expect(read.map(\.event.kind) == [.queued, .queued, .placed, .ringing, .answered])
                #expect(read.map(\.event.number) == [1, 1, 2, 3, 4])
                #expect(read[2].event == placed.events[0])
                #expect(read[2].event.progress.stage == .started)
                #expect(read[2].record == ringing.record)
                #expect(try await store.eventRange().newest == cursor)
                #expect(read.last?.cursor == cursor)
                // What a commit answers is where its own first event is.
                #expect(answer.submissions == read[0...1].map { .inserted(first: $0.cursor) })
                #expect(moved.transitions == read[2...3].map { .applied(first: $0.cursor) })
                let rest = try await store.events(
                    after: read[3].cursor,
                    matching: filter,
                    limit: 100
                )
                #expect(rest.events == [read[4]])
                #expect(rest.isLast)
            },
            ConformanceCheck("A filter without a match moves on") { store in
                var labelled = SampleCall(second: 2)
                labelled.labels = [CallLabel(name: "team", value: "red")]
                labelled.caller = "other"
                try await store.submit([SampleCall(second: 1), labelled, SampleCall(second: 3)])
                try await store.apply([labelled.record.moved(to: .ended, at: 4, event: .ended)])
                let range = try await store.eventRange()
                let nothing = try await store.events(
                    after: range.oldest,
                    matching: EventFilter(kinds: []),
                    limit: 5
                )
                #expect(nothing.events.isEmpty)
                #expect(nothing.isLast)
                #expect(nothing.cursor == range.newest)
                var calls = CallFilter()
                calls.labels = labelled.labels
                let kinds = CallEvent.Kind.allCases
                let red = try await store.events(
                    after: range.oldest,
                    matching: EventFilter(calls: calls, kinds: kinds),
                    limit: 5
                )
                #expect(red.events.map(\.event.kind) == [.queued, .ended])
                calls = CallFilter()
                calls.caller = "tester"
                let ended = try await store.events(
                    after: range.oldest,
                    matching: EventFilter(calls: calls, kinds: [.ended, .queued]),
                    limit: 5
                )
                #expect(ended.events.map(\.record.id) == [SampleCall.id(1), SampleCall.id(3)])
                // A stage is that of the moment of the event.
                calls = CallFilter()
                calls.stages = [.queued]
                let queued = try await store.events(
                    after: range.oldest,
                    matching: EventFilter(calls: calls, kinds: kinds),
                    limit: 5
                )
                #expect(queued.events.count == 3)
            },
            ConformanceCheck("A cursor of another store, or of the future, is refused") { store in
                try await store.submit([SampleCall(second: 1)])
                let newest = try await store.eventRange().newest
                var other = newest
                other.store ^= 1
                var wider = newest
                wider.positions.append(0)
                var future = newest
                future.positions[0] += 1
                var none = newest
                none.positions = []
                for cursor in [other, wider, future, none] {
                    await self.expectError(.cursorForeign) { () throws(StoreError) in
                        _ = try await store.events(
                            after: cursor,
                            matching: EventFilter(),
                            limit: 1
                        )
                    }
                }
            },
            ConformanceCheck("A reader beside the commits sees every event once, in order") {
                store in
                let start = try await store.eventRange().newest
                let total = 200
                try await withThrowingTaskGroup { group in
                    for part in 0..<4 {
                        group.addTask {
                            for second in stride(from: part, to: total, by: 4) {
                                try await store.submit([SampleCall(second: second)])
                            }
                        }
                    }
                    var seen: Set<CallID> = []
                    var cursor = start
                    while seen.count < total {
                        let page = try await store.events(
                            after: cursor,
                            matching: EventFilter(kinds: [.queued]),
                            limit: 7
                        )
                        for stored in page.events {
                            #expect(seen.insert(stored.record.id).inserted)
                            #expect(stored.cursor.covers(cursor))
                        }
                        cursor = page.cursor
                        await Task.yield()
                    }
                    try await group.waitForAll()
                }
            },
        ]
    }

    static func expectError(
        _ code: StoreError.Code,
        _ location: SourceLocation = #_sourceLocation,
        _ operation: () async throws(StoreError) -> Void
    ) async {
        do throws(StoreError) {
            try await operation()
            Issue.record("an error was expected", sourceLocation: location)
        } catch {
            #expect(error.code == code, sourceLocation: location)
        }
    }
}
