/// What a request is answered.
package struct WebhookAnswer: Equatable, Sendable {
    /// An HTTP status code, 200 to 599.
    package var status: Int
    /// Nil where there is no body.
    package var contentType: String?
    package var body: [UInt8]

    package init(status: Int, contentType: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}
