/// An absolute `http` or `https` URL that others are built on: no query, fragment or user.
package struct HTTPURL: Hashable, Sendable, CustomStringConvertible {
    package enum Scheme: String, Hashable, Sendable {
        case http
        case https

        /// Port where the URL names none (RFC 9110, 4.2).
        package var defaultPort: Int {
            switch self {
            case .http: 80
            case .https: 443
            }
        }
    }

    package var scheme: Scheme
    package var host: HostName
    /// 1 to 65535, the scheme's own where none is written. 0 stands only in a URL made from
    /// a ``ListenAddress`` with port 0, until the real one is known.
    package var port: Int
    /// Empty, or a path with a leading and without a closing slash, percent-encoded as written.
    package var path: String

    package init(scheme: Scheme, host: HostName, port: Int, path: String = "") {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
    }

    /// Reads a URL (RFC 3986). Closing slashes of the path are dropped.
    ///
    /// - Throws: ``InvalidValue`` saying which part is wrong; it does not repeat the text, which
    ///   may hold a password.
    package init(_ text: String) throws(InvalidValue) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            text.utf8[colon...].starts(with: "://".utf8),
            let scheme = Scheme(rawValue: text[..<colon].lowercased())
        else { throw InvalidValue("must be an absolute URL that starts with http:// or https://") }

        let rest = text[text.utf8.index(colon, offsetBy: 3)...]
        let pathStart = rest.utf8.firstIndex(where: Self.endsAuthority) ?? rest.endIndex
        let authority = rest[..<pathStart]
        guard !authority.utf8.contains(UInt8(ascii: "@")) else {
            throw InvalidValue("must not hold a user or password: remove what stands before '@'")
        }
        let (host, port) = try Self.hostAndPort(authority, scheme: scheme)
        self.init(
            scheme: scheme,
            host: host,
            port: port,
            path: try Self.checkedPath(rest[pathStart...])
        )
    }

    private static func hostAndPort(
        _ authority: Substring,
        scheme: Scheme
    ) throws(InvalidValue) -> (HostName, Int) {
        var hostText = authority
        var port = scheme.defaultPort
        // A colon inside brackets belongs to the address.
        if let colon = authority.utf8.lastIndex(of: UInt8(ascii: ":")),
            !authority.utf8[colon...].contains(UInt8(ascii: "]"))
        {
            hostText = authority[..<colon]
            guard let number = Int(decimal: authority[authority.utf8.index(after: colon)...]),
                (1...65535).contains(number)
            else { throw InvalidValue("has a port that is not a number from 1 to 65535") }
            port = number
        }
        do {
            return (try HostName(String(hostText)), port)
        } catch {
            throw InvalidValue("is not usable: \(error.message)")
        }
    }

    private static func checkedPath(_ text: Substring) throws(InvalidValue) -> String {
        guard !text.utf8.contains(UInt8(ascii: "?")) else {
            throw InvalidValue("must not have a query ('?')")
        }
        guard !text.utf8.contains(UInt8(ascii: "#")) else {
            throw InvalidValue("must not have a fragment ('#')")
        }
        var bytes = text.utf8[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard bytes.count >= 2, bytes.prefix(2).allSatisfy(Self.isHexDigit) else {
                    throw InvalidValue("has a '%' in its path without two hex digits behind it")
                }
            } else if !Self.isPathByte(byte) {
                throw InvalidValue("has a character in its path that must be percent-encoded")
            }
        }
        var path = text
        while path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
        return String(path)
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        "0123456789abcdefABCDEF".utf8.contains(byte)
    }

    /// `pchar` and `/` (RFC 3986, 3.3), without `%`.
    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"):
            true
        case _:
            "-._~!$&'()*+,;=:@".utf8.contains(byte)
        }
    }

    /// `HOST` or `HOST:PORT`, as a `Host` header has it.
    package var authority: String {
        self.port == self.scheme.defaultPort ? "\(self.host)" : "\(self.host):\(self.port)"
    }

    /// The whole URL without a closing slash.
    package var description: String {
        "\(self.scheme.rawValue)://\(self.authority)\(self.path)"
    }
}
