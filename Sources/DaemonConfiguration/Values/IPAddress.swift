#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A literal IPv4 or IPv6 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// Four bytes for IPv4, sixteen for IPv6, most significant first.
    package let bytes: [UInt8]

    /// Reads a dotted quad or an IPv6 address without brackets and zone; nil for anything else.
    package init?(_ text: String) {
        if let bytes = Self.bytes(of: text, family: AF_INET, count: 4) {
            self.bytes = bytes
        } else if let bytes = Self.bytes(of: text, family: AF_INET6, count: 16) {
            self.bytes = bytes
        } else {
            return nil
        }
    }

    /// 127.0.0.1.
    static let loopback = IPAddress(bytes: [127, 0, 0, 1])

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private static func bytes(of text: String, family: Int32, count: Int) -> [UInt8]? {
        // inet_pton would stop at a NUL and take what stands before it.
        guard !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }

    /// Whether this is an IPv6 address.
    package var isIPv6: Bool { self.bytes.count == 16 }

    /// 127.0.0.0/8 and ::1 (RFC 1122, RFC 4291).
    package var isLoopback: Bool {
        let address = self.unmapped
        guard address.isIPv6 else { return address.bytes[0] == 127 }
        return address.bytes == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// 0.0.0.0/8 and ::, which the kernel takes for this machine when connecting.
    package var isUnspecified: Bool {
        let address = self.unmapped
        guard address.isIPv6 else { return address.bytes[0] == 0 }
        return address.bytes.allSatisfy { $0 == 0 }
    }

    /// Private, shared or link-local space (RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291).
    package var isPrivate: Bool {
        let address = self.unmapped
        guard !address.isIPv6 else {
            return address.bytes[0] & 0xfe == 0xfc
                || (address.bytes[0] == 0xfe && address.bytes[1] & 0xc0 == 0x80)
        }
        switch (address.bytes[0], address.bytes[1]) {
        case (10, _), (172, 16...31), (192, 168), (169, 254), (100, 64...127): return true
        case (_, _): return false
        }
    }

    /// 169.254.0.0/16 and fe80::/10 (RFC 3927, RFC 4291), where clouds serve their metadata.
    package var isLinkLocal: Bool {
        let address = self.unmapped
        guard address.isIPv6 else { return address.bytes[0] == 169 && address.bytes[1] == 254 }
        return address.bytes[0] == 0xfe && address.bytes[1] & 0xc0 == 0x80
    }

    /// The IPv4 address inside `::ffff:0:0/96`, else the address itself.
    private var unmapped: IPAddress {
        let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]
        guard self.isIPv6, self.bytes.starts(with: mapped) else { return self }
        return IPAddress(bytes: Array(self.bytes[12...]))
    }

    /// The shortest form, IPv6 without brackets.
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = self.isIPv6 ? AF_INET6 : AF_INET
        guard inet_ntop(family, self.bytes, &text, socklen_t(text.count)) != nil else {
            preconditionFailure("an address of \(self.bytes.count) bytes does not print")
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
