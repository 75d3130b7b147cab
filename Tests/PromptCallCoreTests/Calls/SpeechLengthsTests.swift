import PromptCallCore
import Testing

@Suite("SpeechLengths")
struct SpeechLengthsTests {
    @Test(
        "Twelve characters take a second, four where they are Chinese, Japanese or Korean",
        arguments: [
            ("", .zero), (String(repeating: "a", count: 12), .seconds(1)),
            (String(repeating: "a", count: 120), .seconds(10)), ("a", .milliseconds(100)),
            ("你好世界", .seconds(1)), ("こんにちは世", .milliseconds(1500)),
            ("안녕하세", .seconds(1)), ("𠀀𠀀", .milliseconds(500)), ("éàüñßøåœæçğş", .seconds(1)),
        ] as [(String, Duration)]
    )
    func lengths(text: String, length: Duration) {
        #expect(SpeechLengths(of: CallScript(text: text)).text == length)
    }

    @Test("Tags are not spoken in SSML, and are in plain text")
    func tags() {
        let words = String(repeating: "a", count: 12)
        let marked = "<speak>\(words)<break time=\"9s\"/></speak>"
        #expect(SpeechLengths(of: CallScript(text: marked)).text == .seconds(1))
        let plain = SpeechLengths(of: CallScript(text: "\(words)<b>\(words)"))
        #expect(plain.text > .seconds(2))
        let bare = SpeechLengths(of: CallScript(text: "<speak>\(words)>\(words)</speak>"))
        #expect(bare.text > .seconds(2))
    }

    @Test("Each part has its own length, and none where it has no words")
    func parts() {
        let script = CallScript(text: "aaaaaaaaaaaa", byeText: "", failedText: "你好世界你好世界")
        let lengths = SpeechLengths(of: script)
        #expect(lengths.length(.text) == .seconds(1))
        #expect(lengths.length(.byeText) == .zero)
        #expect(lengths.length(.failedText) == .seconds(2))
        #expect(script.words(.text) == "aaaaaaaaaaaa")
        #expect(script.words(.byeText) == nil)
        #expect(script.words(.failedText) == "你好世界你好世界")
        #expect("\(script)" == "<script>")
    }
}
