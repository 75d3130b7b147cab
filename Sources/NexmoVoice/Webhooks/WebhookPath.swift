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

    /// Largest leg or turn that is read.
    private static let numberMax = 100_000

    /// Reads `/v1/{kind}/{tid}/{key}?leg=N…`; nil where it is anything else.
    init?(_ path: Substring) {
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let steps = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard steps.count == 5, steps[0].isEmpty, steps[1] == "v1",
            let kind = Kind(rawValue: String(steps[2])), let id = CallID(steps[3]),
            let key = Hex.decode(steps[4]), key.count == WebhookURLs.keyLength,
            parts.count == 2
        else { return nil }
        self.kind = kind
        self.id = id
        self.key = key
        self.leg = 0
        for pair in parts[1].split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { continue }
            switch sides[0] {
            case "leg": self.leg = Self.number(sides[1]) ?? 0
            case "turn": self.turn = Self.number(sides[1])
            case "again": self.again = sides[1] == "1"
            case "played": self.played = sides[1] == "1"
            // What a proxy added does not matter.
            default: continue
            }
        }
        guard self.leg > 0, kind != .input || self.turn != nil else { return nil }
    }

    /// Reads a number from 1 to ``numberMax`` without signs or blanks.
    private static func number(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int(text), (1...self.numberMax).contains(number)
        else { return nil }
        return number
    }
}
