internal import Cryptography
internal import PromptCallCore

/// By what a repeated request is recognised: a code under the key file over what was ordered, with
/// defaults filled in and credentials left out.
///
/// What was left to a default that may be another next time does not count: `expires_at` follows
/// the clock, and `from` the credentials.
enum RequestFingerprint {
    static func make(
        _ order: SubmitReader.Order,
        statesFrom: Bool,
        statesExpiry: Bool,
        key: SealingKey
    ) -> [UInt8] {
        let terms = order.terms
        var text = CanonicalText()
        text.append("to", terms.to.value)
        text.append("from", statesFrom ? terms.from.value : nil)
        text.append("prompt", self.text(of: terms.prompt))
        text.append("text", order.script.text)
        text.append("bye", order.script.byeText)
        text.append("failed", order.script.failedText)
        for entry in order.expected { text.append("expected", entry.keys) }
        text.append("callback", terms.callback?.url ?? "")
        text.append("method", terms.callback?.method.rawValue ?? 0)
        text.append("attempts", terms.attemptsMax)
        text.append("plays", terms.plays)
        text.append("input", terms.inputTimeout.wholeMilliseconds)
        text.append("hash", terms.hashIsDigit ? "true" : "false")
        text.append("language", terms.voice.language)
        text.append("style", "\(terms.voice.style) \(terms.voice.premium)")
        text.append("ring", terms.ringTimeout.wholeMilliseconds)
        text.append("duration", terms.maxDuration.wholeMilliseconds)
        text.append("not before", terms.notBefore?.milliseconds)
        text.append("expires", statesExpiry ? terms.expiresAt.milliseconds : nil)
        for label in terms.labels { text.append("label " + label.name, label.value) }
        text.append("priority", terms.priority.rawValue)
        text.append("unknown", terms.unknownPlacement.rawValue)
        Self.append(terms, order.script, to: &text)
        return key.fingerprint(of: text.bytes)
    }

    /// What came with later versions counts where it is set alone: fingerprints are stored.
    private static func append(
        _ terms: CallTerms,
        _ script: CallScript,
        to text: inout CanonicalText
    ) {
        if let redial = terms.redial {
            let reasons = redial.reasons.map { "\($0.rawValue)" }.joined(separator: " ")
            text.append("redials", "\(redial.redialsMax) \(redial.wait.wholeMilliseconds)")
            text.append("redial on", reasons)
        }
        if let machine = terms.machine { text.append("machine", "\(machine.action.rawValue)") }
        if !script.machineText.isEmpty { text.append("machine text", script.machineText) }
    }

    /// The kind in words, which must not change: fingerprints are stored.
    private static func text(of prompt: PromptKind) -> String {
        switch prompt {
        case .pin(let length): "pin(length: \(length))"
        case .digits(let min, let max): "digits(min: \(min), max: \(max))"
        case .announcement: "announcement"
        }
    }

    /// Names and values, each with its length before it, so that no two lists look the same.
    private struct CanonicalText {
        private(set) var bytes: [UInt8] = []

        init() {
            // As much as most requests come to.
            self.bytes.reserveCapacity(1024)
        }

        mutating func append(_ name: String, _ value: String) {
            self.append(name)
            self.append(value)
        }

        /// The number in decimal, which is not negative; nil counts as no text.
        mutating func append(_ name: String, _ value: (some BinaryInteger)?) {
            self.append(name)
            let number = value.map { UInt64(clamping: $0) }
            self.appendDecimal(UInt64(number.map { Self.digits(of: $0) } ?? 0))
            self.bytes.append(UInt8(ascii: ":"))
            if let number { self.appendDecimal(number) }
        }

        private static func digits(of number: UInt64) -> Int {
            number < 10 ? 1 : 1 + self.digits(of: number / 10)
        }

        private mutating func append(_ text: String) {
            var text = text
            text.withUTF8 { text in
                self.appendDecimal(UInt64(text.count))
                self.bytes.append(UInt8(ascii: ":"))
                self.bytes.append(contentsOf: text)
            }
        }

        private mutating func appendDecimal(_ number: UInt64) {
            if number >= 10 { self.appendDecimal(number / 10) }
            self.bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
        }
    }
}
