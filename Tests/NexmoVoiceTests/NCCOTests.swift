import NexmoVoice
import PromptCallCore
import Testing

@Suite("NCCO")
struct NCCOTests {
    private func json(_ directive: Directive, _ call: ScriptedCall) -> String {
        String(decoding: NCCO(directive, for: call, urls: Fixture.urls).json, as: UTF8.self)
    }

    private func input(_ turn: Int, again: Bool = false, hash: Bool = true, max: Int = 4) -> String
    {
        let url = Fixture.url("input", "leg=2&turn=\(turn)" + (again ? "&again=1" : ""))
        return #"{"action":"input","type":["dtmf"],"dtmf":{"timeOut":5,"maxDigits":\#(max),"#
            + #""submitOnHash":\#(hash)},"eventUrl":["\#(url)"],"eventMethod":"POST"}"#
    }

    private func talk(_ text: String, _ more: String = "") -> String {
        #"{"action":"talk","text":"\#(text)","language":"en-US","style":0\#(more)}"#
    }

    private let silence = #"<speak><break time=\"200ms\"/></speak>"#

    @Test("A question is asked once more where its webhook is lost")
    func ask() throws {
        let call = try Fixture.call()
        let text = talk(#"Enter \"it\""#, #","bargeIn":true"#)
        #expect(
            json(.ask(.text, turn: 1, plays: 1, bargeIn: true), call)
                == "[\(text),\(input(1)),\(text),\(input(1, again: true))]"
        )
    }

    @Test("After a wrong entry the same words are repeated where a webhook is lost")
    func askAgain() throws {
        let call = try Fixture.call(script: CallScript(text: "Text", failedText: "Wrong"))
        let wrong = talk("Wrong", #","bargeIn":true"#)
        #expect(
            json(.ask(.failedText, turn: 2, plays: 1, bargeIn: true), call)
                == "[\(wrong),\(input(2)),\(wrong),\(input(2, again: true))]"
        )
    }

    @Test("Words that may not be cut short are so the first time only, and plays add rounds")
    func askUncut() throws {
        let call = try Fixture.call(
            script: CallScript(text: "Text", failedText: "Wrong"),
            hashIsDigit: true
        )
        let round = talk("Text", #","bargeIn":true"#) + "," + input(3, again: true, hash: false)
        #expect(
            json(.ask(.failedText, turn: 3, plays: 2, bargeIn: false), call)
                == "[\(talk("Wrong")),\(input(3, hash: false)),\(round),\(round)]"
        )
    }

    @Test("Without words it listens at once, and an empty text for failures is the text")
    func askWithoutWords() throws {
        let call = try Fixture.call(prompt: .digits(min: 2, max: 20), script: CallScript(text: "T"))
        let text = talk("T", #","bargeIn":true"#)
        let again = input(2, again: true, max: 20)
        #expect(
            json(.ask(nil, turn: 2, plays: 1, bargeIn: true), call)
                == "[\(input(2, max: 20)),\(text),\(again)]"
        )
        #expect(
            json(.ask(.failedText, turn: 2, plays: 1, bargeIn: true), call)
                == "[\(text),\(input(2, max: 20)),\(text),\(again)]"
        )
    }

    @Test("An announcement reports its first end, and is then said again", arguments: 1...3)
    func announce(plays: Int) throws {
        let voice = Voice(language: "de-DE", style: 2, premium: true)
        let call = try Fixture.call(
            prompt: .announcement,
            script: CallScript(text: "<speak>Ü & ü</speak>"),
            voice: voice,
            plays: plays
        )
        let head = #"{"action":"talk","text":"<speak>Ü & ü</speak>","language":"de-DE","style":2,"#
        let talk = head + #""premium":true"#
        let url = Fixture.url("event", "leg=2&played=1")
        let notify =
            #"{"action":"notify","payload":{"mark":"played"},"eventUrl":["\#(url)"],"#
            + #""eventMethod":"POST"}"#
        let again = ["", ",\(talk)}", ",\(talk),\"loop\":2}"][plays - 1]
        #expect(json(.announce, call) == "[\(talk)},\(notify)\(again)]")
    }

    @Test("Last words are said without barge-in; where there are none, silence")
    func say() throws {
        let call = try Fixture.call()
        #expect(json(.say(.byeText), call) == "[\(talk("Bye"))]")
        #expect(json(.say(.failedText), call) == "[\(talk(silence))]")
        #expect(json(.silence, call) == "[\(talk(silence))]")
    }

    @Test("A script that was erased is silence, and never an empty NCCO")
    func erased() throws {
        let call = try Fixture.call(script: CallScript(text: ""))
        #expect(json(.announce, call) == "[\(talk(silence))]")
        #expect(
            json(.ask(.text, turn: 1, plays: 1, bargeIn: true), call)
                == "[\(input(1)),\(input(1, again: true))]"
        )
    }

    @Test("Control characters are escaped")
    func escapes() throws {
        let call = try Fixture.call(script: CallScript(text: "a", byeText: "a\n\u{1}\\b"))
        #expect(json(.say(.byeText), call) == "[\(talk(#"a\u000a\u0001\\b"#))]")
    }
}
