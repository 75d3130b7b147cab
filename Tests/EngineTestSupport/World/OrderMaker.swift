package import CallEngine
package import PromptCallCore

/// Makes orders that differ in what a test is about.
package struct OrderMaker: Sendable {
    private var made: UInt64 = 0

    package init() {}

    /// A number that nobody else has.
    package static func number(_ index: Int) -> PhoneNumber {
        guard let number = PhoneNumber(value: 4_412_000_000 + UInt64(index)) else {
            preconditionFailure("The number of index \(index) is none.")
        }
        return number
    }

    package static let from = Self.number(0)
    package static let callbackURL = "https://receiver.example/result"

    /// An order that asks for the PIN 1234, of a caller named `alice`, with the profile `main`.
    package mutating func order(
        at now: Timestamp,
        to number: PhoneNumber? = nil,
        caller: String = "alice",
        _ change: (inout CallTerms) -> Void = { _ in }
    ) -> SubmitOrder {
        self.made += 1
        let script = CallScript(text: "Your code, please.", byeText: "Thanks.")
        var terms = CallTerms(
            to: number ?? Self.number(Int(self.made)),
            from: Self.from,
            prompt: .pin(length: 4),
            speech: SpeechLengths(of: script),
            callback: CallbackTerms(url: Self.callbackURL, method: .postJSON),
            credentials: .profile("main"),
            expiresAt: now + .seconds(3600)
        )
        change(&terms)
        let record = CallRecord(
            id: CallID(time: now, random: (self.made >> 52, self.made)),
            caller: caller,
            terms: terms,
            expected: terms.prompt == .announcement ? [] : [DTMFDigits("1234")].compactMap(\.self),
            submittedAt: now
        )
        var own: OwnCredentials?
        if terms.credentials == .ownCredentials {
            own = OwnCredentials(credentials: .jwt("a token"), account: "own")
        }
        return SubmitOrder(
            record: record,
            script: script,
            fingerprint: Array("\(terms.to.value)".utf8),
            ownCredentials: own
        )
    }
}
