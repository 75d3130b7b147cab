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
        return fits
            ? task.eventLoop.makeSucceededVoidFuture()
            : task.eventLoop.makeFailedFuture(TooLong())
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws {}
}
