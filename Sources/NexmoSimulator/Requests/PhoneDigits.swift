/// The rule for numbers in requests (reference, section 1.1).
enum PhoneDigits {
    /// Whether the text is a number without plus: 7 to 15 digits, the first no zero.
    static func isValid(_ text: String) -> Bool {
        (7...15).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "0")
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
