internal import COpenSSL

/// An RSA key that checks RS256 signatures, read from `BEGIN PUBLIC KEY` text.
package final class RSAPublicKey: @unchecked Sendable {
    // Safe to share: libcrypto counts references atomically and only reads a key that verifies.
    private let key: OpaquePointer

    /// Reads a public key.
    ///
    /// - Throws: ``CryptographyError`` with code `notAnRSAKey` or `keyTooShort`.
    package init(pem: String) throws(CryptographyError) {
        self.key = try RSAKeyReader.read(pem, kind: "public key") { bio in
            PEM_read_bio_PUBKEY(bio, nil, nil, nil)
        }
    }

    deinit {
        EVP_PKEY_free(self.key)
    }

    /// Tells whether `signature` is this key's over `bytes` (RSASSA-PKCS1-v1_5 with SHA-256).
    package func isValid(signature: [UInt8], for bytes: [UInt8]) -> Bool {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, self.key) == 1
            && EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
    }
}
