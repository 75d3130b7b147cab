/// Where a webhook goes and how.
package struct WebhookAddress: Equatable, Sendable {
    package enum Method: String, Equatable, Sendable {
        case get = "GET"
        case post = "POST"
    }

    /// An absolute HTTP URL.
    package var url: String
    package var method: Method

    package init(url: String, method: Method) {
        self.url = url
        self.method = method
    }
}
