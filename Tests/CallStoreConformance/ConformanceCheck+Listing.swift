internal import PromptCallCore
internal import Testing

extension ConformanceCheck {
    private static func expect(
        _ seconds: [Int],
        in store: any CallStore,
        _ location: SourceLocation = #_sourceLocation,
        _ set: (inout CallFilter) -> Void
    ) async throws {
        var filter = CallFilter()
        set(&filter)
        let found = try await store.list(ListPage(filter: filter, limit: 100))
        let ids = seconds.map { SampleCall.id($0) }
        #expect(found.map(\.id) == ids, sourceLocation: location)
        #expect(
            found.allSatisfy { filter.matches($0, at: $0.progress) },
            sourceLocation: location
        )
    }

    static var ofListing: [ConformanceCheck] {
        [
            ConformanceCheck("Calls are listed newest first, page by page") { store in
                try await store.submit((1...25).map { SampleCall(second: $0) })
                var listed: [CallRecord] = []
                while true {
                    let page = ListPage(filter: CallFilter(), after: listed.last?.id, limit: 10)
                    let found = try await store.list(page)
                    listed += found
                    if found.count < 10 { break }
                }
                #expect(listed == (1...25).reversed().map { SampleCall(second: $0).record })
            },
            ConformanceCheck("A list holds what matches every part of its filter") { store in
                var samples = (1...8).map { SampleCall(second: $0) }
                samples[1].caller = "other"
                samples[2].number = 15_550_100
                samples[3].requestID = "order-4"
                samples[4].labels = [CallLabel(name: "a", value: "1")]
                samples[5].labels = [
                    CallLabel(name: "a", value: "1"), CallLabel(name: "b", value: "2"),
                ]
                try await store.submit(samples)
                try await store.apply([
                    samples[0].record.moved(to: .ended, at: 9),
                    samples[1].record.moved(to: .ended, at: 9) { $0.progress.reason = .busy },
                    samples[2].record.moved(to: .ringing, at: 9),
                ])
                try await self.expect([2], in: store) { $0.caller = "other" }
                try await self.expect([3], in: store) { $0.to = samples[2].record.terms.to }
                try await self.expect([4], in: store) { $0.requestID = "order-4" }
                try await self.expect([6, 5], in: store) { $0.labels = samples[4].labels }
                try await self.expect([6], in: store) { $0.labels = samples[5].labels }
                try await self.expect([], in: store) {
                    $0.labels = [CallLabel(name: "a", value: "2")]
                }
                try await self.expect([1], in: store) { $0.statuses = [.ok] }
                try await self.expect([2, 1], in: store) { $0.statuses = [.ok, .error] }
                try await self.expect([2], in: store) { $0.reasons = [.busy, .rejected] }
                try await self.expect([3], in: store) { $0.stages = [.ringing, .answered] }
                try await self.expect([3, 2, 1], in: store) { $0.stages = [.ringing, .ended] }
                try await self.expect([8, 7], in: store) { $0.submittedAfter = SampleCall.time(6) }
                try await self.expect([2, 1], in: store) { $0.submittedBefore = SampleCall.time(3) }
                try await self.expect([7, 3], in: store) {
                    $0.ids = [7, 3, 7, 50].map { SampleCall.id($0) }
                }
                try await self.expect([3], in: store) {
                    $0.ids = [SampleCall.id(7), SampleCall.id(3)]
                    $0.stages = [.ringing]
                }
                try await self.expect([5], in: store) {
                    $0.caller = "tester"
                    $0.labels = samples[4].labels
                    $0.stages = [.queued]
                    $0.submittedBefore = SampleCall.time(6)
                    $0.to = samples[4].record.terms.to
                }
            },
        ]
    }
}
