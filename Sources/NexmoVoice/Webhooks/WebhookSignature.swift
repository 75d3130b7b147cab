internal import Cryptography
package import PromptCallCore

/// Checks the signature of a webhook (reference, section 6).
package struct WebhookSignature: Sendable {
    /// What a check came to.
    package enum Verdict: Equatable, Sendable {
        case valid
        /// There is none: in rare cases Nexmo forgets it, and sends again after 503.
        case missing
        /// To be answered 401, which is final.
        case wrong(Fault)
    }

    /// What is wrong with a signature.
    package enum Fault: String, Equatable, Sendable {
        /// The header is no bearer token, or the token no compact JWT.
        case token
        case algorithm
        case signature
        case claims
        case issuer
        case account
        case application
        /// It was signed more than 300 s before or after now.
        case time
        case payload
    }

    /// How far Nexmo's clock may be from ours. Nexmo names no window.
    private static let windowSeconds: Int64 = 300
    /// Longest header that is looked at, in bytes.
    private static let headerBytesMax = 8 << 10

    private let secrets: [[UInt8]]
    private let applicationID: String
    private let account: String?

    /// Takes what a profile states.
    ///
    /// - Parameters:
    ///   - secrets: Signature secrets of the account's API key, as bytes of UTF-8; any of them is
    ///     good, so that one can replace the other.
    ///   - applicationID: Whose webhooks they are, where they say so.
    ///   - account: The API key; nil where it is not to be checked.
    package init(secrets: [[UInt8]], applicationID: String, account: String? = nil) {
        self.secrets = secrets
        self.applicationID = applicationID
        self.account = account
    }

    /// Checks a webhook.
    ///
    /// - Parameters:
    ///   - authorization: The header of this name; nil where there is none.
    ///   - body: The bytes as they came.
    ///   - now: When it came.
    /// - Returns: The first thing that is wrong, if any.
    package func check(authorization: String?, body: [UInt8], now: Timestamp) -> Verdict {
        guard let authorization, !authorization.isEmpty else { return .missing }
        guard authorization.utf8.count <= Self.headerBytesMax,
            let token = BearerToken.token(of: authorization),
            let jwt = try? JWT(compact: token)
        else { return .wrong(.token) }
        guard jwt.algorithm == "HS256" else { return .wrong(.algorithm) }
        guard self.isSigned(jwt) else { return .wrong(.signature) }
        guard let claims = try? TokenClaims(jwt.claims) else { return .wrong(.claims) }
        return self.check(claims, body: body, now: now)
    }

    /// Tries every secret, so that how long it takes does not tell which one was right.
    private func isSigned(_ jwt: JWT) -> Bool {
        var isSigned = false
        for secret in self.secrets {
            let code = HMACSHA256.code(for: jwt.signedPart, key: secret)
            isSigned = constantTimeEquals(jwt.signature, code) || isSigned
        }
        return isSigned
    }

    private func check(_ claims: TokenClaims, body: [UInt8], now: Timestamp) -> Verdict {
        guard claims.issuer == "Vonage" else { return .wrong(.issuer) }
        if let account, claims.apiKey != account { return .wrong(.account) }
        if let applicationID = claims.applicationID,
            applicationID.lowercased() != self.applicationID.lowercased()
        {
            return .wrong(.application)
        }
        guard let issuedAt = claims.issuedAt,
            abs(now.milliseconds / 1000 - issuedAt) <= Self.windowSeconds
        else { return .wrong(.time) }
        guard let hash = claims.payloadHash.flatMap({ Hex.decode($0) }),
            constantTimeEquals(hash, SHA256.digest(body))
        else { return .wrong(.payload) }
        return .valid
    }
}
