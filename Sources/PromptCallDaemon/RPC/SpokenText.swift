/// Checks texts that Nexmo is to speak: their length, and SSML's form.
enum SpokenText {
    /// Why a text is refused; it never quotes the text.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// Longest text with its tags, in bytes.
    static let bytesMax = 32 << 10

    /// Checks a text: at most so many characters without tags, and well-formed where it is SSML.
    static func check(_ text: String, charactersMax: Int) throws(Fault) {
        guard text.utf8.count <= self.bytesMax else {
            throw Fault(description: "It is longer than \(self.bytesMax) bytes.")
        }
        // A byte below 0x80 is a character of its own in UTF-8.
        let isPlain = text.utf8.allSatisfy { byte in
            byte >= 0x20 && byte != 0x7F || byte == 0x0A || byte == 0x0D || byte == 0x09
        }
        guard isPlain else { throw Fault(description: "It holds control characters.") }
        // Characters of Unicode, as Nexmo counts them: one that a reader sees may be many.
        let characters =
            self.isSSML(text) ? try SSMLChecker.check(text) : text.unicodeScalars.count
        guard characters <= charactersMax else {
            throw Fault(
                description:
                    "It has \(characters) characters; at most \(charactersMax) can be said."
            )
        }
    }

    /// Whether a text is taken for SSML.
    static func isSSML(_ text: String) -> Bool { text.hasPrefix("<speak") }

    /// A name for an error message, cut to a sensible length.
    static func quoted(_ name: String) -> String {
        "'" + name.prefix(64).filter { $0.isASCII && !$0.isNewline } + "'"
    }
}
