/// What a request gets.
struct APIAnswer: Sendable {
    var status: Int
    /// Nil: none, as with 204.
    var body: JSON?
    var retryAfter: Int?
    /// Whether the connection is reset instead.
    var isReset = false
    /// The leg it is about and its number's last digits, for the log.
    var uuid: String?
    var numberEnd: String?
    /// Where the events of the call go, as its request named it; for the log, as digests.
    var eventURL: String?

    /// The body it was asked with, for the log of requests.
    var asked: JSON?

    init(_ status: Int, _ body: JSON? = nil) {
        self.status = status
        self.body = body
    }
}
