/// What a callee hears of a talk's text.
package enum SpokenText {
    /// How fast text is spoken.
    static let charactersPerSecond = 15

    /// The text without SSML tags.
    package static func words(of text: String) -> String {
        guard text.contains("<speak") else { return text }
        var words = ""
        var isTag = false
        for character in text {
            switch character {
            case "<": isTag = true
            case ">" where isTag: isTag = false
            default: if !isTag { words.append(character) }
            }
        }
        return words
    }

    /// How long words take, half a second at least.
    package static func duration(of words: String) -> Duration {
        max(.milliseconds(500), .milliseconds(1000 * words.count / Self.charactersPerSecond))
    }

    /// The first run of 3 to 10 digits, which a callee takes for the PIN.
    package static func pin(in words: String) -> String? {
        words.split(whereSeparator: { !$0.isASCII || !$0.isNumber })
            .first { (3...10).contains($0.count) }
            .map(String.init)
    }
}
