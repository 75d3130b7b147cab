import Cryptography

/// Signs webhooks as Nexmo does (reference, section 6).
package struct WebhookSignature: Sendable {
    private let secret: [UInt8]
    private let apiKey: String
    private let applicationID: String

    /// - Parameters:
    ///   - secret: The account's signature secret, used as UTF-8.
    ///   - apiKey: The claim `api_key`.
    ///   - applicationID: The claim `application_id`.
    package init(secret: String, apiKey: String, applicationID: String) {
        self.secret = Array(secret.utf8)
        self.apiKey = apiKey
        self.applicationID = applicationID
    }

    /// The value of the `Authorization` header.
    ///
    /// - Parameters:
    ///   - payload: The body as it is sent.
    ///   - tokenID: The claim `jti`.
    ///   - now: The claim `iat`.
    /// - Returns: `Bearer` and the token.
    package func authorization(
        for payload: [UInt8],
        tokenID: String,
        at now: WallTime
    ) -> String {
        let claims: JSON = [
            "iat": .integer(now.seconds),
            "jti": .string(tokenID),
            "iss": "Vonage",
            "payload_hash": .string(Hex.encode(SHA256.digest(payload))),
            "api_key": .string(self.apiKey),
            "application_id": .string(self.applicationID),
        ]
        return "Bearer " + JWT.sign(claims: claims.bytes, hs256: self.secret)
    }
}
