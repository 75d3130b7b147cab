internal import COpenSSL

/// An RSA key that signs with RS256 (RFC 7518, section 3.3).
///
/// It is read from PKCS#8 (`BEGIN PRIVATE KEY`) or PKCS#1 (`BEGIN RSA PRIVATE KEY`) text.
package final class RSAPrivateKey: @unchecked Sendable {
    // Safe to share: libcrypto counts references atomically and only reads a key that signs.
    private let key: OpaquePointer

    /// Reads a private key.
    ///
    /// - Throws: ``CryptographyError`` with code `notAnRSAKey` or `keyTooShort`.
    package init(pem: String) throws(CryptographyError) {
        self.key = try RSAKeyReader.read(pem, kind: "private key") { bio in
            // A passphrase is never asked for: the callback gives none, so such a key is refused.
            PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in 0 }, nil)
        }
    }

    deinit {
        EVP_PKEY_free(self.key)
    }

    /// Returns the signature of `bytes` (RSASSA-PKCS1-v1_5 with SHA-256).
    ///
    /// It costs 0.4 to 0.8 ms of CPU with a key of 2,048 bits.
    package func signature(for bytes: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var length = 0
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, self.key) == 1,
            EVP_DigestSign(context, nil, &length, bytes, bytes.count) == 1
        else { throw CryptographyError(.libraryFailed, "The RSA signature could not be made.") }
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSign(context, &signature, &length, bytes, bytes.count) == 1 else {
            throw CryptographyError(.libraryFailed, "The RSA signature could not be made.")
        }
        signature.removeLast(signature.count - length)
        return signature
    }
}
