/// How long the parts of a script take to play, as a guess from their characters.
package struct SpeechLengths: Equatable, Sendable {
    package var text: Duration
    /// Zero where there is no such text.
    package var byeText: Duration
    /// Zero where there is no such text.
    package var failedText: Duration

    /// Characters that a voice speaks in a second.
    private static let charactersPerSecond = 12
    /// The same for Chinese, Japanese and Korean.
    private static let ideographsPerSecond = 4

    package init(text: Duration, byeText: Duration = .zero, failedText: Duration = .zero) {
        self.text = text
        self.byeText = byeText
        self.failedText = failedText
    }

    package init(of script: CallScript) {
        self.text = Self.length(of: script.text)
        self.byeText = Self.length(of: script.byeText)
        self.failedText = Self.length(of: script.failedText)
    }

    /// The length of one part; zero where the script has none.
    package func length(_ spoken: Spoken) -> Duration {
        switch spoken {
        case .text: self.text
        case .failedText: self.failedText
        case .byeText: self.byeText
        }
    }

    /// The length of a text, tags left out, rounded up to a tenth of a second.
    package static func length(of text: String) -> Duration {
        var inTag = false
        var milliseconds: Int64 = 0
        let isSSML = text.hasPrefix("<speak")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<" where isSSML: inTag = true
            case ">" where isSSML && inTag: inTag = false
            case _ where inTag: continue
            default:
                let perSecond =
                    self.isIdeograph(scalar) ? self.ideographsPerSecond : self.charactersPerSecond
                milliseconds += 1000 / Int64(perSecond)
            }
        }
        return .milliseconds((milliseconds + 99) / 100 * 100)
    }

    /// Whether a character is Chinese, Japanese or Korean (the blocks of Unicode 15 in use).
    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x11FF, 0x2E80...0x9FFF, 0xA960...0xA97F, 0xAC00...0xD7FF, 0xF900...0xFAFF,
            0xFF66...0xFF9D, 0x20000...0x3FFFF:
            true
        default:
            false
        }
    }
}
