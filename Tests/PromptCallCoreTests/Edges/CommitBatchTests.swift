import PromptCallCore
import Testing

@Suite("CommitBatch")
struct CommitBatchTests {
    private static let cursor = EventCursor(store: 1, positions: [5])

    @Test("A batch is empty until something is to be written")
    func isEmpty() {
        let call = CallDriver()
        #expect(CommitBatch().isEmpty)

        var batch = CommitBatch()
        batch.submissions = [
            Submission(
                record: call.record,
                script: CallScript(text: "hello"),
                fingerprint: [1],
                events: call.events
            )
        ]
        #expect(!batch.isEmpty)

        batch = CommitBatch()
        batch.transitions = [Transition(record: call.record, events: [])]
        #expect(!batch.isEmpty)

        batch = CommitBatch()
        let key = SubscriptionKey(caller: "tests", name: "reader")
        batch.subscriptions = [
            SubscriptionRecord(key: key, acknowledged: Self.cursor, usedAt: Samples.start)
        ]
        #expect(!batch.isEmpty)
    }

    @Test("A transition is taken from the version before its own alone")
    func version() {
        var machine = CallMachine(CallDriver().record)
        machine.cancelled(at: Samples.start)
        machine.setVersion(4)
        let transition = Transition(record: machine.record, events: machine.events)
        #expect(transition.record.version == 4)
        #expect(transition.expectedVersion == 3)
    }

    @Test("An answer tells what was stored from what was there")
    func answer() {
        let answer = CommitAnswer(
            submissions: [.inserted(first: Self.cursor)],
            transitions: [.applied(first: nil)]
        )
        let repeated = CommitAnswer(
            submissions: [.existed(Samples.id, sameRequest: true)],
            transitions: [.conflict]
        )
        #expect(answer != repeated)
    }
}
