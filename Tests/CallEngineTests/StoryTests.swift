import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

@Suite("EngineCore stories")
struct StoryTests {
    @Test("A call is placed, asks for its PIN, ends, and its result is delivered")
    func wholeCall() {
        let harness = EngineHarness()
        harness.follow("all", kinds: CallEvent.Kind.allCases)
        let id = harness.submit()
        #expect(harness.run { $0.isSettled && !$0.store.calls.isEmpty })
        harness.run(for: .seconds(60))
        #expect(harness.record(id)?.progress.reason == .pinMatched)
        #expect(
            harness.history(id) == [
                .queued, .placed, .ringing, .answered, .digits, .verified, .ended, .callback,
            ]
        )
        #expect(harness.followed["all"]?.map(\.stored.event.kind) == harness.history(id))
        #expect(harness.nexmo.rings(of: id) == 1)
        #expect(harness.receiver.deliveries(of: id) == 1)
        #expect(harness.store.scripts.isEmpty)
        #expect(harness.nexmo.objections == [])
        #expect(harness.violations == [])
    }
}
