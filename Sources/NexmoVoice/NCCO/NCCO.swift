internal import PromptCallCore

/// What a leg is told to do (reference, section 4), in the orders that Nexmo takes and no others.
///
/// A talk that may be cut short exists only in front of the input it is cut short by, an
/// announcement only with what reports its end, and none is empty.
package enum NCCO: Equatable, Sendable {
    /// Ask for an entry; each further round is reached only where the webhook of the one before
    /// it was lost.
    case asking(Round, more: [Round])
    /// Say something, report that it was played, and say it so many times more.
    case announcing(Talk, played: Notify, again: Int)
    /// Say last words; the leg ends behind them.
    case closing(Talk)

    /// Words and their voice.
    package struct Talk: Equatable, Sendable {
        /// Plain, or SSML where it starts with `<speak>`; sent as it is.
        var text: String
        var voice: Voice
    }

    /// Words, if any, and the entry that is awaited behind or during them.
    package struct Round: Equatable, Sendable {
        var talk: Talk?
        /// Whether a key cuts the words short.
        var bargeIn: Bool
        var input: Input
    }

    /// What ends an entry, and where it is sent.
    package struct Input: Equatable, Sendable {
        /// Most keys of an entry that Nexmo can be asked for.
        static let keysMax = 20

        /// Silence that ends it, 1 to 10 s.
        var timeoutSeconds: Int
        /// 1 to ``keysMax``.
        var keysMax: Int
        /// Whether `#` ends it.
        var submitOnHash: Bool
        var eventURL: String
    }

    /// The report that all words in front of it were played.
    package struct Notify: Equatable, Sendable {
        var eventURL: String
        var mark = Mark.words

        /// What the webhook gives back, so that it is known for ours.
        enum Mark: String {
            case words = "played"
            case message = "message-played"
        }
    }

    /// A talk of silence, the safest way to say nothing: what `[]` does is not known (reference,
    /// 4.4).
    static func silence(_ voice: Voice) -> Self {
        .closing(Talk(text: #"<speak><break time="200ms"/></speak>"#, voice: voice))
    }

    /// The JSON array that Nexmo is sent.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.array { self.write(to: &$0) }
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        switch self {
        case .asking(let first, let more):
            for round in [first] + more {
                if let talk = round.talk { talk.write(to: &writer, bargeIn: round.bargeIn) }
                round.input.write(to: &writer)
            }
        case .announcing(let talk, let played, let again):
            talk.write(to: &writer)
            played.write(to: &writer)
            if again > 0 { talk.write(to: &writer, loop: again) }
        case .closing(let talk):
            talk.write(to: &writer)
        }
    }
}

extension NCCO.Talk {
    fileprivate func write(to writer: inout JSONWriter, bargeIn: Bool = false, loop: Int = 1) {
        writer.object { talk in
            talk.member("action", "talk")
            talk.member("text", self.text)
            talk.member("language", self.voice.language)
            talk.member("style", self.voice.style)
            if self.voice.premium { talk.member("premium", true) }
            if bargeIn { talk.member("bargeIn", true) }
            if loop > 1 { talk.member("loop", loop) }
        }
    }
}

extension NCCO.Input {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { input in
            input.member("action", "input")
            input.member("type", only: "dtmf")
            input.member(
                "dtmf",
                object: { dtmf in
                    dtmf.member("timeOut", self.timeoutSeconds)
                    dtmf.member("maxDigits", self.keysMax)
                    dtmf.member("submitOnHash", self.submitOnHash)
                }
            )
            input.member("eventUrl", only: self.eventURL)
            input.member("eventMethod", "POST")
        }
    }
}

extension NCCO.Notify {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { notify in
            notify.member("action", "notify")
            notify.member("payload", object: { $0.member("mark", self.mark.rawValue) })
            notify.member("eventUrl", only: self.eventURL)
            notify.member("eventMethod", "POST")
        }
    }
}
