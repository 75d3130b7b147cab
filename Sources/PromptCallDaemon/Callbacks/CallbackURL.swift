internal import DaemonConfiguration

/// Where a result is to be sent: an absolute http or https URL, with or without a query.
struct CallbackURL: Sendable {
    /// Scheme, host, port and path.
    let location: HTTPURL
    /// Behind the `?`; nil where there is none.
    let query: String?

    /// Why a URL is refused.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// Longest URL taken, in bytes.
    static let bytesMax = 2048

    init(_ text: String) throws(Fault) {
        guard text.utf8.count <= Self.bytesMax else {
            throw Fault(description: "It has more than \(Self.bytesMax) bytes.")
        }
        let isPrintable = text.utf8.allSatisfy { byte in
            (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "#")
        }
        guard isPrintable else {
            throw Fault(description: "It holds a character that no URL has, or a fragment.")
        }
        let mark = text.utf8.firstIndex(of: UInt8(ascii: "?"))
        do throws(InvalidValue) {
            self.location = try HTTPURL(String(text[..<(mark ?? text.endIndex)]))
        } catch {
            throw Fault(description: "It is not an absolute http or https URL: \(error.message).")
        }
        self.query = mark.map { String(text[text.index(after: $0)...]) }
    }

    /// Checks that a caller may have results sent there.
    func check(for caller: CallerConfiguration) throws(Fault) {
        if self.location.host.address?.isLinkLocal ?? false {
            throw Fault(description: "Link-local addresses are never called.")
        }
        guard caller.allowsCallback(to: self.location.host) else {
            throw Fault(
                description: "The caller \(caller.name) may not have results sent to this host; "
                    + "callback-hosts in the configuration says where to."
            )
        }
    }
}
