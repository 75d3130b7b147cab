import PromptCallCore
import Testing

@Suite("CallbackSchedule")
struct CallbackScheduleTests {
    private static let steps: [Int64] = [
        5, 30, 120, 600, 3600, 10_800, 28_800, 86_400, 144_000,
    ]

    /// A call with a callback that has just ended.
    private func ended() -> CallDriver {
        var call = CallDriver(
            Samples.terms {
                $0.callback = CallbackTerms(url: "https://receiver.example", method: .postForm)
            }
        )
        call.cancel()
        return call
    }

    @Test("Nine waits lie between ten deliveries, and none behind the last")
    func steps() {
        for (index, step) in Self.steps.enumerated() {
            let wait = CallbackSchedule.wait(afterAttempt: index + 1, retryAfter: nil, jitter: 0)
            #expect(wait == .seconds(step))
        }
        for attempt in [-1, 0, 10, 11] {
            #expect(
                CallbackSchedule.wait(afterAttempt: attempt, retryAfter: nil, jitter: 0) == nil
            )
        }
    }

    @Test(
        "A wait varies by a fifth and no more",
        arguments: [(-1, 80), (-0.5, 90), (0, 100), (1, 120), (7, 120), (-7, 80)]
            as [(Double, Int64)]
    )
    func jitter(jitter: Double, percent: Int64) {
        for (index, step) in Self.steps.enumerated() {
            let wait = CallbackSchedule.wait(
                afterAttempt: index + 1,
                retryAfter: nil,
                jitter: jitter
            )
            #expect(wait?.wholeMilliseconds == step * percent * 10)
        }
    }

    @Test(
        "Retry-After lengthens a wait up to twice its step, and never shortens it",
        arguments: [(10, 30), (30, 30), (45, 45), (60, 60), (61, 60), (Int64.max, 60), (-5, 30)]
            as [(Int64, Int64)]
    )
    func retryAfter(asked: Int64, wait: Int64) {
        let waited = CallbackSchedule.wait(
            afterAttempt: 2,
            retryAfter: .seconds(asked),
            jitter: 0
        )
        #expect(waited == .seconds(wait))
    }

    @Test("The result is sent when the call has ended, and stays due until it is answered")
    func due() {
        var call = self.ended()
        #expect(call.record.progress.callback?.state == .waiting)
        #expect(call.left(.callback) == .zero)
        call.fire()
        #expect(call.effects == [.deliverCallback])
        #expect(call.left(.callback) == .zero)
        call.fire()
        #expect(call.effects == [.deliverCallback])
    }

    @Test("Any 2xx delivers it", arguments: [200, 202, 299])
    func delivered(status: Int) {
        var call = self.ended()
        call.callback(CallbackAnswer(httpStatus: status))
        #expect(call.record.progress.callback?.state == .delivered)
        #expect(call.record.progress.callback?.attempts == 1)
        #expect(call.record.timers.next == nil)
        #expect(call.kinds == [.queued, .ended, .callback])
        call.callback(CallbackAnswer(httpStatus: 500))
        #expect(call.record.progress.callback?.state == .delivered)
    }

    @Test("410 gives it up")
    func gone() {
        var call = self.ended()
        call.callback(CallbackAnswer(httpStatus: 410))
        #expect(call.record.progress.callback?.state == .abandoned)
        #expect(call.kinds == [.queued, .ended, .callback])
    }

    @Test("Anything else is tried again, ten times in all", arguments: [0, 199, 300, 404, 503])
    func retried(status: Int) {
        var call = self.ended()
        for attempt in 1...10 {
            #expect(call.record.progress.callback?.state == .waiting)
            call.callback(CallbackAnswer(httpStatus: status, error: "no luck"))
            #expect(call.record.progress.callback?.attempts == attempt)
            #expect(call.record.progress.callback?.lastHTTPStatus == status)
            #expect(call.record.progress.callback?.lastError == "no luck")
            if attempt < 10 {
                let wait = Duration.seconds(Self.steps[attempt - 1])
                #expect(call.left(.callback) == wait)
                #expect(call.record.progress.callback?.nextAttemptAt == call.now + wait)
                call.now = call.now + wait
                call.fire()
                #expect(call.effects == [.deliverCallback])
            }
        }
        #expect(call.record.progress.callback?.state == .abandoned)
        #expect(call.record.timers.next == nil)
        #expect(call.kinds == [.queued, .ended, .callback])
    }

    @Test("A call without a callback has none to answer")
    func none() {
        var call = CallDriver()
        call.cancel()
        let before = call.record
        call.callback(CallbackAnswer(httpStatus: 200))
        #expect(call.record == before)
        #expect(call.record.progress.callback == nil)
    }

    @Test("A call that has not ended sends nothing")
    func notEnded() {
        var call = CallDriver()
        call.callback(CallbackAnswer(httpStatus: 200))
        #expect(call.record.progress.callback == nil)
    }
}
