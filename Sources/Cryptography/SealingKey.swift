internal import COpenSSL

/// The daemon's key file: seals secrets at rest and makes keys for what must not be guessed.
///
/// Sealing and the derived codes use keys of their own, so that neither tells of the other.
package struct SealingKey: Sendable {
    /// Length of the key file's content, in bytes.
    package static let length = 32
    /// What a seal adds to the length of its content, in bytes: version, nonce and tag.
    package static let overhead = 1 + nonceLength + tagLength

    private static let version: UInt8 = 1
    private static let nonceLength = 12
    private static let tagLength = 16

    /// What the key file holds; secret.
    package let bytes: [UInt8]

    private let seal: [UInt8]
    private let webhook: [UInt8]
    private let fingerprint: [UInt8]

    /// Derives the keys from 32 random bytes.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == Self.length, "a sealing key has 32 bytes")
        self.bytes = bytes
        self.seal = HMACSHA256.code(for: Array("promptcall seal v1".utf8), key: bytes)
        self.webhook = HMACSHA256.code(for: Array("promptcall webhook v1".utf8), key: bytes)
        self.fingerprint = HMACSHA256.code(for: Array("promptcall request v1".utf8), key: bytes)
    }

    /// Returns the 16 bytes that the webhook URLs of a call carry.
    package func webhookKey(for id: [UInt8]) -> [UInt8] {
        Array(HMACSHA256.code(for: id, key: self.webhook).prefix(16))
    }

    /// Returns the 32 bytes by which a repeated request is recognised.
    package func fingerprint(of canonical: [UInt8]) -> [UInt8] {
        HMACSHA256.code(for: canonical, key: self.fingerprint)
    }

    /// Seals `plain` with AES-256-GCM under a fresh nonce.
    ///
    /// The context says what the seal belongs to; ``open(_:context:)`` must be given the same.
    package func seal(_ plain: [UInt8], context: [UInt8]) -> [UInt8] {
        let nonce = RandomBytes.make(Self.nonceLength)
        let cipher = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(cipher) }
        var sealed = [UInt8](repeating: 0, count: plain.count)
        var tag = [UInt8](repeating: 0, count: Self.tagLength)
        var written: Int32 = 0
        let done =
            EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, self.seal, nonce) == 1
            && EVP_EncryptUpdate(cipher, nil, &written, context, Int32(context.count)) == 1
            && EVP_EncryptUpdate(cipher, &sealed, &written, plain, Int32(plain.count)) == 1
            && EVP_EncryptFinal_ex(cipher, nil, &written) == 1
            && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, Int32(Self.tagLength), &tag) == 1
        precondition(done, "libcrypto lacks AES-256-GCM")
        return [Self.version] + nonce + sealed + tag
    }

    /// Returns what was sealed under the same key and context.
    ///
    /// - Throws: ``CryptographyError`` with code `sealBroken`.
    package func open(_ sealed: [UInt8], context: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let broken = CryptographyError(
            .sealBroken,
            "A sealed value cannot be opened: it is damaged, or the key file is another one."
        )
        guard sealed.count >= Self.overhead, sealed[0] == Self.version else { throw broken }
        let nonce = Array(sealed[1...Self.nonceLength])
        let body = Array(sealed[(1 + Self.nonceLength)..<(sealed.count - Self.tagLength)])
        var tag = Array(sealed.suffix(Self.tagLength))
        let cipher = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(cipher) }
        var plain = [UInt8](repeating: 0, count: body.count)
        var written: Int32 = 0
        guard EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, self.seal, nonce) == 1,
            EVP_DecryptUpdate(cipher, nil, &written, context, Int32(context.count)) == 1,
            EVP_DecryptUpdate(cipher, &plain, &written, body, Int32(body.count)) == 1,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, Int32(Self.tagLength), &tag) == 1,
            EVP_DecryptFinal_ex(cipher, nil, &written) == 1
        else { throw broken }
        return plain
    }
}

extension SealingKey: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "<a sealing key>" }
    package var debugDescription: String { self.description }
}
