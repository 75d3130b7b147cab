/// Keys of a telephone: `0` to `9`, `*` and `#`.
///
/// It prints redacted, for what is keyed in may be a PIN.
package struct DTMFDigits: Hashable, Sendable {
    /// The keys, for the API and the store; never for a log.
    package let keys: String

    /// Reads keys; nil where a character is none.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy(Self.isKey) else { return nil }
        self.keys = text
    }

    /// How many keys there are.
    package var count: Int { self.keys.utf8.count }

    package var isEmpty: Bool { self.keys.isEmpty }

    /// Whether `#` is among the keys.
    package var containsHash: Bool { self.keys.utf8.contains(UInt8(ascii: "#")) }

    /// The same without one `#` at the end, which only ended the entry.
    package var withoutFinalHash: Self {
        self.keys.hasSuffix("#") ? Self(unchecked: String(self.keys.dropLast())) : self
    }

    /// Compares in a time that depends on the lengths alone.
    package func equalsInConstantTime(_ other: Self) -> Bool {
        guard self.count == other.count else { return false }
        return zip(self.keys.utf8, other.keys.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private init(unchecked keys: String) {
        self.keys = keys
    }

    private static func isKey(_ character: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character)
            || character == UInt8(ascii: "*") || character == UInt8(ascii: "#")
    }
}

extension DTMFDigits: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "<\(self.count) digits>" }
    package var debugDescription: String { self.description }
}
