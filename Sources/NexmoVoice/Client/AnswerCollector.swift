internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Collects one answer, and notes how far its request got.
///
/// All calls come on the client's one event loop, in order; the lock is for whoever reads the
/// result.
final class AnswerCollector: HTTPClientResponseDelegate {
    typealias Response = Void

    struct Progress {
        var wasSent = false
        var answer: NexmoAnswer?
    }

    /// The answer is longer than is taken.
    struct TooLong: Error, CustomStringConvertible {
        let description = "The answer is too long."
    }

    /// The answer was here before its request was written.
    struct Uncalled: Error, CustomStringConvertible {
        let description = "The connection was given up before the request was written."
    }

    /// A phase took longer than it may.
    enum Late: Error, CustomStringConvertible {
        case head
        case body

        var description: String {
            switch self {
            case .head: "There was no answer in time."
            case .body: "The answer broke off in its body."
            }
        }
    }

    private let bytesMax: Int
    private let timeouts: NexmoClient.Timeouts
    private let sent: @Sendable () -> Void
    private let state = Mutex(Progress())
    /// Ends the phase that is under way.
    private let timer = Mutex<Scheduled<Void>?>(nil)

    init(
        bytesMax: Int,
        timeouts: NexmoClient.Timeouts,
        sent: @escaping @Sendable () -> Void
    ) {
        self.bytesMax = bytesMax
        self.timeouts = timeouts
        self.sent = sent
    }

    var progress: Progress { self.state.withLock { $0 } }

    func didSendRequestHead(task: HTTPClient.Task<Void>, _ head: HTTPRequestHead) {
        self.state.withLock { $0.wasSent = true }
        self.bound(task, self.timeouts.head, .head)
        self.sent()
    }

    func didReceiveHead(
        task: HTTPClient.Task<Void>,
        _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        let isCalledFor = self.state.withLock { state in
            // What a kept connection had in it when writing to it failed is no answer to a
            // request of which nothing was written: neither a refusal nor a placing.
            guard state.wasSent else { return false }
            state.answer = NexmoAnswer(
                status: Int(head.status.code),
                reason: head.status.reasonPhrase,
                retryAfter: head.headers.first(name: "retry-after"),
                traceID: head.headers.first(name: "x-nexmo-trace-id")
            )
            return true
        }
        self.bound(task, self.timeouts.body, .body)
        return isCalledFor
            ? task.eventLoop.makeSucceededVoidFuture()
            : task.eventLoop.makeFailedFuture(Uncalled())
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<Void>,
        _ buffer: ByteBuffer
    ) -> EventLoopFuture<Void> {
        let fits = self.state.withLock { state in
            let length = (state.answer?.body.count ?? 0) + buffer.readableBytes
            guard length <= self.bytesMax else { return false }
            state.answer?.body += buffer.readableBytesView
            return true
        }
        self.bound(task, self.timeouts.body, .body)
        return fits
            ? task.eventLoop.makeSucceededVoidFuture()
            : task.eventLoop.makeFailedFuture(TooLong())
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws { self.unbound() }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) { self.unbound() }

    /// Begins a phase, and ends the one before it.
    private func bound(_ task: HTTPClient.Task<Void>, _ duration: Duration, _ late: Late) {
        let next = task.eventLoop.scheduleTask(in: TimeAmount(duration)) { task.fail(reason: late) }
        self.timer.withLock { timer in
            timer?.cancel()
            timer = next
        }
    }

    private func unbound() {
        self.timer.withLock { timer in
            timer?.cancel()
            timer = nil
        }
    }
}
