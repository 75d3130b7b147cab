/// An address to listen on.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    package var host: HostName
    /// 0 to 65535; 0 lets the system pick a free one.
    package var port: Int

    package init(host: HostName, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, the host being a name, an IPv4 address or `[IPv6]`.
    ///
    /// - Throws: ``InvalidValue`` saying which part is wrong.
    package init(_ text: String) throws(InvalidValue) {
        guard let colon = text.lastIndex(of: ":") else {
            throw InvalidValue("'\(text)' is not HOST:PORT, such as 127.0.0.1:8080")
        }
        let host: HostName
        do {
            host = try HostName(String(text[..<colon]))
        } catch {
            throw InvalidValue("'\(text)' is not HOST:PORT: \(error.message)")
        }
        guard let port = Int(decimal: text[text.index(after: colon)...]), port <= 65535 else {
            throw InvalidValue("the port of '\(text)' is not a number from 0 to 65535")
        }
        self.init(host: host, port: port)
    }

    /// `HOST:PORT`.
    package var description: String { "\(self.host):\(self.port)" }
}
