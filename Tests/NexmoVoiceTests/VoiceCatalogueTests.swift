import PromptCallCore
import Testing

@testable import NexmoVoice

@Suite("VoiceCatalogue")
struct VoiceCatalogueTests {
    @Test("It has the 59 codes of the reference, once each and in order")
    func entries() {
        let languages = VoiceCatalogue.entries.map(\.language)
        #expect(languages.count == 59)
        #expect(Set(languages).count == 59)
        #expect(languages == languages.sorted())
    }

    @Test("Ranges go upwards, and no premium style or one without SSML is out of nowhere")
    func ranges() {
        for entry in VoiceCatalogue.entries {
            let offered = Set((entry.standard + entry.premium).flatMap { $0 })
            for ranges in [entry.standard, entry.premium, entry.withoutSSML] {
                let bounds = ranges.flatMap { [$0.lowerBound, $0.upperBound] }
                #expect(bounds == bounds.sorted(), "\(entry.language)")
                #expect(offered.isSuperset(of: ranges.flatMap { $0 }), "\(entry.language)")
            }
        }
    }

    @Test(
        "Codes of the TTS API are those of today",
        arguments: [
            ("de-de", "de-DE"), ("en-au", "en-AU"), ("en-gb", "en-GB"), ("en-in", "en-IN"),
            ("en-us", "en-US"), ("es-es", "es-ES"), ("es-mx", "es-MX"), ("es-us", "es-US"),
            ("fr-ca", "fr-CA"), ("fr-fr", "fr-FR"), ("is-is", "is-IS"), ("it-it", "it-IT"),
            ("ja-jp", "ja-JP"), ("ko-kr", "ko-KR"), ("nl-nl", "nl-NL"), ("pl-pl", "pl-PL"),
            ("pt-pt", "pt-PT"), ("ro-ro", "ro-RO"), ("ru-ru", "ru-RU"), ("sv-se", "sv-SE"),
            ("tr-tr", "tr-TR"), ("zh-cn", "cmn-CN"),
        ]
    )
    func oldCodes(old: String, today: String) {
        #expect(VoiceCatalogue.canonical(old) == today)
        #expect(VoiceCatalogue.warnings(for: Voice(language: today), saysSSML: false) == [])
    }

    @Test(
        "Other spellings",
        arguments: [
            ("en-GB", "en-GB"), ("EN-gb", "en-GB"), ("AR", "ar"), ("en-gb-wls", "en-GB-WLS"),
            ("CMN-cn", "cmn-CN"), ("de-at", "de-AT"), ("de-AT", "de-AT"), ("xx", "xx"),
            ("zh-TW", "zh-TW"), ("en-gb-oed", "en-gb-oed"), ("DE-at", "DE-at"), ("de-", "de-"),
        ]
    )
    func spellings(given: String, expected: String) {
        #expect(VoiceCatalogue.canonical(given) == expected)
    }

    @Test("What is not listed is worth a warning that names the field")
    func warnings() {
        func warnings(_ language: String, _ style: Int, _ premium: Bool = false, ssml: Bool = false)
            -> [String]
        {
            VoiceCatalogue.warnings(
                for: Voice(language: language, style: style, premium: premium),
                saysSSML: ssml
            ).map { String($0.prefix { $0 != ":" }) }
        }
        #expect(warnings("en-US", 0, ssml: true) == [])
        #expect(warnings("en-GB", 9) == [])
        #expect(warnings("en-GB", 3, true, ssml: true) == [])
        #expect(warnings("de-AT", 0, ssml: true) == ["voice.language"])
        #expect(warnings("en-GB", 8) == ["voice.style"])
        #expect(warnings("en-GB", 0, true) == ["voice.style"])
        #expect(warnings("gu-IN", 0) == ["voice.style"])
        #expect(warnings("gu-IN", 0, true) == [])
        #expect(warnings("en-GB", 9, ssml: true) == ["voice.style"])
    }
}
