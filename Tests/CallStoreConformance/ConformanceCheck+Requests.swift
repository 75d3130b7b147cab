internal import PromptCallCore
internal import Testing

extension ConformanceCheck {
    private static let day = 24 * 60 * 60

    private static func sample(_ second: Int, _ caller: String = "tester") -> SampleCall {
        var sample = SampleCall(second: second)
        sample.caller = caller
        sample.requestID = "order-1"
        return sample
    }

    static var ofRequests: [ConformanceCheck] {
        [
            ConformanceCheck("A request_id counts once for each caller, in and across batches") {
                store in
                let answer = try await store.submit([
                    self.sample(1), self.sample(2), self.sample(3, "other"),
                ])
                #expect(answer.submissions[1] == .existed(SampleCall.id(1), sameRequest: true))
                guard case .inserted = answer.submissions[2] else {
                    Issue.record("another caller's request was refused")
                    return
                }
                var different = self.sample(4).submission
                different.fingerprint[31] = 8
                var batch = CommitBatch()
                batch.submissions = [different, SampleCall(second: 5).submission]
                let second = try await store.commit(batch)
                #expect(second.submissions[0] == .existed(SampleCall.id(1), sameRequest: false))
                let ids = (1...5).map { SampleCall.id($0) }
                let known = try await store.load(ids).map { $0 != nil }
                #expect(known == [true, false, true, false, true])
                #expect(try await store.script(of: SampleCall.id(2)) == nil)
            },
            ConformanceCheck("A request_id counts for a day, and until its call has ended") {
                store in
                try await store.submit([self.sample(0)])
                let late = try await store.submit([self.sample(2 * self.day)])
                #expect(late.submissions == [.existed(SampleCall.id(0), sameRequest: true)])
                let ended = self.sample(0).record.moved(to: .ended, at: 60, event: .ended)
                try await store.apply([ended])
                let soon = try await store.submit([self.sample(self.day - 1)])
                #expect(soon.submissions == [.existed(SampleCall.id(0), sameRequest: true)])
                let anew = try await store.submit([self.sample(self.day)])
                guard case .inserted = anew.submissions.first else {
                    Issue.record("a request_id still counts")
                    return
                }
                let again = try await store.submit([self.sample(self.day + 1)])
                #expect(again.submissions == [.existed(SampleCall.id(self.day), sameRequest: true)])
                #expect(try await store.load(SampleCall.id(0)) != nil)
            },
        ]
    }
}
