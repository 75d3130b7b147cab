package import Cryptography
package import PromptCallCore

/// Makes the URLs that Nexmo is told to call, and reads them back.
package struct WebhookURLs: Sendable {
    /// Length of a call's webhook key, in bytes.
    package static let keyLength = 16

    /// What a request's path means.
    package enum Route: Hashable, Sendable {
        /// A webhook of one leg; its key has yet to be checked.
        case leg(WebhookPath)
        /// `/v1/events`: the application's own event URL, which names no call.
        case applicationEvents
    }

    /// `webhook.url` without a slash at its end.
    private let base: String
    /// The path of it, which a proxy in front of us may have taken off.
    private let basePath: String
    private let sealing: SealingKey

    /// Takes `webhook.url`, an absolute URL without query, and the key that makes calls' keys.
    package init(base: String, sealing: SealingKey) {
        let base = String(base.reversed().drop { $0 == "/" }.reversed())
        self.base = base
        let parts = base.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        self.basePath = parts.count > 3 ? "/" + parts[3] : ""
        self.sealing = sealing
    }

    /// The URL for webhooks of a leg.
    ///
    /// - Parameters:
    ///   - kind: What they are to bring.
    ///   - id: The call.
    ///   - leg: The leg's number, 1, 2, …
    ///   - turn: The turn that an input answers; only with `input`.
    ///   - again: The turn is asked for once more in the same NCCO.
    ///   - played: They report that words were played.
    ///   - message: The words were a machine's message.
    /// - Returns: An absolute URL with the call's key in it: a secret.
    package func url(
        _ kind: WebhookPath.Kind,
        of id: CallID,
        leg: Int,
        turn: Int? = nil,
        again: Bool = false,
        played: Bool = false,
        message: Bool = false
    ) -> String {
        let key = Hex.encode(self.sealing.webhookKey(for: id.bytes))
        var url = "\(self.base)/v1/\(kind.rawValue)/\(id)/\(key)?leg=\(leg)"
        if let turn { url += "&turn=\(turn)" }
        if again { url += "&again=1" }
        if played { url += "&played=1" }
        if message { url += "&message=1" }
        return url
    }

    /// Reads the path and query of a request, with or without the path of `webhook.url`; nil
    /// where it is none of ours.
    package func route(_ path: String) -> Route? {
        var rest = path[...]
        if !self.basePath.isEmpty, rest.utf8.starts(with: self.basePath.utf8) {
            let behind = rest.utf8.dropFirst(self.basePath.utf8.count)
            if behind.first == UInt8(ascii: "/") { rest = Substring(behind) }
        }
        if rest.utf8.starts(with: "/v1/events".utf8) {
            let next = rest.utf8.dropFirst("/v1/events".utf8.count).first
            if next == nil || next == UInt8(ascii: "?") { return .applicationEvents }
        }
        return WebhookPath(rest).map(Route.leg)
    }

    /// Tells whether a path has the key of its call, in constant time.
    package func isGenuine(_ path: WebhookPath) -> Bool {
        constantTimeEquals(path.key, self.sealing.webhookKey(for: path.id.bytes))
    }
}
