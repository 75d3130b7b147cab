/// Where the server listens.
package struct ListenAddress: Equatable, Sendable {
    /// A name or a numeric address.
    package var host: String
    /// 0 picks a free one.
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}
