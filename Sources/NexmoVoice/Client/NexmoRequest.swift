internal import NIOHTTP1

/// A request to Nexmo's REST API, without its token.
struct NexmoRequest {
    /// What it is for; the closed set that logs tell requests apart by.
    enum Operation: String {
        case place
        case hangUp = "hang-up"
        case message
        case fetch
        case search
    }

    var operation: Operation
    var method: HTTPMethod
    var url: String
    /// JSON, if any.
    var body: [UInt8]?
    /// Longest answer taken, in bytes.
    var answerBytesMax = Self.answerBytesMax

    /// Longest answer that is about one call, in bytes.
    static let answerBytesMax = 64 << 10
    /// Longest page of calls, in bytes: 100 of them, at some 700 each, with room to grow.
    static let pageBytesMax = 512 << 10
}
