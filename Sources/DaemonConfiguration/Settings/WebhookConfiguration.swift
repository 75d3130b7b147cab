/// Settings of the webhook server (key `webhook`).
package struct WebhookConfiguration: Equatable, Sendable {
    /// Address to listen on, port 0 picking a free one; nil for `off`, when the sidecar runs
    /// apart. Key `listen`, default `127.0.0.1:8080`.
    package var listen: ListenAddress?
    /// What Nexmo is told to call, with a path of its own if need be. Key `url`, default
    /// `http://` and the listen address, in which case its port can be 0.
    package var url: HTTPURL

    package init(listen: ListenAddress?, url: HTTPURL) {
        self.listen = listen
        self.url = url
    }

    /// The URL for Nexmo once the listen address is bound: a port 0 becomes the bound one.
    package func url(boundPort: Int) -> HTTPURL {
        var url = self.url
        if url.port == 0 { url.port = boundPort }
        return url
    }
}
