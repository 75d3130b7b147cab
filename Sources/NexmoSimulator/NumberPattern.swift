/// Numbers that a scenario speaks of.
package enum NumberPattern: Hashable, Sendable {
    /// One number.
    case exactly(String)
    /// All that begin so; all there are where it is empty.
    case prefix(String)

    /// Reads a number of 7 to 15 digits, digits and a star, or a star alone; nil for anything else.
    package init?(_ text: String) {
        guard text.last == "*" else {
            guard PhoneDigits.isValid(text) else { return nil }
            self = .exactly(text)
            return
        }
        let digits = text.dropLast()
        guard digits.count < 15, digits.first != "0",
            digits.allSatisfy({ $0.isASCII && $0.isNumber })
        else { return nil }
        self = .prefix(String(digits))
    }
}
