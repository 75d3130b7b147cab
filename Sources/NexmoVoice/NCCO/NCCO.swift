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
    package enum Round: Equatable, Sendable {
        /// A key cuts the words short, and counts.
        case interruptible(Talk, Input)
        /// The words are said to their end first.
        case uncut(Talk, Input)
        case listening(Input)

        /// A round with these words, if there are any.
        init(_ talk: Talk?, bargeIn: Bool, _ input: Input) {
            switch talk {
            case let talk?: self = bargeIn ? .interruptible(talk, input) : .uncut(talk, input)
            case nil: self = .listening(input)
            }
        }
    }

    /// What ends an entry, and where it is sent.
    package struct Input: Equatable, Sendable {
        /// Most keys of an entry that Nexmo can be asked for.
        static let keysMax = 20

        /// Longest silence that Nexmo can be told to await, in seconds (reference, 4.2).
        static let timeoutSecondsMax = 10

        /// Silence that ends it, 1 to ``timeoutSecondsMax``.
        let timeoutSeconds: Int
        /// 1 to ``keysMax``.
        let keysMax: Int
        /// Whether `#` ends it.
        let submitOnHash: Bool
        let eventURL: String

        /// Numbers beyond what Nexmo takes become the nearest that it does.
        init(timeoutSeconds: Int, keysMax: Int, submitOnHash: Bool, eventURL: String) {
            self.timeoutSeconds = min(max(timeoutSeconds, 1), Self.timeoutSecondsMax)
            self.keysMax = min(max(keysMax, 1), Self.keysMax)
            self.submitOnHash = submitOnHash
            self.eventURL = eventURL
        }
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
            for round in [first] + more { round.write(to: &writer) }
        case .announcing(let talk, let played, let again):
            talk.write(to: &writer)
            played.write(to: &writer)
            if again > 0 { talk.write(to: &writer, loop: again) }
        case .closing(let talk):
            talk.write(to: &writer)
        }
    }
}

extension NCCO.Round {
    fileprivate func write(to writer: inout JSONWriter) {
        switch self {
        case .interruptible(let talk, let input):
            talk.write(to: &writer, bargeIn: true)
            input.write(to: &writer)
        case .uncut(let talk, let input):
            talk.write(to: &writer)
            input.write(to: &writer)
        case .listening(let input):
            input.write(to: &writer)
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
