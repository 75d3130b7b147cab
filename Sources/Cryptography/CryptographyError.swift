/// Why libcrypto refused a key, a seal or a token.
package struct CryptographyError: Error, Equatable, Sendable {
    package enum Code: Hashable, Sendable {
        /// The PEM text is no RSA key, or is protected by a passphrase.
        case notAnRSAKey
        /// The RSA key has fewer than 2,048 bits.
        case keyTooShort
        /// The sealed bytes were made with another key or context, or were altered.
        case sealBroken
        /// The text is not a compact JWT.
        case notAToken
        /// libcrypto itself failed; nothing is known to cause this but a lack of memory.
        case libraryFailed
    }

    package var code: Code
    /// What was attempted; never key material.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension CryptographyError: CustomStringConvertible {
    package var description: String { self.message }
}
