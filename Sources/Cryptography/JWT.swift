internal import FoundationEssentials

/// A JSON Web Token in compact form (RFC 7519), taken apart but not checked.
package struct JWT: Sendable {
    /// `alg` of the header, such as `HS256`.
    package let algorithm: String
    /// The claims, as JSON text.
    package let claims: [UInt8]
    /// Header and claims as they were signed.
    package let signedPart: [UInt8]
    /// What the signer appended.
    package let signature: [UInt8]

    /// Takes a compact token apart.
    ///
    /// - Throws: ``CryptographyError`` with code `notAToken`.
    package init(compact: some StringProtocol) throws(CryptographyError) {
        let bytes = Array(compact.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3,
            let header = Base64URL.decode(parts[0]),
            let claims = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2]),
            let algorithm = Self.algorithm(ofHeader: header)
        else { throw CryptographyError(.notAToken, "The text is not a compact JWT.") }
        self.algorithm = algorithm
        self.claims = claims
        self.signedPart = Array(bytes[..<parts[1].endIndex])
        self.signature = signature
    }

    /// Makes a token signed with RS256.
    ///
    /// - Throws: ``CryptographyError`` with code `libraryFailed`.
    package static func sign(
        claims: [UInt8],
        rs256 key: RSAPrivateKey
    ) throws(CryptographyError) -> String {
        let signed = self.signedPart(algorithm: "RS256", claims: claims)
        return signed + "." + Base64URL.encode(try key.signature(for: Array(signed.utf8)))
    }

    /// Makes a token signed with HS256.
    package static func sign(claims: [UInt8], hs256 key: [UInt8]) -> String {
        let signed = self.signedPart(algorithm: "HS256", claims: claims)
        return signed + "." + Base64URL.encode(HMACSHA256.code(for: Array(signed.utf8), key: key))
    }

    private static func signedPart(algorithm: String, claims: [UInt8]) -> String {
        let header = #"{"alg":"\#(algorithm)","typ":"JWT"}"#
        return Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(claims)
    }

    /// Reads `alg` of a header, whose other members do not matter here.
    private static func algorithm(ofHeader json: [UInt8]) -> String? {
        if let known = self.usualHeaders.first(where: { $0.json == json }) {
            return known.algorithm
        }
        struct Header: Decodable {
            var alg: String
        }
        return try? JSONDecoder().decode(Header.self, from: Data(json)).alg
    }

    /// Headers as almost everybody writes them, which spare the decoder.
    private static let usualHeaders = ["HS256", "RS256"].flatMap { algorithm in
        [
            (algorithm, Array(#"{"alg":"\#(algorithm)","typ":"JWT"}"#.utf8)),
            (algorithm, Array(#"{"typ":"JWT","alg":"\#(algorithm)"}"#.utf8)),
        ].map { (algorithm: $0, json: $1) }
    }
}
