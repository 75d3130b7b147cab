import CallEngine
import EngineTestSupport
import PromptCallCore
import Testing

/// New calls that go to the store before those of the last commit are told.
@Suite("EngineCore writes ahead")
struct WriteAheadTests {
    /// A core with a batch of one new call, whose reply is 1, on its way to the store.
    private struct Scene {
        var core = EngineCore(EngineHarness.configuration())
        var orders = OrderMaker()
        let now = Timestamp(milliseconds: 1_772_442_845_000)
        /// New calls in the batches sent so far, in order.
        var batches: [Int] = []
        /// Who was answered so far, in order.
        var answered: [ReplyID] = []
        private var position: Int64 = 0

        init() {
            // Nothing is placed, so that what is written is what was submitted.
            self.step([.recoveryBegan(StoreCounts(), GuardHistory()), .recoveryEnded([]), .pause(true)])
            self.submit(1)
        }

        mutating func submit(_ reply: ReplyID) {
            self.step([.submit(self.orders.order(at: self.now), reply: reply)])
        }

        mutating func step(_ inputs: [EngineInput] = [], _ completions: [EngineCompletion] = []) {
            for operation in self.core.step(inputs, completions, at: self.now) {
                switch operation {
                case .commit(let batch): self.batches.append(batch.submissions.count)
                case .reply(let id, .submitted): self.answered.append(id)
                default: break
                }
            }
        }

        /// The store wrote the batch under way.
        mutating func written(with inputs: [EngineInput] = []) {
            var answer = CommitAnswer(submissions: [], transitions: [])
            for _ in 0..<(self.batches.last ?? 0) {
                self.position += 1
                let cursor = EventCursor(store: 1, positions: [self.position])
                answer.submissions.append(.inserted(first: cursor))
            }
            self.step(inputs, [.committed(.success(answer))])
        }

        mutating func failed() {
            self.step([], [.committed(.failure(StoreError(.unavailable, "The disk is full.")))])
        }
    }

    @Test("What came during a commit is sent to the store first, and those of it told at once")
    func sendsFirst() {
        var scene = Scene()
        scene.submit(2)
        scene.submit(3)
        scene.written()
        #expect(scene.batches == [1, 2])
        #expect(scene.answered == [])
        #expect(scene.core.nextWake(after: scene.now) == scene.now)
        scene.step()
        #expect(scene.answered == [1])
        scene.written()
        #expect(scene.answered == [1, 2, 3])
        #expect(scene.core.nextWake(after: scene.now).map { $0 > scene.now } ?? true)
    }

    @Test("What comes together with the end of a commit goes with the next one")
    func goesAlong() {
        var scene = Scene()
        scene.written(with: [.submit(scene.orders.order(at: scene.now), reply: 2)])
        #expect(scene.batches == [1, 1])
        #expect(scene.answered == [])
    }

    @Test("They are told in order, also where the next commit ends before they were")
    func inOrder() {
        var scene = Scene()
        scene.submit(2)
        scene.written()
        scene.submit(3)
        scene.written()
        #expect(scene.answered == [1])
        scene.written()
        #expect(scene.answered == [1, 2, 3])
        #expect(scene.batches == [1, 1, 1])
    }

    @Test("They are told although the next commit fails")
    func nextFails() {
        var scene = Scene()
        scene.submit(2)
        scene.written()
        scene.failed()
        #expect(scene.answered == [1])
        #expect(scene.core.counters.submitted == 1)
    }

    @Test("Where anything else waits they are told first, for it may be about them")
    func notBeforeOthers() {
        var scene = Scene()
        scene.submit(2)
        scene.step([.cancel(scene.orders.order(at: scene.now).record.id, reply: 9)])
        scene.written()
        #expect(scene.answered == [1])
        #expect(scene.batches == [1, 1])
    }
}
