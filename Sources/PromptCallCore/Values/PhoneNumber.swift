/// A number in E.164 form: 7 to 15 digits, the first 1 to 9, without `+`.
package struct PhoneNumber: Hashable, Sendable {
    /// The digits read as a decimal number, which loses none of them.
    package let value: UInt64

    /// Reads digits, with or without a leading `+`; nil where they are no such number.
    package init?(_ text: some StringProtocol) {
        let digits = text.dropFirst(text.hasPrefix("+") ? 1 : 0)
        guard (7...15).contains(digits.utf8.count), !digits.hasPrefix("0"),
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let value = UInt64(digits)
        else { return nil }
        self.value = value
    }

    /// Takes a stored value back.
    package init?(value: UInt64) {
        self.init(String(value))
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
