internal import NIOCore
internal import NIOHTTP1

/// Collects the requests of a connection, one after another, and says what is to be done.
struct WebhookRequestMachine {
    private enum State: Equatable {
        /// A head comes next. Next: `reading`, `skipping`.
        case idle
        /// A request whose body comes. Next: `idle`, `skipping`.
        case reading(HTTPRequestHead, body: ByteBuffer)
        /// A request that was answered; the rest of it is thrown away. Next: `idle`.
        case skipping
    }

    enum OnPart: Equatable {
        /// Nothing yet.
        case wait
        /// Answer 405.
        case refuseMethod(HTTPRequestHead)
        /// Answer 413, and give the connection up.
        case refuseSize
        /// Answer whether webhooks can be served.
        case tellHealth(HTTPRequestHead)
        /// Have the request judged.
        case judge(HTTPRequestHead, body: ByteBuffer)
    }

    private var state = State.idle
    private let bodyBytesMax: Int

    init(bodyBytesMax: Int) {
        self.bodyBytesMax = bodyBytesMax
    }

    /// Whether a request has begun whose end has not come.
    var isReading: Bool { self.state != .idle }

    /// A request begins.
    mutating func headReceived(_ head: HTTPRequestHead) -> OnPart {
        guard head.method == .GET || head.method == .POST else {
            self.state = .skipping
            return .refuseMethod(head)
        }
        let declared = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard declared <= self.bodyBytesMax else {
            self.state = .skipping
            return .refuseSize
        }
        self.state = .reading(head, body: ByteBuffer())
        return .wait
    }

    /// More of the body came.
    mutating func bodyReceived(_ bytes: ByteBuffer) -> OnPart {
        guard case .reading(let head, var body) = self.state else { return .wait }
        // So that the body is held here alone while it grows.
        self.state = .skipping
        guard body.readableBytes + bytes.readableBytes <= self.bodyBytesMax else {
            return .refuseSize
        }
        if body.readableBytes == 0 {
            body = bytes
        } else {
            body.writeImmutableBuffer(bytes)
        }
        self.state = .reading(head, body: body)
        return .wait
    }

    /// The request is whole.
    mutating func endReceived() -> OnPart {
        let ended = self.state
        self.state = .idle
        switch ended {
        case .idle, .skipping:
            return .wait
        case .reading(let head, let body):
            let isHealth = head.method == .GET && Self.path(of: head.uri) == "/healthz"
            return isHealth ? .tellHealth(head) : .judge(head, body: body)
        }
    }

    private static func path(of target: String) -> Substring {
        target.prefix { $0 != "?" }
    }
}
