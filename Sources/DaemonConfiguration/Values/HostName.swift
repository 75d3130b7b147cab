/// A host as it stands in a URL, a listen address or a pattern: a name or a literal address.
package struct HostName: Hashable, Sendable, CustomStringConvertible {
    /// Lower case, without brackets and without a closing dot.
    package let text: String
    /// Set where the host is a literal address.
    package let address: IPAddress?

    /// Longest host name, in bytes (RFC 1035, 2.3.4).
    private static let bytesMax = 253
    /// Longest label of a host name, in bytes (RFC 1035, 2.3.4).
    private static let labelBytesMax = 63

    /// Reads a name, a dotted quad, or an IPv6 address in brackets.
    ///
    /// - Throws: ``InvalidValue`` where it is none of them; the text is not repeated in it.
    package init(_ text: String) throws(InvalidValue) {
        if text.utf8.first == UInt8(ascii: "["), text.utf8.last == UInt8(ascii: "]") {
            guard let address = IPAddress(String(text.dropFirst().dropLast())), address.isIPv6
            else { throw InvalidValue("what stands in brackets is not an IPv6 address") }
            self.init(address)
            return
        }
        if let address = IPAddress(text) {
            guard !address.isIPv6 else {
                throw InvalidValue("an IPv6 address stands in brackets, such as [::1]")
            }
            self.init(address)
            return
        }
        self.init(name: try Self.checkedName(text))
    }

    package init(_ address: IPAddress) {
        self.text = address.description
        self.address = address
    }

    private init(name: String) {
        self.text = name
        self.address = nil
    }

    /// Nexmo's Voice API in production.
    static let nexmo = HostName(name: "api.nexmo.com")

    /// This machine alone.
    static let loopback = HostName(IPAddress.loopback)

    private static func checkedName(_ text: String) throws(InvalidValue) -> String {
        let name = text.hasSuffix(".") ? String(text.dropLast()) : text
        guard !name.isEmpty else { throw InvalidValue("the host is missing") }
        guard name.utf8.count <= Self.bytesMax else {
            throw InvalidValue("the host is longer than \(Self.bytesMax) bytes")
        }
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        for label in labels {
            guard (1...Self.labelBytesMax).contains(label.count),
                label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-"),
                label.allSatisfy(Self.isNameByte)
            else {
                throw InvalidValue(
                    "the host is not a name of letters, digits, '-' and '.' nor an address"
                )
            }
        }
        // 127.1 and 0x7f000001 are addresses to some resolvers, so that no rule about
        // addresses would hold for them.
        if let last = labels.last, Self.isNumber(last) {
            throw InvalidValue("the host ends in a number but is not an address like 192.0.2.1")
        }
        // Only now, for some letters outside ASCII become ASCII in lower case.
        return name.lowercased()
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        case _:
            false
        }
    }

    private static func isNumber(_ label: Substring.UTF8View) -> Bool {
        let isDecimal = label.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isDecimal || label.starts(with: "0x".utf8) || label.starts(with: "0X".utf8)
    }

    /// Whether it is this machine: a loopback or unspecified address, `localhost` or a name
    /// under it (RFC 6761, 6.3).
    package var isLoopback: Bool {
        if let address = self.address { return address.isLoopback || address.isUnspecified }
        return self.text == "localhost" || self.text.hasSuffix(".localhost")
    }

    /// Whether it is neither this machine nor a literal address of a private network.
    ///
    /// A name other than `localhost` counts as public, for nothing here asks a resolver.
    package var isPublic: Bool {
        guard !self.isLoopback else { return false }
        return self.address.map { !$0.isPrivate } ?? true
    }

    /// As it stands in a URL: an IPv6 address in brackets.
    package var description: String {
        self.address?.isIPv6 == true ? "[\(self.text)]" : self.text
    }
}
