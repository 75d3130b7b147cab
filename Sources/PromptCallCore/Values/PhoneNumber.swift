/// A number in E.164 form: 7 to 15 digits, the first 1 to 9, without `+`.
package struct PhoneNumber: Hashable, Sendable {
    /// The digits read as a decimal number, which loses none of them.
    package let value: UInt64

    /// From the first number of 7 digits to the last of 15.
    private static let values: ClosedRange<UInt64> = 1_000_000...999_999_999_999_999

    /// Reads digits, with or without a leading `+`; nil where they are no such number.
    package init?(_ text: String) {
        let digits = text.utf8.dropFirst(text.utf8.first == UInt8(ascii: "+") ? 1 : 0)
        guard digits.count <= 15, digits.first != UInt8(ascii: "0") else { return nil }
        var value: UInt64 = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
        }
        self.init(value: value)
    }

    /// Takes a stored value back.
    package init?(value: UInt64) {
        guard Self.values.contains(value) else { return nil }
        self.value = value
    }

    /// The digits, for the API and for Nexmo; never for a log.
    package var digits: String {
        String(self.value)
    }
}

extension PhoneNumber: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "<number ending in \(self.digits.suffix(2))>" }
    package var debugDescription: String { self.description }
}
