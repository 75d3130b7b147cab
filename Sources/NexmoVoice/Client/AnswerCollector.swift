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

    private let bytesMax: Int
    private let sent: @Sendable () -> Void
    private let state = Mutex(Progress())

    init(bytesMax: Int, sent: @escaping @Sendable () -> Void) {
        self.bytesMax = bytesMax
        self.sent = sent
    }

    var progress: Progress { self.state.withLock { $0 } }

    func didSendRequestHead(task: HTTPClient.Task<Void>, _ head: HTTPRequestHead) {
        self.state.withLock { $0.wasSent = true }
        self.sent()
    }

    func didReceiveHead(
        task: HTTPClient.Task<Void>,
        _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        self.state.withLock { state in
            state.answer = NexmoAnswer(
                status: Int(head.status.code),
                reason: head.status.reasonPhrase,
                retryAfter: head.headers.first(name: "retry-after"),
                traceID: head.headers.first(name: "x-nexmo-trace-id")
            )
        }
        return task.eventLoop.makeSucceededVoidFuture()
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
        return fits
            ? task.eventLoop.makeSucceededVoidFuture()
            : task.eventLoop.makeFailedFuture(TooLong())
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws {}
}
