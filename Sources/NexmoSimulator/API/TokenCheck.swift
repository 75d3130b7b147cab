import Cryptography

/// Judges the bearer token of a request (reference, section 3).
struct TokenCheck: Sendable {
    /// Longest life of a token, in seconds.
    static let lifeMax = 86_400
    /// Life of a token without `exp`, in seconds.
    static let lifeDefault = 900
    /// How far in the future `iat` may lie, in seconds; Nexmo's tolerance is unconfirmed.
    static let skewMax = 60

    let publicKeys: [RSAPublicKey]
    let applicationID: String?

    /// Whether Nexmo would take the request's `Authorization`.
    func accepts(authorization: String?, at now: WallTime) -> Bool {
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else {
            return false
        }
        let token = authorization.dropFirst(7)
        guard !token.isEmpty else { return false }
        guard !self.publicKeys.isEmpty else { return true }
        do {
            let jwt = try JWT(compact: token)
            guard jwt.algorithm == "RS256",
                self.publicKeys.contains(where: {
                    $0.isValid(signature: jwt.signature, for: jwt.signedPart)
                })
            else { return false }
            return self.accepts(claims: try JSON.parse(jwt.claims), at: now.seconds)
        } catch {
            return false
        }
    }

    private func accepts(claims: JSON, at now: Int) -> Bool {
        guard let application = claims["application_id"]?.string, !application.isEmpty,
            self.applicationID == nil || self.applicationID == application,
            let tokenID = claims["jti"]?.string, !tokenID.isEmpty,
            let issued = claims["iat"]?.integer
        else { return false }
        if claims["exp"] != nil, claims["exp"]?.integer == nil { return false }
        let expires = claims["exp"]?.integer ?? issued + Self.lifeDefault
        if let start = claims["nbf"]?.integer, start > now + Self.skewMax { return false }
        return issued <= now + Self.skewMax && now < expires && expires - issued <= Self.lifeMax
    }
}
