/// What a callee would hear of a prompt, with the keys that are expected of them.
struct PromptSound {
    var text: String
    var language: String
    /// Keys that answer it; empty for an announcement.
    var keys: String
    var byeText: String?
    /// How often the text is said.
    var plays: Int

    /// Between what is said and keyed.
    private static let pause: Duration = .milliseconds(600)

    /// Lets the program speak, and puts the parts behind each other.
    func render(with program: SpeechProgram) throws -> WaveAudio {
        let words = try program.say(self.text, in: self.language)
        var audio = words
        for _ in 1..<max(self.plays, 1) {
            audio.append(silence: Self.pause)
            audio.samples += words.samples
        }
        if !self.keys.isEmpty {
            audio.append(silence: Self.pause)
            DTMFTone.append(self.keys, to: &audio)
        }
        if let byeText = self.byeText, !byeText.isEmpty {
            let bye = try program.say(byeText, in: self.language)
            guard bye.rate == audio.rate else {
                throw CommandFailure.unexpected("The speech program changes its sample rate.")
            }
            audio.append(silence: Self.pause)
            audio.samples += bye.samples
        }
        return audio
    }
}
