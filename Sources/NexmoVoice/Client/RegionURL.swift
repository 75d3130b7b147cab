/// A `region_url` as a webhook tells it: not to be believed without a look, for a token that can
/// place calls travels there (reference, 1.5).
enum RegionURL {
    /// Longest URL that is looked at, in bytes.
    static let bytesMax = 256

    /// Domains that are Nexmo's own.
    private static let domains = [".nexmo.com", ".vonage.com"]

    /// The base of requests to a region; nil where it is not believed.
    ///
    /// Believed is `https` on its own port and under a domain of Nexmo's, where the configured
    /// base is under one as well; and what has the scheme, host and port of the configured base,
    /// which is then used as it is. So a token never leaves a private gateway.
    static func trusted(_ stated: String, configured: String) -> String? {
        guard let region = Origin(stated), let base = Origin(configured) else { return nil }
        if region == base { return configured }
        guard base.isNexmo, region.isNexmo else { return nil }
        return "https://\(region.host)"
    }

    /// Scheme, host and port of a URL.
    private struct Origin: Equatable {
        var isSecure: Bool
        /// In lower case.
        var host: String
        var port: Int

        init?(_ url: String) {
            guard let colon = url.firstRange(of: "://") else { return nil }
            switch url[..<colon.lowerBound].lowercased() {
            case "https": self.isSecure = true
            case "http": self.isSecure = false
            default: return nil
            }
            let authority = url[colon.upperBound...].prefix { !"/?#\\".contains($0) }
            // An IPv6 address has colons of its own; none is Nexmo's.
            let end = authority.lastIndex(of: "]") ?? authority.startIndex
            let mark = authority[end...].lastIndex(of: ":") ?? authority.endIndex
            let host = authority[..<mark].lowercased()
            let port = authority[mark...].dropFirst()
            guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte) else { return nil }
            guard let number = port.isEmpty ? (self.isSecure ? 443 : 80) : Int(port),
                (1...65535).contains(number)
            else { return nil }
            self.host = host
            self.port = number
        }

        var isNexmo: Bool {
            self.isSecure && self.port == 443
                && RegionURL.domains.contains { self.host.hasSuffix($0) }
        }

        private static func isHostByte(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            case _:
                ".-_:[]".utf8.contains(byte)
            }
        }
    }
}
