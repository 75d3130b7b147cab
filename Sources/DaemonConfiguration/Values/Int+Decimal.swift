extension Int {
    /// Most digits of a number in the settings; more could not be a sensible value.
    private static let decimalDigitsMax = 12

    /// Reads ASCII digits alone: no sign, no blank, no underscore.
    init?(decimal text: some StringProtocol) {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard !text.isEmpty, text.utf8.count <= Self.decimalDigitsMax,
            text.utf8.allSatisfy(digits.contains), let value = Int(text)
        else { return nil }
        self = value
    }
}
