package import PromptCallCore

/// The voices that Nexmo is known to have.
///
/// Nexmo's list grows, so what is not in here is worth a warning and no refusal.
package enum VoiceCatalogue {
    private static let byLanguage = Dictionary(
        uniqueKeysWithValues: entries.map { ($0.language, $0) }
    )
    /// How Nexmo writes a language, by how it is written in lower case; with the one code of the
    /// TTS API that is another today (reference, 8.4).
    private static let spellings: [String: String] = {
        var spellings = ["zh-cn": "cmn-CN"]
        for entry in entries { spellings[entry.language.lowercased()] = entry.language }
        return spellings
    }()

    /// A language as Nexmo writes it: `en-gb` is `en-GB`, and `zh-cn` is `cmn-CN`.
    ///
    /// One that is not listed keeps its spelling, but for a region in lower case behind a
    /// language in lower case.
    package static func canonical(_ language: String) -> String {
        if self.byLanguage[language] != nil { return language }
        if let listed = self.spellings[language.lowercased()] { return listed }
        let parts = language.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 2, language == language.lowercased() else {
            return language
        }
        return "\(parts[0])-\(parts[1].uppercased())"
    }

    /// What may be wrong with a voice, a sentence each, with the field's name in front.
    ///
    /// - Parameters:
    ///   - voice: Its language as Nexmo writes it.
    ///   - saysSSML: Whether any of the words are SSML.
    /// - Returns: None where all is well.
    package static func warnings(for voice: Voice, saysSSML: Bool) -> [String] {
        guard let entry = self.byLanguage[voice.language] else {
            return [
                "voice.language: \(voice.language) is not in the list of Nexmo's languages; "
                    + "Nexmo may end the call over it."
            ]
        }
        guard entry.has(voice.style, premium: voice.premium) else {
            let kind = voice.premium ? "premium" : "standard"
            return [
                "voice.style: \(voice.language) has no \(kind) style \(voice.style) in the list "
                    + "of Nexmo's voices; Nexmo may end the call over it."
            ]
        }
        guard saysSSML, !entry.obeysSSML(voice.style) else { return [] }
        return [
            "voice.style: style \(voice.style) of \(voice.language) does not obey SSML, and there "
                + "are texts in SSML; Nexmo may end the call over them."
        ]
    }
}
