/// How a request to Nexmo ended.
enum NexmoReply {
    case answer(NexmoAnswer)
    /// There was no whole answer.
    case failed(Failure)

    struct Failure {
        /// Whether any of the request was written; where not, Nexmo cannot have acted on it.
        var wasSent: Bool
        /// In words, without URL, token or body.
        var detail: String
    }
}

/// An answer of Nexmo's.
struct NexmoAnswer {
    var status: Int
    /// The reason phrase of the status line.
    var reason: String
    /// The header `Retry-After`.
    var retryAfter: String?
    /// The header `x-nexmo-trace-id`.
    var traceID: String?
    /// As far as it came and is taken.
    var body: [UInt8] = []
    /// Whether the connection broke within the body; only of a 4xx is that still an answer.
    var isCut = false
}
