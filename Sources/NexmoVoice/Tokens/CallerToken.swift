internal import Cryptography
package import PromptCallCore

/// A JWT that a caller made, as far as it can be judged without the key that signed it.
package struct CallerToken: Equatable, Sendable {
    package var applicationID: String
    package var expiresAt: Timestamp

    /// Longest token taken, in bytes.
    package static let bytesMax = 8 << 10
    /// How long a token without `exp` is good for (reference, section 3).
    private static let lifeSeconds: Int64 = 900

    /// Why a caller's token is refused; it never quotes the token.
    package enum Fault: Error, Equatable, Sendable, CustomStringConvertible {
        case tooLong
        case notAToken
        case algorithm
        /// The claim of this name is missing or no such thing.
        case claim(String)
        case expired

        package var description: String {
            switch self {
            case .tooLong: "The JWT is longer than \(CallerToken.bytesMax) bytes."
            case .notAToken: "The text is not a compact JWT."
            case .algorithm: "The JWT is not signed with RS256."
            case .claim(let name): "The claim \(name) of the JWT is missing or malformed."
            case .expired: "The JWT has expired (claim exp)."
            }
        }
    }

    /// Checks a token at submission; Nexmo itself checks the signature.
    package init(_ token: String, now: Timestamp) throws(Fault) {
        guard token.utf8.count <= Self.bytesMax else { throw .tooLong }
        guard let jwt = try? JWT(compact: token), !jwt.signature.isEmpty,
            let claims = try? TokenClaims(jwt.claims)
        else { throw .notAToken }
        guard jwt.algorithm == "RS256" else { throw .algorithm }
        guard let applicationID = claims.applicationID, !applicationID.isEmpty else {
            throw .claim("application_id")
        }
        let expiry: Int64
        if claims.hasExpiry {
            guard let stated = claims.expiresAt else { throw .claim("exp") }
            expiry = stated
        } else {
            guard let issuedAt = claims.issuedAt else { throw .claim("iat") }
            expiry = issuedAt + Self.lifeSeconds
        }
        self.applicationID = applicationID
        self.expiresAt = Timestamp(milliseconds: expiry * 1000)
        guard self.expiresAt > now else { throw .expired }
    }
}
