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
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && scalar.value != 0x7F || "\n\r\t".unicodeScalars.contains(scalar)
        }
        guard isPlain else { throw Fault(description: "It holds control characters.") }
        let characters = text.hasPrefix("<speak") ? try SSMLChecker.check(text) : text.count
        guard characters <= charactersMax else {
            throw Fault(
                description:
                    "It has \(characters) characters; at most \(charactersMax) can be said."
            )
        }
    }

    /// A name for an error message, cut to a sensible length.
    static func quoted(_ name: String) -> String {
        "'" + name.prefix(64).filter { $0.isASCII && !$0.isNewline } + "'"
    }
}
