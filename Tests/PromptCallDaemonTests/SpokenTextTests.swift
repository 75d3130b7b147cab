import Testing

@testable import PromptCallDaemon

@Suite("Texts to be spoken")
struct SpokenTextTests {
    @Test(
        "Well-formed SSML is taken, and its words counted",
        arguments: [
            ("<speak></speak>", 0), ("<speak>abc</speak>", 3), ("<speak>abc</speak>\n ", 3),
            ("<speak >a</speak >", 1), ("<speak>a<break time=\"1s\"/>b</speak>", 2),
            ("<speak>a<break time = '1s' strength='x' />b</speak>", 2),
            ("<speak xml:lang=\"en-GB\"><p><s>hi</s></p></speak>", 2),
            ("<speak><say-as interpret-as='digits'>12</say-as></speak>", 2),
            ("<speak>a &amp; b&lt;&gt;&quot;&apos;</speak>", 9),
            ("<speak>&#233;&#xE9;&#x10FFFF;&#9;</speak>", 4),
            ("<speak><sub alias='a > b &amp; c'>x</sub></speak>", 1),
            ("<speak>a > b</speak>", 5), ("<speak>\n<p/>\n</speak>", 2),
        ]
    )
    func wellFormed(_ text: String, _ characters: Int) throws {
        #expect(try SSMLChecker.check(text) == characters)
        #expect(throws: Never.self) { try SpokenText.check(text, charactersMax: characters) }
    }

    @Test(
        "Malformed SSML is refused, and not quoted",
        arguments: [
            "<speak>", "<speak", "<speak>a</p></speak>", "<speak><p>a</speak></p>", "<speak/>",
            "<speak>a</speak>b", "<speak>a</speak>&amp;", "<speak>a</speak><speak>b</speak>",
            "<speak>a</speak></speak>", "<speaker>a</speaker>", "<speak>a & b</speak>",
            "<speak>&nbsp;</speak>", "<speak>&amp</speak>", "<speak>&;</speak>",
            "<speak>&#;</speak>", "<speak>&#x;</speak>", "<speak>&#0;</speak>",
            "<speak>&#8;</speak>", "<speak>&#+65;</speak>", "<speak>&#-0;</speak>",
            "<speak>&#xD800;</speak>", "<speak>&#xFFFF;</speak>", "<speak>&#x110000;</speak>",
            "<speak>&#xAG;</speak>", "<speak>&amplonger;</speak>", "<speak>1 < 2</speak>",
            "<speak><></speak>", "<speak>< p></p></speak>", "<speak></></speak>",
            "<speak><1p/></speak>", "<speak><!-- a --></speak>", "<speak><p a=\"></p></speak>",
            "<speak><p a='<'/></speak>", "<speak><break time=1s/></speak>",
            "<speak><break time/></speak>", "<speak><break =\"1s\"/></speak>",
            "<speak><break time=\"1s\" time=\"2s\"/></speak>",
            "<speak><break time=\"1s\"strength=\"x\"/></speak>",
            "<speak><break time=\"&\"/></speak>", "<speak><break / ></speak>",
            "<speak><p a=\"b></speak>", "<speak>a</speak b>",
        ]
    )
    func malformed(_ text: String) {
        #expect(throws: SpokenText.Fault.self) { try SpokenText.check(text, charactersMax: 100) }
    }

    @Test("Every tag of Nexmo's is taken")
    func tags() {
        let text =
            "<speak><p><s>a</s></p><break strength=\"weak\"/><lang xml:lang=\"fr-FR\">b</lang>"
            + "<phoneme alphabet=\"ipa\" ph=\"t\">c</phoneme><prosody rate=\"slow\">d</prosody>"
            + "<say-as interpret-as=\"digits\">1</say-as><sub alias=\"e\">f</sub></speak>"
        #expect(throws: Never.self) { try SpokenText.check(text, charactersMax: 6) }
    }

    @Test(
        "Any other is refused by name of those there are",
        arguments: [
            "<speak><brake time=\"1s\"/></speak>", "<speak><P>a</P></speak>",
            "<speak><audio src=\"https://example.com/a.mp3\"/></speak>",
            "<speak><speak>a</speak></speak>", "<speak><amazon:effect>a</amazon:effect></speak>",
        ]
    )
    func otherTags(text: String) {
        let fault = #expect(throws: SpokenText.Fault.self) {
            try SpokenText.check(text, charactersMax: 100)
        }
        #expect(fault?.description.contains("speak") == true)
        #expect(fault?.description.contains("example.com") == false)
    }

    @Test("Tags may be nested 32 deep")
    func depth() {
        func nested(_ depth: Int) -> String {
            let inner = depth - 1
            return "<speak>" + String(repeating: "<p>", count: inner)
                + String(repeating: "</p>", count: inner) + "</speak>"
        }
        #expect(throws: Never.self) { try SpokenText.check(nested(32), charactersMax: 1) }
        #expect(throws: SpokenText.Fault.self) {
            try SpokenText.check(nested(33), charactersMax: 1)
        }
    }

    @Test("In plain text, tags are words and line breaks are fine")
    func plain() {
        #expect(throws: Never.self) { try SpokenText.check("a <b> & c", charactersMax: 9) }
        #expect(throws: Never.self) { try SpokenText.check("a\r\n\tb", charactersMax: 5) }
        #expect(throws: SpokenText.Fault.self) {
            try SpokenText.check("a\r\n\tb", charactersMax: 4)
        }
        for text in ["a\u{0}", "\u{1B}", "\u{7F}"] {
            #expect(throws: SpokenText.Fault.self) {
                try SpokenText.check(text, charactersMax: 100)
            }
        }
    }
}
