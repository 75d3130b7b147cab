extension String {
    /// The text on one line, without what moves a terminal's cursor or turns its text around.
    ///
    /// Labels and Nexmo's words come from elsewhere.
    var printable: String {
        guard self.unicodeScalars.contains(where: Self.isUnprintable) else { return self }
        var text = ""
        for scalar in self.unicodeScalars {
            if Self.isUnprintable(scalar) {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Controls, and the line and paragraph separators.
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        // What changes the direction of the text (Unicode, UAX #9).
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
