internal import Cryptography
package import PromptCallCore

/// What the URL of a webhook says: whose it is, and of what (contract, "Webhooks").
package struct WebhookPath: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// Asks what to do with a leg that was answered.
        case answer
        /// Tells of a leg.
        case event
        /// Brings an entry, and asks what to do next.
        case input
    }

    package var kind: Kind
    package var id: CallID
    /// The 16 bytes that prove the sender to be Nexmo; see ``WebhookURLs/isGenuine(_:)``.
    package var key: [UInt8]
    /// 1, 2, …
    package var leg: Int
    /// 1, 2, …; never nil where `kind` is `input`.
    package var turn: Int?
    /// The turn was asked for once more, because the first webhook of it was lost.
    package var again = false
    /// Words were played to their end.
    package var played = false
    /// The words were a machine's message.
    package var message = false

    /// Largest leg or turn that is read.
    private static let numberMax = 100_000

    /// Reads `/v1/{kind}/{tid}/{key}?leg=N…`; nil where it is anything else.
    init?(_ path: Substring) {
        let bytes = Array(path.utf8)
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        let steps = bytes[..<mark].split(
            separator: UInt8(ascii: "/"),
            omittingEmptySubsequences: false
        )
        guard steps.count == 5, steps[0].isEmpty, steps[1].elementsEqual("v1".utf8),
            let kind = Kind(rawValue: Self.text(steps[2])), let id = CallID(Self.text(steps[3])),
            let key = Hex.decode(Self.text(steps[4])), key.count == WebhookURLs.keyLength
        else { return nil }
        self.kind = kind
        self.id = id
        self.key = key
        self.leg = 0
        for pair in bytes[(mark + 1)...].split(separator: UInt8(ascii: "&")) {
            guard let sign = pair.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = pair[(sign + 1)...]
            switch Self.text(pair[..<sign]) {
            case "leg": self.leg = Self.number(value) ?? 0
            case "turn": self.turn = Self.number(value)
            case "again": self.again = value.elementsEqual("1".utf8)
            case "played": self.played = value.elementsEqual("1".utf8)
            case "message": self.message = value.elementsEqual("1".utf8)
            // What a proxy added does not matter.
            default: continue
            }
        }
        guard self.leg > 0, kind != .input || self.turn != nil else { return nil }
    }

    /// Reads a number from 1 to ``numberMax`` without signs or blanks.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var number = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
            guard number <= self.numberMax else { return nil }
        }
        return number > 0 ? number : nil
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
