package import PromptCallCore

extension NCCO {
    /// Puts a directive into Nexmo's words.
    ///
    /// An `ask` has one round more than it plays: where the webhook of an input is lost, the
    /// callee is asked once more instead of dropped (reference, 5.6). Texts that are missing
    /// because the script was erased are left out.
    package init(_ directive: Directive, for call: ScriptedCall, urls: WebhookURLs) {
        let voice = call.terms.voice
        switch directive {
        case .ask(let spoken, let turn, let plays, let bargeIn):
            let words = spoken.flatMap { call.script.words($0) ?? call.script.words(.text) }
            let first = Round(
                words.map { Talk(text: $0, voice: voice) },
                bargeIn: bargeIn,
                Input(call, turn: turn, again: false, urls: urls)
            )
            // Asked once more with the same words, or with the text where it is played again.
            let repeated = plays > 1 ? nil : words
            let again = Round(
                (repeated ?? call.script.words(.text)).map { Talk(text: $0, voice: voice) },
                bargeIn: true,
                Input(call, turn: turn, again: true, urls: urls)
            )
            self = .asking(first, more: Array(repeating: again, count: max(plays, 1)))
        case .announce:
            guard let text = call.script.words(.text) else {
                self = .silence(voice)
                return
            }
            let url = urls.url(.event, of: call.id, leg: call.leg, played: true)
            self = .announcing(
                Talk(text: text, voice: voice),
                played: Notify(eventURL: url),
                again: max(call.terms.plays - 1, 0)
            )
        case .say(let spoken):
            guard let words = call.script.words(spoken) else {
                self = .silence(voice)
                return
            }
            self = .closing(Talk(text: words, voice: voice))
        case .silence:
            self = .silence(voice)
        }
    }
}

extension NCCO {
    /// What a machine is told behind its beep, and the report that it was.
    init(messageOf call: ScriptedCall, urls: WebhookURLs) {
        guard let message = call.script.message else {
            self = .silence(call.terms.voice)
            return
        }
        let url = urls.url(.event, of: call.id, leg: call.leg, played: true, message: true)
        self = .announcing(
            Talk(text: message, voice: call.terms.voice),
            played: Notify(eventURL: url, mark: .message),
            again: 0
        )
    }
}

extension NCCO.Input {
    fileprivate init(_ call: ScriptedCall, turn: Int, again: Bool, urls: WebhookURLs) {
        self.init(
            timeoutSeconds: Int((call.terms.inputTimeout.wholeMilliseconds + 999) / 1000),
            keysMax: call.terms.prompt.keysMax ?? Self.keysMax,
            submitOnHash: !call.terms.hashIsDigit,
            eventURL: urls.url(.input, of: call.id, leg: call.leg, turn: turn, again: again)
        )
    }
}
