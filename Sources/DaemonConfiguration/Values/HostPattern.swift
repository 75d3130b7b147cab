/// Which hosts a caller's callbacks may go to.
package enum HostPattern: Hashable, Sendable, CustomStringConvertible {
    /// Every host. Written `*`.
    case any
    /// This host alone.
    case host(HostName)
    /// Every name under this one, at any depth, but not the name itself. Written `*.NAME`.
    case subdomains(of: HostName)

    /// Reads a host, `*.NAME` or `*`. An IPv6 address may stand with or without brackets.
    ///
    /// - Throws: ``InvalidValue`` saying what is wrong; it does not repeat the text, which may be
    ///   a URL with a password.
    package init(_ text: String) throws(InvalidValue) {
        if text == "*" {
            self = .any
            return
        }
        if let address = IPAddress(text) {
            self = .host(HostName(address))
            return
        }
        let isWildcard = text.hasPrefix("*.")
        let host: HostName
        do {
            host = try HostName(isWildcard ? String(text.dropFirst(2)) : text)
        } catch {
            throw InvalidValue(
                "is not a host without port, such as hooks.example.com, or a pattern "
                    + "such as *.example.com: \(error.message)"
            )
        }
        guard !(isWildcard && host.address != nil) else {
            throw InvalidValue("has '*.' before an address; only a name can follow it")
        }
        self = isWildcard ? .subdomains(of: host) : .host(host)
    }

    /// Whether the pattern covers a host.
    package func matches(_ host: HostName) -> Bool {
        switch self {
        case .any:
            true
        case .host(let own):
            own == host
        case .subdomains(let parent):
            host.address == nil && host.text.hasSuffix(".\(parent.text)")
        }
    }

    /// As it is written in the file.
    package var description: String {
        switch self {
        case .any: "*"
        case .host(let host): "\(host)"
        case .subdomains(let parent): "*.\(parent)"
        }
    }
}
