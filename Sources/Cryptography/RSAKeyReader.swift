internal import COpenSSL

/// What reading a private and a public key have in common.
enum RSAKeyReader {
    /// Shortest modulus taken, in bits (RFC 7518, section 3.3).
    static let bitsMin: Int32 = 2048

    /// Reads an RSA key from PEM text with the given reader of libcrypto.
    ///
    /// - Throws: ``CryptographyError`` with code `notAnRSAKey` or `keyTooShort`.
    static func read(
        _ pem: String,
        kind: String,
        with reader: (OpaquePointer?) -> OpaquePointer?
    ) throws(CryptographyError) -> OpaquePointer {
        let bytes = Array(pem.utf8)
        let bio = BIO_new_mem_buf(bytes, Int32(clamping: bytes.count))
        defer { BIO_free(bio) }
        let key = withExtendedLifetime(bytes) { reader(bio) }
        // What libcrypto has to say of a bad key stays out of later errors of this thread.
        ERR_clear_error()
        guard let key else {
            throw CryptographyError(.notAnRSAKey, "The text is not an RSA \(kind) in PEM form.")
        }
        guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else {
            EVP_PKEY_free(key)
            throw CryptographyError(.notAnRSAKey, "The \(kind) is not of the kind RSA.")
        }
        guard EVP_PKEY_get_bits(key) >= self.bitsMin else {
            EVP_PKEY_free(key)
            throw CryptographyError(
                .keyTooShort,
                "The RSA \(kind) has fewer than \(self.bitsMin) bits."
            )
        }
        return key
    }
}
