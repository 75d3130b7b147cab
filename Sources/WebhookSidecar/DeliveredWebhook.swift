/// A request as it came, unjudged.
package struct DeliveredWebhook: Equatable, Sendable {
    /// `GET` or `POST`.
    package var method: String
    /// Path and query as they were sent.
    package var path: String
    /// By lower-case name; repeated ones are joined by a comma (RFC 9110, section 5.2).
    package var headers: [String: String]
    /// At most ``WebhookServer/bodyBytesMax`` bytes.
    package var body: [UInt8]
    /// The address of the connection's other end, which may be a proxy's; nil where it has none.
    package var remoteAddress: String?

    package init(
        method: String,
        path: String,
        headers: [String: String],
        body: [UInt8],
        remoteAddress: String? = nil
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
    }
}
