// How the result is told (contract, "Callbacks").
extension CallMachine {
    /// The receiver of the result answered, or did not.
    ///
    /// `jitter` is from -1 to 1, drawn by the engine: each wait varies by a fifth.
    package mutating func callbackAnswered(
        _ answer: CallbackAnswer,
        jitter: Double,
        at now: Timestamp
    ) {
        guard var callback = self.record.progress.callback, callback.state == .waiting else {
            return
        }
        callback.attempts += 1
        callback.lastHTTPStatus = answer.httpStatus
        callback.lastError = answer.error
        callback.nextAttemptAt = nil
        if (200..<300).contains(answer.httpStatus) {
            callback.state = .delivered
        } else if answer.httpStatus == 410 {
            callback.state = .abandoned
        } else if let wait = CallbackSchedule.wait(
            afterAttempt: callback.attempts,
            retryAfter: answer.retryAfter,
            jitter: jitter
        ) {
            callback.nextAttemptAt = now + wait
        } else {
            callback.state = .abandoned
        }
        self.record.progress.callback = callback
        self.record.timers[.callback] = callback.nextAttemptAt
        if callback.state != .waiting { self.emit(.callback, at: now) }
    }
}

/// What became of one delivery of a callback.
package struct CallbackAnswer: Equatable, Sendable {
    /// 0 where no answer came.
    package var httpStatus: Int
    /// Why there was none, in words; empty where there was one.
    package var error: String
    /// What the receiver's `Retry-After` asks for.
    package var retryAfter: Duration?

    package init(httpStatus: Int, error: String = "", retryAfter: Duration? = nil) {
        self.httpStatus = httpStatus
        self.error = error
        self.retryAfter = retryAfter
    }
}
